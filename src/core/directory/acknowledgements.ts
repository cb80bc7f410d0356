import type { Records, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { given } from "../given.ts";
import type { FindingCode } from "../inspection-kinds.ts";
import type { TellingOf } from "../telling.ts";
import { ACKNOWLEDGED_MAX, ACKNOWLEDGED_MS } from "../view-limits.ts";

/** Somebody looks after what the board shows under this id, as far as that began before. Times are epoch milliseconds. */
export interface Acknowledgement {
  readonly id: string;
  readonly at: number;
  /** Such as `key:<id>`. */
  readonly by: string;
  readonly note?: string;
}

export type AcknowledgementCommand =
  | { readonly type: "acknowledge"; readonly id: string; readonly by: string; readonly note?: string }
  | { readonly type: "takeBack"; readonly id: string };

/** What the directory tells the board: all that is acknowledged, and what inspections could not heal. */
export type AcknowledgementsTelling = TellingOf<
  "directory",
  {
    readonly acknowledged: readonly Acknowledgement[];
    /** Absent when there is none. */
    readonly findings?: readonly ToldFindings[];
  }
>;

/** Open findings of one code. */
export interface ToldFindings {
  readonly code: FindingCode;
  readonly count: number;
  /** Of the newest. */
  readonly since: number;
}

const ACKNOWLEDGEMENT = shaped<Acknowledgement>({ id: "text", at: "number", by: "text" }, { note: "text" });

/** Who looks after what, until it is old or there are too many. */
export class Acknowledgements {
  private readonly table: Table<Acknowledgement>;

  constructor(records: Records) {
    this.table = records.table("acknowledged:", ACKNOWLEDGEMENT);
  }

  handle(command: AcknowledgementCommand, now: number): { readonly ok: true } {
    const { id } = command;
    if (command.type === "takeBack") this.table.delete(id);
    else this.table.put(id, { id, at: now, by: command.by, ...given({ note: command.note }) });
    this.purge(now);
    return { ok: true };
  }

  /** The newest first. */
  all(): readonly Acknowledgement[] {
    return Array.from(this.table.entries(), ([, one]) => one).toSorted((a, b) => b.at - a.at);
  }

  private purge(now: number): void {
    for (const [place, { id, at }] of this.all().entries())
      if (place >= ACKNOWLEDGED_MAX || at < now - ACKNOWLEDGED_MS) this.table.delete(id);
  }
}
