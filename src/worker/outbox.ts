/** What the service has not been told yet, of one queue; nothing leaves it without a verdict. */
import { ENTRIES_PER_CALL, REPORTS_BYTES } from "./limits.ts";
import type { Held } from "./held.ts";
import { toJson } from "./json.ts";
import type { ReportOnWire, VerdictOnWire, WorkRequest } from "./wire.ts";

export interface Unsent {
  readonly report: ReportOnWire;
  readonly bytes: number;
  /** Absent for one that an earlier process left behind. */
  readonly held?: Held;
  readonly finishedAt: number;
  /** It was refused as it was, and is the failure that says so. */
  readonly isReplaced: boolean;
}

export interface Parcel {
  readonly reports: readonly Unsent[];
  readonly request: Pick<WorkRequest, "reports" | "release" | "bury" | "delete">;
}

type Release = WorkRequest["release"][number];
type Burial = WorkRequest["bury"][number];

export class Outbox {
  private takesLogs = true;
  private readonly reports = new Set<Unsent>();
  private releases: Release[] = [];
  private burials: Burial[] = [];
  private deletions: string[] = [];
  /** Smaller after a call was refused as a whole: the culprit is found by halves. */
  private limit = ENTRIES_PER_CALL;

  get size(): number {
    return this.reports.size + this.releases.length + this.burials.length + this.deletions.length;
  }

  get unsent(): readonly Unsent[] {
    return [...this.reports];
  }

  /** Not of a service that refused one. */
  get keepsLogs(): boolean {
    return this.takesLogs;
  }

  /** Of messages that are done with, which the service has not heard yet. */
  receipts(): string[] {
    const others = [...this.releases, ...this.burials].map(({ receipt }) => receipt);
    const reported = this.unsent.flatMap(({ report: { receipt } }) => receipt ?? []);
    return [...reported, ...others, ...this.deletions];
  }

  /** An older service knows no logs: from then on it gets none. True for the verdict that told so. */
  learnsNoLogs(verdict: VerdictOnWire | undefined): boolean {
    const isNew =
      this.takesLogs &&
      verdict?.ok === false &&
      verdict.code === "InvalidRequest" &&
      /\blog\b/.test(verdict.detail);
    if (isNew) this.takesLogs = false;
    return isNew;
  }

  addReport(whole: ReportOnWire, finishedAt: number, held?: Held, isReplaced = false): void {
    const { log, ...rest } = whole;
    const report = log === undefined || !this.takesLogs ? rest : whole;
    const bytes = Buffer.byteLength(toJson(report));
    this.reports.add({ report, bytes, finishedAt, isReplaced, ...(held && { held }) });
  }

  release(receipt: string, delaySeconds: number): void {
    this.releases.push({ receipt, ...(delaySeconds > 0 && { delaySeconds }) });
  }

  bury(receipt: string, reason: string): void {
    this.burials.push({ receipt, reason });
  }

  remove(receipt: string): void {
    this.deletions.push(receipt);
  }

  /** The next of it that fits into a call. */
  next(): Parcel {
    const reports: Unsent[] = [];
    let bytes = 0;
    for (const unsent of this.reports) {
      if (reports.length >= this.limit) break;
      bytes += unsent.bytes;
      if (reports.length > 0 && bytes > REPORTS_BYTES) break;
      reports.push(unsent);
    }
    return {
      reports,
      request: {
        reports: reports.map(({ report }) => report),
        release: this.releases.slice(0, this.limit),
        bury: this.burials.slice(0, this.limit),
        delete: this.deletions.slice(0, this.limit),
      },
    };
  }

  /** All but the reports of a parcel, whose verdicts are told apart. */
  delivered({ request }: Parcel): void {
    this.releases = this.releases.slice(request.release.length);
    this.burials = this.burials.slice(request.bury.length);
    this.deletions = this.deletions.slice(request.delete.length);
    this.limit = Math.min(this.limit * 2, ENTRIES_PER_CALL);
  }

  settle(unsent: Unsent): void {
    this.reports.delete(unsent);
  }

  /** Behind the others: these may have a verdict sooner. */
  postpone(unsent: Unsent): void {
    this.reports.delete(unsent);
    this.reports.add(unsent);
  }

  /**
   * A call was refused as a whole: the next one carries half of it. Gives what is refused when nothing smaller can be
   * sent, and forgets what is no report of it.
   */
  refused(parcel: Parcel): readonly Unsent[] {
    const { reports, request } = parcel;
    const largest = Math.max(
      reports.length,
      request.release.length,
      request.bury.length,
      request.delete.length,
    );
    if (largest > 1) {
      this.limit = Math.ceil(largest / 2);
      return [];
    }
    this.delivered(parcel);
    return reports;
  }
}
