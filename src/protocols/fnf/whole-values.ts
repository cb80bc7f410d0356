import type { HistoryEvent } from "../../core/history/event.ts";
import { type Json, isJsonObject } from "../../core/json.ts";
import { FNF_ANSWER_BYTES } from "../../core/limits.ts";
import type { ExecutionData, ExecutionHead } from "../../core/execution-views.ts";
import type { Env } from "../../env.ts";
import { readValue } from "../../service/execution-calls.ts";
import { FnfError, errorOf } from "./errors.ts";

type Data = ExecutionData & Pick<ExecutionHead, "inputValue" | "outputValue">;
type Whose = Pick<ExecutionHead, "flow" | "name">;

/** FnF's answers hold inputs and outputs as texts, however large: what a head only refers to is read here. */
export async function inputOf(env: Env, whose: Whose, data: Data): Promise<string> {
  const { input, inputText, inputValue } = data;
  if (inputText !== undefined) return inputText;
  return input === undefined ? textOf(env, whose, inputValue) : JSON.stringify(input);
}

export async function outputOf(env: Env, whose: Whose, { output, outputValue }: Data): Promise<string> {
  return output === undefined ? textOf(env, whose, outputValue) : JSON.stringify(output);
}

/** The text of an event's detail. */
export async function detailOf(env: Env, whose: Whose, { eventId, detail }: HistoryEvent): Promise<string> {
  const fields = Object.entries(detail).map(([key, value]) => ({ key, value, ref: refOf(key, value) }));
  if (fields.every(({ ref }) => ref === undefined)) return JSON.stringify(detail);
  const bytes = fields.reduce((sum, { ref }) => sum + (ref?.bytes ?? 0), 0);
  if (bytes > FNF_ANSWER_BYTES) {
    throw tooLarge(`event ${eventId}`, `go on behind it with NextToken ${eventId}`);
  }
  const parts: string[] = [];
  for (const { key, value, ref } of fields) {
    const name = ref === undefined ? key : key.slice(0, -VALUE.length);
    const text = ref === undefined ? JSON.stringify(value) : await textOf(env, whose, ref);
    parts.push(`${JSON.stringify(name)}:${text}`);
  }
  return `{${parts.join(",")}}`;
}

const VALUE = "Value";

/** The reference that stands in the place of a field. */
function refOf(key: string, value: Json): NonNullable<Data["inputValue"]> | undefined {
  if (!key.endsWith(VALUE) || !isJsonObject(value)) return undefined;
  const { ref, bytes, preview } = value;
  if (typeof ref !== "string" || typeof bytes !== "number" || typeof preview !== "string") return undefined;
  return { ref, bytes, preview };
}

async function textOf(env: Env, { flow, name }: Whose, reference: Data["inputValue"]): Promise<string> {
  if (!reference) return "";
  const { ref, bytes } = reference;
  if (bytes > FNF_ANSWER_BYTES) throw tooLarge(`its ${ref}`, `it is at ${valuePath(flow, name, ref)}`);
  const value = await readValue(env, flow, name, ref);
  if (!value.ok) throw errorOf(value);
  return value.text;
}

function valuePath(flow: string, name: string, ref: string): string {
  return `/v1/flows/${flow}/executions/${name}/value?ref=${encodeURIComponent(ref)}`;
}

function tooLarge(what: string, remedy: string): FnfError {
  return new FnfError(
    "EntityTooLarge",
    `an answer has at most ${FNF_ANSWER_BYTES} bytes, and ${what} has more: ${remedy}`,
  );
}
