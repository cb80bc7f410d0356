import { given } from "../given.ts";
import { utf8Length } from "../text.ts";
import { FAILED_STEP_BYTES } from "../view-limits.ts";
import type { FailedStep, HeadRecord } from "./state/execution-state.ts";
import { failedStepOf, itemsOf } from "./tally.ts";

/** How an execution ended, as its flow's index is told. */
export function toldEnd(head: HeadRecord) {
  const { status, redrives, endedAt = 0, error, cause } = head;
  const failedStep = shortPath(failedStepOf(head));
  return {
    status,
    endedAt,
    ...given({ redrives }),
    ...given({ error, cause, items: itemsOf(head), failedStep }),
  };
}

/** What lists show of it has no room for more. */
function shortPath(step: FailedStep | undefined): FailedStep | undefined {
  return step && utf8Length(step.path) <= FAILED_STEP_BYTES ? step : undefined;
}
