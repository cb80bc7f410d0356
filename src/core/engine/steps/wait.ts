import { evaluateSource } from "../../expr/mapping.ts";
import type { StepOf } from "../../fdl/flow.ts";
import { type Json, isJsonObject } from "../../json.ts";
import { WAIT_SECONDS_MAX } from "../../limits.ts";
import { type Result, assert, reject } from "../../result.ts";
import { SECOND_MS, parseRfc3339 } from "../../time.ts";
import { failStep, succeedStep } from "../conclude-step.ts";
import { type EvolveTable, NO_CHILDREN, type StepBehaviour } from "../contract.ts";
import { becomeRunnable, materialize } from "../frame-changes.ts";
import { stepScope } from "../scope.ts";
import type { FactType } from "../state/fact.ts";
import { type Transitions, row } from "../state/transition.ts";

export const PAUSE_TRANSITIONS = {
  pauseStarted: [row(["ready"], ["wait"])],
  // A wait is over, or the pause before a control step is visited again.
  pauseEnded: [row(["wait"], ["settled"]), row(["retry"], ["ready"])],
} as const satisfies Partial<Transitions<FactType>>;

type WaitStep = StepOf<"wait">;

/** Lets time pass (spec: FDL section 2.3). What has passed already is not waited for. */
export const wait: StepBehaviour<WaitStep> = {
  ...NO_CHILDREN,
  enter(turn, frame, step) {
    const scope = stepScope(turn, frame);
    const until = step.duration
      ? afterDuration(evaluateSource(step.duration, scope), turn.now)
      : atTimestamp(step.timestamp ? evaluateSource(step.timestamp, scope) : null);
    if (!until.ok) failStep(turn, frame, { error: "FnF.RuntimeError", cause: until.detail });
    else if (until.at > turn.now + WAIT_SECONDS_MAX * SECOND_MS) failStep(turn, frame, TOO_LONG);
    else if (until.at <= turn.now) succeedStep(turn, frame, {});
    else turn.emit({ type: "pauseStarted", frame: frame.address, at: until.at });
  },
};

const TOO_LONG = {
  error: "FnF.RuntimeError",
  cause: `the wait is longer than ${WAIT_SECONDS_MAX} seconds`,
};

function afterDuration(value: Json, now: number): Result<{ at: number }> {
  const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof seconds !== "number" || !Number.isFinite(seconds)) {
    return reject("InvalidDuration", `the duration is no number of seconds but ${shown(value)}`);
  }
  return { ok: true, at: now + Math.round(Math.max(0, seconds) * SECOND_MS) };
}

function atTimestamp(value: Json): Result<{ at: number }> {
  const at = typeof value === "string" ? parseRfc3339(value) : undefined;
  if (at !== undefined) return { ok: true, at };
  return reject(
    "InvalidTimestamp",
    `the timestamp is no instant such as 2027-01-01T00:00:00Z but ${shown(value)}`,
  );
}

/** A value as a message may show it: of large ones only what they are. */
function shown(value: Json): string {
  if (Array.isArray(value)) return "an array";
  return isJsonObject(value) ? "an object" : JSON.stringify(value).slice(0, 80);
}

/** The facts of waiting: by a wait, or before a control step is visited again. */
export const evolvePause: EvolveTable<"pauseStarted" | "pauseEnded"> = {
  pauseStarted({ state }, { at }, { frame: address }) {
    materialize(state, address).phase = { is: "wait", at };
    state.timers.add({ at, kind: "wait", frame: address.text });
  },
  pauseEnded({ state }, _, { frame: address }) {
    const frame = materialize(state, address);
    const { is } = frame.phase;
    assert(is === "wait" || is === "retry", "a pause ends where one was");
    if (is === "wait") becomeRunnable(state, frame, { is: "settled", result: { local: {} } });
    else becomeRunnable(state, frame, { is: "ready", revisit: true });
  },
};
