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

/**
 * Reports on their way through a queue: to each execution at most one call is under way, and what comes meanwhile goes
 * with the next one. They live in memory only: who reports is connected, and repeats what got no verdict.
 */
export class ReportLines<R, V> {
  /** Of each execution that has a call under way, or is to have one. */
  private readonly waiting = new Map<string, Parcel<R, V>[]>();
  private bytesUnderWay = 0;

  /** "full": it was not taken. "first": no call is under way, and the caller has to see to one. */
  add(execution: string, parcel: Parcel<R, V>): "full" | "first" | "waits" {
    if (this.bytesUnderWay + parcel.bytes > REPORTS_UNDER_WAY_BYTES) return "full";
    this.bytesUnderWay += parcel.bytes;
    const line = this.waiting.get(execution);
    if (line) {
      line.push(parcel);
      return "waits";
    }
    this.waiting.set(execution, [parcel]);
    return "first";
  }

  /** What goes with the next call; undefined when nothing waits: then whoever comes is the first again. */
  next(execution: string): ReportCall<R, V> | undefined {
    const line = this.waiting.get(execution) ?? [];
    if (line.length > 0) return { execution, parcels: line.splice(0, fitting(line)) };
    this.waiting.delete(execution);
    return undefined;
  }

  /** Verdicts are in the order of the call's reports. */
  answered({ parcels }: ReportCall<R, V>, verdicts: readonly V[]): void {
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
    const behind = this.waiting.get(execution) ?? [];
    this.waiting.delete(execution);
    for (const parcel of [...parcels, ...behind]) parcel.tell(parcel.reports.map(() => verdict));
    this.forget(behind);
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
