import type { Records, Table } from "../durable/records.ts";
import { NUMBER } from "../durable/shape.ts";
import { UNKNOWN_EXECUTIONS_KEPT, UNKNOWN_EXECUTIONS_TOLD_MS } from "../inspection-limits.ts";

/** An execution, in the flow that it says it is of. */
export interface Reporting {
  readonly generation: number;
  readonly name: string;
}

/** When executions told something that the index does not know; the last of them. */
export class UnknownExecutions {
  private readonly rows: Table<number>;

  constructor(records: Records) {
    this.rows = records.table("unknown:", NUMBER);
  }

  /** An instant each, by their names. */
  *newerThan(instant: number): Generator<Reporting & { readonly at: number }> {
    for (const [key, at] of this.rows.entries()) {
      const [generation, name = ""] = key.split(":");
      if (at > instant) yield { generation: Number(generation), name, at };
    }
  }

  note({ generation, name }: Reporting, now: number): void {
    this.rows.put(`${generation}:${name}`, now);
    const newestFirst = Array.from(this.rows.entries()).toSorted(([, a], [, b]) => b - a);
    for (const [nth, [key, at]] of newestFirst.entries())
      if (nth >= UNKNOWN_EXECUTIONS_KEPT || at <= now - UNKNOWN_EXECUTIONS_TOLD_MS) this.rows.delete(key);
  }
}
