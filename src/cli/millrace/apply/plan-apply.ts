import { EXECUTION_RETENTION_DAYS_DEFAULT } from "../../../core/limits.ts";
import { DEFAULT_ATTRIBUTES } from "../../../core/queue/attributes.ts";
import { flowWithDefinition, putFlowBody } from "../../../http/contract/flows.ts";
import { queueAnswer } from "../../../http/contract/queues.ts";
import { putScheduleBody, schedule } from "../../../http/contract/schedules.ts";
import type { Client } from "../../client.ts";
import type { Change } from "../../crontab/plan-step.ts";
import { sortedJson } from "../../crontab/sorted-json.ts";
import { schedulePath } from "../commands/schedule-path.ts";
import { orNone } from "../existing.ts";
import type { Wanted } from "./documents.ts";

type Fields = Readonly<Record<string, unknown>>;

export interface ApplyStep {
  readonly sign: "+" | "~" | "=";
  readonly wanted: Wanted;
  readonly changes: readonly Change[];
}

const ORDER: readonly Wanted["kind"][] = ["queue", "flow", "schedule"];

/** What is there is asked for, and compared: what a file does not say is the default, but whether a schedule is on. */
export async function planApply(client: Client, wanted: readonly Wanted[]): Promise<ApplyStep[]> {
  const steps: ApplyStep[] = [];
  for (const one of inOrder(wanted)) steps.push(stepOf(one, await before(client, one)));
  return steps;
}

function inOrder(wanted: readonly Wanted[]): Wanted[] {
  return ORDER.flatMap((kind) => wanted.filter((one) => one.kind === kind));
}

export function pathOf(one: Wanted): string {
  if (one.kind === "schedule") return schedulePath(one.flow, one.name);
  return `/v1/${one.kind}s/${encodeURIComponent(one.name)}`;
}

async function before(client: Client, one: Wanted): Promise<Fields | undefined> {
  const call = { method: "GET", path: pathOf(one) } as const;
  if (one.kind === "queue") {
    const found = await orNone(client.call(call, queueAnswer), "QueueNotExist");
    return found && { ...found.attributes };
  }
  if (one.kind === "flow") return orNone(client.call(call, flowWithDefinition), "FlowNotExists");
  const found = orNone(client.call(call, schedule), "ScheduleNotExists");
  return orNone(found, "FlowNotExists");
}

function stepOf(wanted: Wanted, stored: Fields | undefined): ApplyStep {
  if (!stored) return { sign: "+", wanted, changes: [] };
  const after = withDefaults(wanted, stored);
  const changes = Object.keys(after).flatMap((field) =>
    sortedJson(stored[field]) === sortedJson(after[field])
      ? []
      : [{ field, before: stored[field], after: after[field] }],
  );
  return { sign: changes.length === 0 ? "=" : "~", wanted, changes };
}

/** All that can be set of it, as it will be. */
function withDefaults({ kind, body }: Wanted, stored: Fields): Fields {
  if (kind === "queue")
    return {
      ...DEFAULT_ATTRIBUTES,
      maxDeliveries: undefined,
      lostAfter: undefined,
      notifyLost: undefined,
      ...body,
    };
  if (kind === "flow")
    return {
      ...Object.fromEntries(Object.keys(putFlowBody.shape).map((name) => [name, undefined])),
      retentionDays: EXECUTION_RETENTION_DAYS_DEFAULT,
      ...body,
    };
  const none = Object.fromEntries(Object.keys(putScheduleBody.shape).map((name) => [name, undefined]));
  return { ...none, enabled: stored.enabled, ...body };
}
