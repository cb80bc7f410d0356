import { type Diagnostic, type DiagnosticCode, type DocumentPath, pathText } from "../fdl/diagnostic.ts";
import { readDocument } from "../fdl/document.ts";
import { type Flow, type Step, type StepList, stepOf } from "../fdl/flow.ts";
import { innerKind } from "../fdl/inner-lists.ts";
import { innerListPath } from "../fdl/list-path.ts";
import { DIAGNOSTICS_MAX } from "../limits.ts";
import { type Rejection, reject } from "../result.ts";
import type { FrameAddress } from "./state/addresses.ts";
import type { ExecutionState, Frame } from "./state/execution-state.ts";
import { isEntered, listAt, listOf, openPhase, stepAt } from "./state/navigation.ts";
import { type Phase, isControl } from "./state/phase.ts";

/** What of an execution has no place in another version of its flow (spec: operations section 1.5). */
interface Misfit {
  readonly code: Extract<DiagnosticCode, "OpenStepMissing" | "OpenStepChanged">;
  /** In the text of the version. */
  readonly path: DocumentPath;
  readonly message: string;
}

/** That the version has no place for what is open, with the places of its text where that would be. */
export type IncompatibleVersion = Rejection & { readonly diagnostics: readonly Diagnostic[] };

/**
 * Every open list and open step must be found under its path; what is closed is never looked at again, and what has not
 * begun may be anything. With `from` only that step of the flow's own list must be there.
 */
export function refuseVersion(
  state: ExecutionState,
  { flow, definition }: { readonly flow: Flow; readonly definition: string },
  from: string | undefined,
): IncompatibleVersion | undefined {
  const found = from === undefined ? misfitsOf(state, flow) : missingIn(flow.lists[0], from, ["steps"]);
  if (found.length === 0) return undefined;
  const { document } = readDocument(definition, "running");
  const diagnostics = found.flatMap(
    ({ code, path, message }) => document?.diagnose(code, path, message) ?? [],
  );
  const [first] = found;
  const detail = `the version has no place for what is open in the execution: ${first?.message}`;
  return { ...reject("IncompatibleVersion", detail), diagnostics };
}

function misfitsOf(state: ExecutionState, flow: Flow): Misfit[] {
  const found = new Map<string, Misfit>();
  for (const frame of state.frames.values()) {
    for (const misfit of misfitsIn(state, flow, frame)) {
      if (found.size >= DIAGNOSTICS_MAX) return [...found.values()];
      found.set(`${pathText(misfit.path)} ${misfit.message}`, misfit);
    }
  }
  return [...found.values()];
}

/** Of a list that is not there any more the step that it lies in tells. */
function misfitsIn(state: ExecutionState, flow: Flow, frame: Frame): Misfit[] {
  const list = listAt(flow, frame.address);
  const { steps } = listOf(state, frame);
  const before = steps[frame.position];
  if (!list || !before) return [];
  const path = pathIn(flow, frame.address);
  const step = list.steps.find(({ name }) => name === before.name);
  if (!step) return missingIn(list, before.name, path);
  const change = changeOf(frame, before, step);
  if (change !== undefined) {
    const message = `step "${step.name}" ${change}`;
    return [{ code: "OpenStepChanged", path: [...path, step.position], message }];
  }
  const { phase } = frame;
  const target = phase.is === "settled" && phase.goto !== undefined ? steps[phase.goto]?.name : undefined;
  return [
    ...(target === undefined ? [] : missingIn(list, target, path)),
    ...misfitsInWaves(state, flow, openPhase(phase), { step, path: [...path, step.position] }),
  ];
}

function missingIn(list: StepList | undefined, name: string, path: DocumentPath): Misfit[] {
  if (list?.steps.some((step) => step.name === name)) return [];
  const message = `step "${name}" is open, and this list has none of that name`;
  return [{ code: "OpenStepMissing", path, message }];
}

/** The iterations of waves all stand at the first step of their list, which is a task. */
function misfitsInWaves(
  state: ExecutionState,
  flow: Flow,
  phase: Phase,
  { step, path }: { readonly step: Step; readonly path: DocumentPath },
): Misfit[] {
  if (phase.is !== "foreach" || phase.waves.length === 0) return [];
  const name = state.flow.lists[phase.body]?.steps[0]?.name ?? "";
  const list = flow.lists[stepOf(step, "foreach").body];
  const inside = [...path, ...innerListPath(step, 0)];
  const found = list?.steps.find((one) => one.name === name);
  if (!found) return missingIn(list, name, inside);
  if (found.type === "task") return [];
  const message = `step "${name}" ${KEEPS_ATTEMPTS}, so it stays a task`;
  return [{ code: "OpenStepChanged", path: [...inside, found.position], message }];
}

const KEEPS_ATTEMPTS = "has attempts that are counted on";

/** Why an open step cannot go on as the one that has its name now; undefined if it can. */
function changeOf(frame: Frame, before: Step, step: Step): string | undefined {
  const phase = openPhase(frame.phase);
  const isOpen = isEntered(frame) || isVisitedAgain(frame);
  if (isOpen && innerKind(before) !== undefined && step.type !== before.type)
    return `is a ${before.type} that is open, and here a ${step.type}`;
  if (isControl(phase)) return changeInside(phase, step);
  if (!isOpen && frame.phase.is !== "failed") return undefined;
  if (before.type === "task" && isEntered(frame))
    return step.type === "task" ? undefined : `${KEEPS_ATTEMPTS}, so it stays a task`;
  const becomesControl = innerKind(before) === undefined && innerKind(step) !== undefined;
  return becomesControl ? `is a ${before.type} that is open, and here a ${step.type}` : undefined;
}

function changeInside(phase: Phase, step: Step): string | undefined {
  if (phase.is === "parallel") {
    const { branches } = stepOf(step, "parallel");
    if (branches.length === phase.count) return undefined;
    return `has ${phase.count} branches that are open, and here ${branches.length}`;
  }
  if (phase.is !== "choice" || stepOf(step, "choice").options[phase.option]?.list !== undefined)
    return undefined;
  return `took option ${phase.option}, whose steps are open, and here it has none`;
}

/** It is a control step that failed, and waits for its next visit. */
function isVisitedAgain({ phase }: Frame): boolean {
  return (phase.is === "retry" || phase.is === "ready") && phase.revisit === true;
}

/** Where a list stands in a definition's text, as far as that has it. */
function pathIn(flow: Flow, { owner, index }: FrameAddress): DocumentPath {
  if (!owner) return ["steps"];
  const path = pathIn(flow, owner.frame);
  const step = stepAt(flow, owner);
  return step ? [...path, step.position, ...innerListPath(step, index)] : path;
}
