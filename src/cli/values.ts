import type * as z from "zod";
import { json, jsonObject } from "../http/contract/common.ts";
import { type executionHead, type historyEvent, valueReference } from "../http/contract/executions.ts";
import type { Client } from "./client.ts";

type Head = z.output<typeof executionHead>;
type Event = z.output<typeof historyEvent>;
type Reference = z.output<typeof valueReference>;

/** What a reference of an execution stands for; `path` is the execution's. */
function follow<S extends z.ZodType>(client: Client, path: string, { ref }: Reference, shape: S) {
  return client.call({ method: "GET", path: `${path}/value`, query: { ref } }, shape);
}

/** A head with the values that it only refers to. */
export async function withValues(client: Client, path: string, head: Head): Promise<Head> {
  const { inputValue, outputValue, ...whole } = head;
  return {
    ...whole,
    ...(inputValue && { input: await follow(client, path, inputValue, jsonObject) }),
    ...(outputValue && { output: await follow(client, path, outputValue, jsonObject) }),
  };
}

/** An event with the values that it only refers to. */
export async function withDetail(client: Client, path: string, event: Event): Promise<Event> {
  const fields = await Promise.all(
    Object.entries(event.detail ?? {}).map(async ([key, value]) => {
      const reference = key.endsWith(VALUE) ? valueReference.safeParse(value).data : undefined;
      if (!reference) return [key, value] as const;
      return [key.slice(0, -VALUE.length), await follow(client, path, reference, json)] as const;
    }),
  );
  return { ...event, ...(event.detail && { detail: Object.fromEntries(fields) }) };
}

const VALUE = "Value";
