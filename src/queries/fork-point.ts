import type { Execution } from "../core/engine/contract.ts";
import { enteredWith, lastEntered } from "../core/engine/entered.ts";
import { startInput } from "../core/engine/state/navigation.ts";
import type { ForkPoint, ForkQuery } from "../core/execution-views.ts";
import { given } from "../core/given.ts";
import { jsonSize } from "../core/json.ts";
import { EXECUTION_DATA_SIZE } from "../core/limits.ts";
import { type Result, reject } from "../core/result.ts";
import { quoted } from "../core/text.ts";

/**
 * What a fork of an execution begins with (spec: operations section 2). Rejections: StepNotExists, PayloadTooLarge for
 * values that are too large to be handed on together.
 */
export function readForkPoint(execution: Execution, query: ForkQuery): Result<{ point: ForkPoint }> {
  const input = query.without.includes("input") ? undefined : startInput(execution);
  if (query.step === undefined) return { ok: true, point: given({ input }) };
  const visit = visitOf(execution, query.step, query.event);
  if (!visit) {
    const which = query.event === undefined ? "" : ` with event ${query.event}`;
    return reject(
      "StepNotExists",
      `the execution did not enter a step ${quoted(query.step)}${which} of the flow's own list: steps and events stand in its history`,
    );
  }
  const { event } = visit;
  const local = query.without.includes("local") ? undefined : visit.local;
  if (jsonSize(input ?? {}) + jsonSize(local ?? {}) > EXECUTION_DATA_SIZE) {
    const cause = `input and local variable together are larger than ${EXECUTION_DATA_SIZE} bytes of JSON: give one of them anew`;
    return reject("PayloadTooLarge", cause);
  }
  return { ok: true, point: { event, ...given({ input, local }) } };
}

/** A visit of a step of the flow's own list: the last one, or the one that an event tells of. */
function visitOf(execution: Execution, step: string, id: number | undefined) {
  const event = id ?? lastEntered(execution, step);
  const entered = event === undefined ? undefined : enteredWith(execution, event);
  return event !== undefined && entered?.step === step ? { event, local: entered.local } : undefined;
}
