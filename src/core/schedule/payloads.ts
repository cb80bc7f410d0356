import { takesMuch } from "../durable/effects.ts";
import type { Records, Table } from "../durable/records.ts";
import type { JsonObject } from "../json.ts";
import type { Open, StoredSchedule } from "./state.ts";

/** A payload as a firing keeps it: in place, or by the row that it lies in. */
export type KeptPayload = Pick<Open, "payload" | "payloadIn">;

/** Of a schedule what is kept in memory; undefined when that is all of it. */
export function withoutPayload({
  payload,
  payloadText,
  ...kept
}: StoredSchedule): StoredSchedule | undefined {
  const isLarge = [payload, payloadText].some((one) => one !== undefined && takesMuch(one));
  return isLarge ? kept : undefined;
}

/** Payloads that firings have of their own and that are large: a row each, read when the firing starts. */
export class Payloads {
  private readonly table: Table<JsonObject>;

  constructor(records: Records) {
    this.table = records.table("payload:");
  }

  /** `id` is unique among what the schedule's firings keep. */
  keep(schedule: string, id: string, payload: JsonObject): KeptPayload {
    if (!takesMuch(payload)) return { payload };
    this.table.put(keyOf(schedule, id), payload);
    return { payloadIn: id };
  }

  read(schedule: string, { payload, payloadIn }: KeptPayload): JsonObject | undefined {
    return payloadIn === undefined ? payload : this.table.get(keyOf(schedule, payloadIn));
  }

  /** Those that no start needs any more. */
  removeUnused(schedule: string, kept: Set<string>, open: readonly Open[]): void {
    if (kept.size === 0) return;
    const used = new Set(payloadsOf(open));
    for (const id of kept) {
      if (used.has(id)) continue;
      kept.delete(id);
      this.table.delete(keyOf(schedule, id));
    }
  }

  removeAll(schedule: string): void {
    this.table.clear(`${schedule}:`);
  }
}

/** The rows that starts under way need. */
export function payloadsOf(open: readonly Open[]): string[] {
  return open.flatMap(({ isTaken, payloadIn }) => (isTaken || payloadIn === undefined ? [] : [payloadIn]));
}

/** A start that its flow has: nobody needs its payload any more. */
export function taken({ payload: _, payloadIn: __, ...open }: Open): Open {
  return { ...open, isTaken: true };
}

function keyOf(schedule: string, id: string): string {
  return `${schedule}:${id}`;
}
