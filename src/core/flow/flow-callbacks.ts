import { type OpenCallback, mostPressing } from "../callback.ts";
import { CALLBACKS_OF_FLOW_TOLD, CALLBACK_EXECUTIONS_LOOKED_AT } from "../callback-limits.ts";
import type { Records, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { sortable } from "../text.ts";
import type { ToldCallback } from "./digest.ts";
import type { ExecutionEntry } from "./flow.ts";

/** Open callbacks of one execution. */
interface KeptCallbacks {
  readonly name: string;
  readonly told: readonly OpenCallback[];
}

type Which = Pick<ExecutionEntry, "generation" | "number">;

const KEPT = shaped<KeptCallbacks>({ name: "text", told: "list" });

/** A row for each execution that has open callbacks, in the order of their starts. */
export class FlowCallbacks {
  private readonly rows: Table<KeptCallbacks>;

  constructor(records: Records) {
    this.rows = records.table("callback:", KEPT);
  }

  keep(entry: Which & Pick<ExecutionEntry, "name">, told: readonly OpenCallback[]): void {
    this.rows.put(keyOf(entry), { name: entry.name, told });
  }

  remove(entry: Which): void {
    this.rows.delete(keyOf(entry));
  }

  /** Of a generation's executions, as far as it is looked through for them: the oldest first. */
  told(generation: number): ToldCallback[] {
    const found: ToldCallback[] = [];
    let looked = 0;
    for (const [, { name, told }] of this.rows.entries({ within: `${generation}:` })) {
      found.push(...told.map((one) => ({ execution: name, ...one })));
      if (++looked >= CALLBACK_EXECUTIONS_LOOKED_AT) break;
    }
    return mostPressing(found, CALLBACKS_OF_FLOW_TOLD);
  }
}

function keyOf({ generation, number }: Which): string {
  return `${generation}:${sortable(number)}`;
}
