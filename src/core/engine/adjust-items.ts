import { given } from "../given.ts";
import { EXECUTION_GROWTH_BYTES } from "../limits.ts";
import { type Result, reject } from "../result.ts";
import type { AdjustItems } from "./command.ts";
import type { Execution } from "./contract.ts";
import type { Decision } from "./decision.ts";
import { RUN_BYTES, hasRoomToGrow } from "./open-memory.ts";
import { parseStepAddress } from "./state/addresses.ts";
import type { Draft } from "./state/draft.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { addressOf, frameAt, isRunning, listOf } from "./state/navigation.ts";
import type { ForeachPhase } from "./state/phase.ts";
import { NO_RUNS, type Runs, inBoth, joinRuns, toRuns } from "./state/runs.ts";
import { leftToBegin, nextRuns } from "./state/todo.ts";
import { failedRuns } from "./steps/fan-changes.ts";

interface Open {
  readonly frame: Frame;
  readonly phase: ForeachPhase;
}

/** How a foreach goes on: what runs ends as it would, and nothing new begins until there is room. */
export function decideAdjust(execution: Execution, command: AdjustItems): Decision {
  const { state } = execution;
  if (!isRunning(state))
    return reject("ExecutionAlreadyCompleted", `the execution has already ended: ${state.head.status}`);
  const open = openForeach(state, command.step);
  if (!open)
    return reject(
      "StepNotOpen",
      `no foreach is open at "${command.step}": a step's path is as the list of steps shows it`,
    );
  const changes = [skipped(execution, open, command), retried(execution, open, command)];
  const drafts: Draft[] = adjusted(open, command);
  for (const change of changes) {
    if (!change.ok) return change;
    if (change.draft) drafts.push(change.draft);
  }
  return { drafts, outcome: { ok: true } };
}

function openForeach(state: ExecutionState, path: string): Open | undefined {
  const address = parseStepAddress(path);
  const frame = address && frameAt(state, address.frame);
  if (!frame || frame.round !== address.round || frame.phase.is !== "foreach") return undefined;
  const { phase } = frame;
  return listOf(state, frame).steps[frame.position]?.name === address.step ? { frame, phase } : undefined;
}

/** A change that changes nothing is none. */
function adjusted({ frame, phase }: Open, { concurrency, tolerance, by }: AdjustItems): Draft[] {
  const { limits } = phase;
  const changed = {
    ...(isOther(concurrency, limits?.concurrency) && given({ concurrency })),
    ...(isOther(tolerance, limits?.tolerance) && given({ tolerance })),
  };
  if (Object.keys(changed).length === 0) return [];
  return [{ type: "fanAdjusted", frame: frame.address, ...changed, by }];
}

function isOther<T>(asked: T, now: T): boolean {
  return asked !== undefined && JSON.stringify(asked) !== JSON.stringify(now);
}

type Change = Result<{ readonly draft?: Draft }>;

/** What has ended stays as it ended; so each item is left out once. */
function skipped(execution: Execution, open: Open, { stop, by, reason }: AdjustItems): Change {
  if (stop === undefined) return { ok: true };
  const { frame, phase } = open;
  if (typeof stop !== "string" && isBeyond(stop, phase)) return beyond(phase);
  const { count, again = NO_RUNS } = phase;
  const meant = typeof stop === "string" ? [[0, count] as const] : joinRuns(stop);
  const ahead = nextRuns(phase, leftToBegin(phase));
  const runs = inBoth(ahead, meant);
  const stopped = stop === "notStarted" ? NO_RUNS : inBoth(runningIn(execution.state, open), meant);
  const calledOff = inBoth(again, meant);
  if (runs.length + stopped.length + calledOff.length === 0) return { ok: true };
  if (!hasRoomFor(execution.state, runs)) return noRoom();
  const cause = reason === undefined ? `stopped by ${by}` : `stopped by ${by}: ${reason}`;
  const ended = { ...(stopped.length > 0 && { stopped }), ...(calledOff.length > 0 && { calledOff }) };
  return { ok: true, draft: { type: "itemsSkipped", frame: frame.address, runs, ...ended, cause } };
}

/** Those that have begun and not ended. */
function runningIn(state: ExecutionState, { frame, phase }: Open): Runs {
  const { text } = addressOf(state, frame);
  const own = [...state.frames.values()].filter(({ address }) => address.owner?.text === text);
  const inWaves = phase.waves.flatMap(({ open }) => [...open.keys()]);
  return toRuns([...own.map(({ address }) => address.index), ...inWaves]);
}

function retried(execution: Execution, { frame, phase }: Open, { retry }: AdjustItems): Change {
  if (retry === undefined) return { ok: true };
  if (typeof retry !== "string" && isBeyond(retry, phase)) return beyond(phase);
  const among = typeof retry === "string" ? undefined : joinRuns(retry);
  const runs = failedRuns(execution, addressOf(execution.state, frame), phase, among);
  if (runs.length === 0) return { ok: true };
  if (!hasRoomFor(execution.state, runs)) return noRoom();
  return { ok: true, draft: { type: "itemsRetried", frame: frame.address, runs } };
}

function isBeyond(runs: Runs, { count }: ForeachPhase): boolean {
  return runs.some(([first, length]) => first + length > count);
}

function beyond({ count }: ForeachPhase): Change {
  return reject("InvalidRange", `the foreach has ${count} items: runs name indexes from 0 to ${count - 1}`);
}

function hasRoomFor(state: ExecutionState, runs: Runs): boolean {
  return hasRoomToGrow(state, runs.length * RUN_BYTES);
}

function noRoom(): Change {
  const half = EXECUTION_GROWTH_BYTES / 2;
  return reject(
    "MemoryFull",
    `the execution has less than ${half} bytes of memory left: change fewer runs, or wait until iterations have ended`,
  );
}
