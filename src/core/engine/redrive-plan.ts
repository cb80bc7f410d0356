import type { Flow } from "../fdl/flow.ts";
import { given } from "../given.ts";
import { REDRIVE_STEPS_SHOWN } from "../redrive-limits.ts";
import type { PlannedRedrive, RedrivePlan } from "./redrive-view.ts";
import type { Result } from "../result.ts";
import type { Execution } from "./contract.ts";
import type { GoingBack } from "./go-back.ts";
import { wayOn } from "./redrive.ts";
import { collectionOf } from "./scope.ts";
import { ROOT, childAddress, stepAddress } from "./state/addresses.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import type { ChildExecution } from "./state/fact.ts";
import {
  addressOf,
  isInForeach,
  listOf,
  openPhase,
  openStep,
  positionOf,
  stepAt,
} from "./state/navigation.ts";
import type { ForeachPhase } from "./state/phase.ts";
import type { AskedWay } from "./state/redrive-facts.ts";
import { countOf } from "./state/runs.ts";
import { leftBy } from "./steps/inherited.ts";

interface Draft extends Omit<RedrivePlan, "counts"> {
  readonly again: string[];
  readonly children: ChildExecution[];
  readonly warnings: string[];
  readonly counts: { tasks: number; iterations: number; waiting: number; kept: number };
}

/** What a redrive would do. Nothing changes, and nothing can until then but by another one. */
export function planRedrive(execution: Execution, asked: AskedWay = {}): Result<PlannedRedrive> {
  const { state } = execution;
  const way = wayOn(execution, asked);
  if (!way.ok) return way;
  const { back, flow } = way;
  const counts = { tasks: 0, iterations: 0, waiting: 0, kept: 0 };
  // oxlint-disable-next-line unicorn/no-thenable -- the contract's word for what comes behind: never a function
  const plan: Draft = { again: [], counts, then: thenOf(state, flow, back), children: [], warnings: [] };
  if (back) addBack(plan, execution, back, flow);
  else for (const frame of state.frames.values()) addFrame(plan, state, frame, flow);
  const { status, endedAt = 0, error, cause, redrives } = state.head;
  return { ok: true, plan, end: { status, endedAt, ...given({ error, cause, redrives }) } };
}

/** Of a step that is entered again nothing is known but how many items it will have. */
function addBack(
  { again, counts }: Draft,
  execution: Execution,
  { step: name, local, inherits }: GoingBack,
  flow: Flow,
) {
  const { state } = execution;
  const step = stepAt(flow, stepAddress(ROOT, name, 1));
  const { round = 0 } = state.frames.get(ROOT.text) ?? {};
  again.push(stepAddress(ROOT, name, round + 1).text);
  if (step?.type === "task") counts.tasks++;
  if (step?.type !== "foreach") return;
  const items = collectionOf(execution, step, local, flow);
  const count = Array.isArray(items) ? items.length : 0;
  counts.iterations = inherits === undefined ? count : countOf(leftBy(execution, inherits));
  counts.kept = count - counts.iterations;
}

function addFrame(plan: Draft, state: ExecutionState, frame: Frame, flow: Flow): void {
  const phase = openPhase(frame.phase);
  if (phase.is === "foreach") addForeach(plan, state, frame, phase);
  else if (phase.is === "wait" || phase.is === "retry") plan.counts.waiting++;
  else if (phase.is === "task" || phase.is === "failed") addStep(plan, state, frame, flow);
}

function addStep(
  { again, counts, children, warnings }: Draft,
  state: ExecutionState,
  frame: Frame,
  flow: Flow,
): void {
  const { phase } = frame;
  const address = addressOf(state, frame);
  const { type } = stepAt(flow, address) ?? openStep(state, frame);
  const { text } = address;
  if (type === "task") counts.tasks++;
  if (again.length < REDRIVE_STEPS_SHOWN) again.push(text);
  const child = phase.is === "task" ? phase.child : phase.is === "failed" ? phase.kept?.child : undefined;
  if (child && children.length < REDRIVE_STEPS_SHOWN) children.push(child);
  if (type === "fail")
    warnings.push(
      `step "${text}" is of type fail: it ends the execution again, unless it goes on from a step before`,
    );
}

function addForeach(plan: Draft, state: ExecutionState, frame: Frame, phase: ForeachPhase): void {
  const { again, counts } = plan;
  const address = addressOf(state, frame);
  const name = state.flow.lists[phase.body]?.steps[0]?.name ?? "";
  for (const { open } of phase.waves) {
    counts.tasks += open.size;
    for (const index of open.keys()) {
      if (again.length >= REDRIVE_STEPS_SHOWN) break;
      again.push(stepAddress(childAddress(address, index), name, 1).text);
    }
  }
  // Those inside an iteration are a part of it.
  if (isInForeach(state, frame)) return;
  counts.kept += phase.succeeded;
  const { count, succeeded, failed, skipped, exceeded } = phase;
  counts.iterations += count - succeeded - (exceeded ? 0 : failed) - (skipped?.count ?? 0);
}

/** Steps of the flow's own list behind the one that goes on, as they stand there. */
function thenOf(state: ExecutionState, flow: Flow, back: GoingBack | undefined): string[] {
  const root = state.frames.get(ROOT.text);
  const [list] = flow.lists;
  const open = back?.step ?? (root && listOf(state, root).steps[root.position]?.name);
  if (!list || open === undefined) return [];
  const behind = positionOf(list, open) + 1;
  return list.steps.slice(behind, behind + REDRIVE_STEPS_SHOWN).map(({ name }) => name);
}
