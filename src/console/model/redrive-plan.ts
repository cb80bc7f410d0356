import type { ExecutionSummary, RedrivePlan } from "../api/types.ts";
import type { Words } from "../words/en/index.ts";

/** Whether it ended otherwise than well: then it can go on. */
export function canGoOn(status: ExecutionSummary["status"]): boolean {
  return status === "Failed" || status === "Stopped" || status === "TimedOut";
}

/** What goes on, and how much: `61 items run, 239 are kept, then publish`. */
export function planSays({ again, counts, then }: RedrivePlan, { redrive: texts }: Words): string {
  const { tasks, iterations, kept, waiting } = counts;
  const hasItems = iterations + kept > 0;
  const parts = [
    hasItems && texts.itemsRun(iterations, kept),
    !hasItems && tasks > 0 && texts.tasksRun(tasks),
    !hasItems && tasks === 0 && again.length > 0 && texts.stepsRun(again.slice(0, STEPS_NAMED)),
    waiting > 0 && texts.waitsGoOn(waiting),
    then.length > 0 && texts.thenRun(then.slice(0, STEPS_NAMED)),
  ].filter((part) => part !== false);
  return parts.length === 0 ? texts.nothingRuns : parts.join(texts.comma);
}

/** More of them make no sentence. */
const STEPS_NAMED = 5;

/** What stands on the button. */
export function verbOf({ counts: { iterations, tasks } }: RedrivePlan, { redrive: texts }: Words): string {
  if (iterations > 0) return texts.retryItems(iterations);
  return tasks > 0 ? texts.retryTasks(tasks) : texts.retry;
}
