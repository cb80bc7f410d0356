import type { Execution } from "../core/engine/contract.ts";
import type { ExecutionStore } from "../core/engine/kept/store.ts";
import { ROOT } from "../core/engine/state/addresses.ts";
import { listOf, openStep, startInput, visitsOf } from "../core/engine/state/navigation.ts";
import type { ForkPoint, ForkQuery } from "../core/execution-views.ts";
import { given } from "../core/given.ts";
import type { HistoryEvent } from "../core/history/event.ts";
import { type TokenMark, renderRow } from "../core/history/render.ts";
import { type JsonObject, isJsonObject, jsonSize } from "../core/json.ts";
import { EXECUTION_DATA_SIZE } from "../core/limits.ts";
import { type Result, assert, reject } from "../core/result.ts";
import { quoted } from "../core/text.ts";

/**
 * What a fork of an execution begins with (spec: operations section 2). Rejections: StepNotExists, PayloadTooLarge for
 * values that are too large to be handed on together.
 */
export function readForkPoint(
  execution: Execution,
  store: ExecutionStore,
  query: ForkQuery,
  mark: TokenMark,
): Result<{ point: ForkPoint }> {
  const input = query.without.includes("input") ? undefined : startInput(execution);
  if (query.step === undefined) return { ok: true, point: given({ input }) };
  const event = enteredOf(execution, store, query.step, query.event, mark);
  if (!event) {
    const which = query.event === undefined ? "" : ` with event ${query.event}`;
    return reject(
      "StepNotExists",
      `the execution did not enter a step ${quoted(query.step)}${which} of the flow's own list: steps and events stand in its history`,
    );
  }
  const { eventId, detail } = event;
  const local = query.without.includes("local") ? undefined : localIn(detail);
  if (jsonSize(input ?? {}) + jsonSize(local ?? {}) > EXECUTION_DATA_SIZE) {
    const cause = `input and local variable together are larger than ${EXECUTION_DATA_SIZE} bytes of JSON: give one of them anew`;
    return reject("PayloadTooLarge", cause);
  }
  return { ok: true, point: { event: eventId, ...given({ input, local }) } };
}

/** The StepEntered event of a visit. */
function enteredOf(
  execution: Execution,
  store: ExecutionStore,
  step: string,
  id: number | undefined,
  mark: TokenMark,
): HistoryEvent | undefined {
  const wanted = id ?? lastEntered(execution, step);
  const row = wanted === undefined ? undefined : store.readRow(store.findMark("event", wanted)?.seq ?? 0);
  if (wanted === undefined || !row) return undefined;
  const [event] = renderRow(execution, row, wanted, wanted + 1, mark);
  const isMeant = event?.type === "StepEntered" && event.stepName === step && !event.stepPath.includes("/");
  return isMeant ? event : undefined;
}

function lastEntered(execution: Execution, step: string): number | undefined {
  const { state } = execution;
  const frame = state.frames.get(ROOT.text);
  if (!frame) return undefined;
  const { steps } = listOf(state, frame);
  const isEntered = frame.phase.is !== "ready" && frame.position < steps.length;
  if (isEntered && openStep(state, frame).name === step) return frame.entered;
  const visits = visitsOf(execution, ROOT);
  for (let position = visits.length - 1; position >= 0; position--) {
    const visit = visits.at(position);
    if (visit && steps[visit.position]?.name === step) return visit.entered;
  }
  return undefined;
}

function localIn({ local }: HistoryEvent["detail"]): JsonObject {
  assert(isJsonObject(local), "a step that is entered has a local variable");
  return local;
}
