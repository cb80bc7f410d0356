import { carriedSize } from "../carry.ts";
import { askByExecution } from "../core/by-execution.ts";
import { type ReportCall, ReportLines } from "../core/queue/report-lines.ts";
import { REPORTS_GATHERED_MS, REPORTS_PAUSE_MS, REPORTS_SILENCE_MS } from "../core/report-limits.ts";
import { reject } from "../core/result.ts";
import type { PassedReport, TaskReport, TaskVerdict } from "../core/task-reports.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { NO_VERDICT, reportTo } from "../report.ts";

type Call = ReportCall<TaskReport, TaskVerdict>;

const FULL = reject("Overloaded", "too many reports are on their way at once: repeat it shortly");
const SILENT = reject("Overloaded", "the execution does not answer: repeat the report shortly");

/** Passes on what workers report at one queue, those of many calls in one. */
export class ReportPasser {
  private readonly env: Env;
  private readonly background: (work: Promise<unknown>) => void;
  private readonly lines = new ReportLines<TaskReport, TaskVerdict>();
  /** Executions whose next call waits for more reports: tells that one came. */
  private readonly gathering = new Map<string, () => void>();

  constructor(env: Env, background: (work: Promise<unknown>) => void) {
    this.env = env;
    this.background = background;
  }

  /** One verdict each, in order; those accepted are committed. Never rejects. */
  passOn(reports: readonly PassedReport[]): Promise<TaskVerdict[]> {
    return askByExecution(reports, NO_VERDICT, (execution, own) =>
      this.wait(
        execution,
        own.map(({ report }) => report),
      ),
    );
  }

  private wait(execution: string, reports: readonly TaskReport[]): Promise<readonly TaskVerdict[]> {
    const { promise, resolve } = Promise.withResolvers<readonly TaskVerdict[]>();
    const place = this.lines.add(execution, { reports, bytes: carriedSize(reports), tell: resolve });
    if (place === "full") return Promise.resolve(reports.map(() => FULL));
    if (place === "first") this.background(this.callUntilIdle(execution));
    this.gathering.get(execution)?.();
    return promise;
  }

  private async callUntilIdle(execution: string): Promise<void> {
    // What comes in the same turn goes along.
    await scheduler.wait(0);
    let call = this.lines.next(execution);
    while (call && (await this.isAnswered(call))) {
      await this.gather(execution);
      call = this.lines.next(execution);
    }
  }

  /** Waits until all are back who were answered together, or a while. */
  private async gather(execution: string): Promise<void> {
    const end = Date.now() + REPORTS_GATHERED_MS;
    let hasCome: boolean | undefined = true;
    while (hasCome && this.lines.expectsMore(execution) && Date.now() < end) {
      const { promise: next, resolve } = Promise.withResolvers<true>();
      this.gathering.set(execution, () => resolve(true));
      hasCome = await inTime(next, Math.min(REPORTS_PAUSE_MS, end - Date.now()));
    }
    this.gathering.delete(execution);
  }

  /** False when it was silent for so long that nobody waits for it any more. */
  private async isAnswered(call: Call): Promise<boolean> {
    const { execution, parcels } = call;
    const asked = reportTo(
      this.env,
      execution,
      parcels.flatMap(({ reports }) => reports),
    );
    const verdicts = await inTime(asked, REPORTS_SILENCE_MS);
    if (verdicts) {
      this.lines.answered(call, verdicts);
      return true;
    }
    log({ event: "overloaded", execution, message: `no answer to reports for ${REPORTS_SILENCE_MS} ms` });
    this.lines.givenUp(call, SILENT);
    this.background(asked.then(() => this.lines.over(call)));
    return false;
  }
}

/** Undefined when it takes longer. */
async function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
