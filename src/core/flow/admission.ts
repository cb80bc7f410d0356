import { RUNNING_EXECUTIONS_MAX, STARTS_PER_SECOND_MAX } from "../limits.ts";
import { type Rejection, reject } from "../result.ts";
import { SECOND_MS } from "../time.ts";

/** Keeps one flow from taking more than its object can bear. In memory alone: a restart forgets a second's starts. */
export class Admission {
  private second = 0;
  private starts = 0;

  /** Starts through the API have a pace; schedules and parents are objects themselves, with one of their own. */
  refuseStart(startedBy: string, now: number): Rejection | undefined {
    if (!startedBy.startsWith("key:")) return undefined;
    const second = Math.floor(now / SECOND_MS);
    if (this.second !== second) [this.second, this.starts] = [second, 0];
    if (++this.starts <= STARTS_PER_SECOND_MAX) return undefined;
    return reject(
      "TooManyStarts",
      `a flow takes ${STARTS_PER_SECOND_MAX} starts a second: try again in a second`,
    );
  }

  refuseRunning(running: number): Rejection | undefined {
    if (running < RUNNING_EXECUTIONS_MAX) return undefined;
    return reject(
      "TooManyExecutions",
      `${RUNNING_EXECUTIONS_MAX} executions of this flow run already: try again when some have ended`,
    );
  }
}
