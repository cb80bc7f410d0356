import { REPORTS_CALL_BYTES, REPORTS_PER_CALL, REPORTS_UNDER_WAY_BYTES } from "../report-limits.ts";

/** Reports of one caller for one execution: they stay together. */
export interface Parcel<R, V> {
  readonly reports: readonly R[];
  readonly bytes: number;
  /** Called once: one verdict each, in order. */
  tell(verdicts: readonly V[]): void;
}

export interface ReportCall<R, V> {
  readonly execution: string;
  readonly parcels: readonly Parcel<R, V>[];
}

/** Those who report to one execution. */
interface Line<R, V> {
  readonly waiting: Parcel<R, V>[];
  /** How many reported when the last call was answered, in it or behind it. */
  expected: number;
}

/**
 * Reports on their way through a queue: to each execution at most one call is under way, and what comes meanwhile goes
 * with the next one. Workers that were answered together mostly come back together: the next call waits for them a little,
 * so that they go on sharing it. Whoever reports alone waits for nobody. All this lives in memory only: who reports is
 * connected, and repeats what got no verdict.
 */
export class ReportLines<R, V> {
  /** Of each execution that has a call under way, or is to have one. */
  private readonly lines = new Map<string, Line<R, V>>();
  private bytesUnderWay = 0;

  /** "full": it was not taken. "first": no call is under way, and the caller has to see to one. */
  add(execution: string, parcel: Parcel<R, V>): "full" | "first" | "waits" {
    if (this.bytesUnderWay + parcel.bytes > REPORTS_UNDER_WAY_BYTES) return "full";
    this.bytesUnderWay += parcel.bytes;
    const line = this.lines.get(execution);
    if (!line) {
      this.lines.set(execution, { waiting: [parcel], expected: 0 });
      return "first";
    }
    line.waiting.push(parcel);
    return "waits";
  }

  /** Whether the next call had better wait a little: it has room, and not all are back. */
  expectsMore(execution: string): boolean {
    const { waiting = [], expected = 0 } = this.lines.get(execution) ?? {};
    return expected > 1 && waiting.length < expected && fitting(waiting) === waiting.length;
  }

  /** What goes with the next call; undefined when nothing waits: then whoever comes is the first again. */
  next(execution: string): ReportCall<R, V> | undefined {
    const line = this.lines.get(execution);
    if (!line || line.waiting.length === 0) {
      this.lines.delete(execution);
      return undefined;
    }
    return { execution, parcels: line.waiting.splice(0, fitting(line.waiting)) };
  }

  /** Verdicts are in the order of the call's reports. */
  answered({ execution, parcels }: ReportCall<R, V>, verdicts: readonly V[]): void {
    const line = this.lines.get(execution);
    if (line) line.expected = parcels.length + line.waiting.length;
    let told = 0;
    for (const parcel of parcels) {
      const from = told;
      told += parcel.reports.length;
      parcel.tell(verdicts.slice(from, told));
    }
    this.forget(parcels);
  }

  /**
   * The call takes too long: its callers, and those who wait for it, all get this verdict, and whoever comes is the first
   * again. Its reports keep their room in memory until the call is `over`.
   */
  givenUp({ execution, parcels }: ReportCall<R, V>, verdict: V): void {
    const { waiting = [] } = this.lines.get(execution) ?? {};
    this.lines.delete(execution);
    for (const parcel of [...parcels, ...waiting]) parcel.tell(parcel.reports.map(() => verdict));
    this.forget(waiting);
  }

  /** A call that was given up came to an end after all. */
  over({ parcels }: ReportCall<R, V>): void {
    this.forget(parcels);
  }

  private forget(parcels: readonly Parcel<R, V>[]): void {
    for (const { bytes } of parcels) this.bytesUnderWay -= bytes;
  }
}

/** How many parcels go with one call; the first one always does. */
function fitting<R, V>(line: readonly Parcel<R, V>[]): number {
  let [count, bytes] = [0, 0];
  const end = line.findIndex((parcel) => {
    count += parcel.reports.length;
    bytes += parcel.bytes;
    return count > REPORTS_PER_CALL || bytes > REPORTS_CALL_BYTES;
  });
  return end < 0 ? line.length : Math.max(1, end);
}
