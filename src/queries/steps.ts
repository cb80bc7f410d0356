import type { Execution } from "../core/engine/contract.ts";
import {
  type FrameAddress,
  type StepAddress,
  childAddress,
  parseFrameAddress,
  parseStepAddress,
  stepAddress,
} from "../core/engine/state/addresses.ts";
import type { IterationResult, Visit } from "../core/engine/state/closed.ts";
import type { Frame } from "../core/engine/state/execution-state.ts";
import type { Skipped } from "../core/engine/state/fan-end.ts";
import { readLogs } from "../core/engine/logs.ts";
import { type Fact, type TaskWork, eventsOf } from "../core/engine/state/fact.ts";
import {
  addressOf,
  flowAt,
  frameAt,
  isEntered,
  isRunning,
  openPhase,
  openStep,
  resultsOf,
  stepAt,
  stepOfVisit,
  visitsOf,
} from "../core/engine/state/navigation.ts";
import { countsOf } from "../core/engine/state/phase.ts";
import { inRuns } from "../core/engine/state/runs.ts";
import { shownInput, stepInput } from "../core/engine/scope.ts";
import { visitOfItem } from "../core/engine/steps/inherited.ts";
import type { ExecutionStore, JournalRow } from "../core/engine/kept/store.ts";
import type { Step } from "../core/fdl/flow.ts";
import { innerKind } from "../core/fdl/inner-lists.ts";
import type { HistoryEvent } from "../core/history/event.ts";
import { type TokenMark, renderRow } from "../core/history/render.ts";
import { given } from "../core/given.ts";
import type { Json } from "../core/json.ts";
import type { StepStatus, StepView, StepsPage, StepsQuery } from "../core/execution-views.ts";
import { readEvaluated } from "./evaluated.ts";
import { hasText, readItems } from "./items.ts";
import { countLogs } from "./logs.ts";
import { type Started, fromTo, startedIn, startedInVisit, statusOfChild, waitsForRoom } from "./started.ts";
import { itemOf, iterationCounts, pick } from "./step-parts.ts";
import { lookedAt, matches, page } from "./steps-page.ts";

/** Events between a task and the end of its iteration, in which further steps may follow it. */
const HOPS_TO_WORKER = 12;

/**
 * The steps of a list, or the iterations of a foreach, a page at a time. What is closed is told by its events, so
 * nothing is stored for this view but the numbers of a step's first and last event.
 */
export function readSteps(
  execution: Execution,
  store: ExecutionStore,
  query: StepsQuery,
  mark: TokenMark,
): StepsPage | undefined {
  const reader = new StepReader(execution, store, mark);
  const { parent = "" } = query;
  const frame = parseFrameAddress(parent);
  if (frame) return reader.steps(frame, query);
  const step = parseStepAddress(parent);
  return step && reader.children(step, query);
}

/** A step, or a list inside one, by its path. */
export function readStep(
  execution: Execution,
  store: ExecutionStore,
  path: string,
  mark: TokenMark,
): StepView | undefined {
  const reader = new StepReader(execution, store, mark);
  const step = parseStepAddress(path);
  if (step) return reader.step(step);
  const list = parseFrameAddress(path);
  return list && reader.list(list);
}

class StepReader {
  private readonly execution: Execution;
  private readonly store: ExecutionStore;
  private readonly mark: TokenMark;
  private row: JournalRow | undefined;
  private logs: ReadonlyMap<string, NonNullable<StepView["log"]>> | undefined;

  constructor(execution: Execution, store: ExecutionStore, mark: TokenMark) {
    this.execution = execution;
    this.store = store;
    this.mark = mark;
  }

  /** The steps that a list has visited, in order; the open one comes last. */
  steps(address: FrameAddress, query: StepsQuery): StepsPage | undefined {
    const frame = frameAt(this.execution.state, address);
    const visits = visitsOf(this.execution, address);
    if (!frame && visits.length === 0) return undefined;
    const isOpen = frame !== undefined && isEntered(frame);
    const total = visits.length + (isOpen ? 1 : 0);
    return page(query, total, (position) => {
      const visit = visits.at(position);
      if (visit) return this.closedStep(address, visit, query.status);
      return frame && matches(this.statusOf(frame), query.status) ? this.openStep(frame) : undefined;
    });
  }

  step(address: StepAddress): StepView | undefined {
    const { state } = this.execution;
    const visit = this.visitOf(address);
    if (visit) return this.closedStep(address.frame, visit, undefined);
    const frame = frameAt(state, address.frame);
    const isMeant = frame && isEntered(frame) && addressOf(state, frame).text === address.text;
    return isMeant ? this.openStep(frame) : undefined;
  }

  list(address: FrameAddress): StepView | undefined {
    const { owner, index } = address;
    const range = owner && this.startedChildren(owner);
    if (!range || index < range.from || index >= range.to) return undefined;
    const [result] = resultsOf(this.execution, owner, index, index + 1);
    return this.startedChild(address, result, undefined, range);
  }

  /** The lists inside a control step that were started, by index. */
  children(address: StepAddress, query: StepsQuery): StepsPage | undefined {
    const range = this.startedChildren(address);
    if (range === undefined) return undefined;
    const from = Math.max(range.from, query.from);
    const to = query.status === undefined ? Math.min(range.to, from + lookedAt(query)) : range.to;
    const results = new Map<number, IterationResult>();
    for (const result of resultsOf(this.execution, address, from, to)) results.set(result.index, result);
    const { contains } = query;
    const items = contains === undefined ? undefined : this.itemsOf(address);
    return page({ ...query, from }, range.to, (index) =>
      contains === undefined || hasText(items?.[index], contains)
        ? this.startedChild(childAddress(address, index), results.get(index), query.status, range)
        : undefined,
    );
  }

  private startedChild(
    address: FrameAddress,
    result: IterationResult | undefined,
    wanted: StepStatus | undefined,
    { next, skipped, inherits }: Started,
  ): StepView | undefined {
    const { index } = address;
    if (!result && skipped && inRuns(skipped.runs, index))
      return matches("Skipped", wanted) ? this.skippedChild(address, skipped) : undefined;
    const { state } = this.execution;
    const isKnown = result || frameAt(state, address) || waitsForRoom(state, address);
    if (inherits !== undefined && !isKnown) return this.inheritedChild(inherits, index, wanted);
    if (index >= next) return undefined;
    const status = result?.status ?? statusOfChild(state, address);
    if (!matches(status, wanted)) return undefined;
    return result ? this.closedChild(address, result) : this.openChild(address, status);
  }

  /** An item whose result was taken over shows where it was done; one that was not begun does not show. */
  private inheritedChild(path: string, index: number, wanted: StepStatus | undefined): StepView | undefined {
    const found = visitOfItem(this.execution, path, index);
    if (!found || !matches("Succeeded", wanted)) return undefined;
    return this.closedChild(childAddress(found.address, index), found.result);
  }

  /** An iteration that was left out before it began. */
  private skippedChild(address: FrameAddress, { at }: Skipped): StepView {
    const { owner, index } = address;
    const item = owner && this.itemsOf(owner)?.[index];
    const view = this.child(address, 0, "Skipped");
    return { ...view, enteredAt: at, endedAt: at, ...given({ item }) };
  }

  private closedStep(
    frame: FrameAddress,
    visit: Visit,
    wanted: StepStatus | undefined,
  ): StepView | undefined {
    const step = stepOfVisit(this.execution, frame, visit);
    if (!step || !matches(visit.status, wanted)) return undefined;
    const started = this.event(visit.entered + 1);
    const told = this.event(this.endEvent(visit));
    const path = stepAddress(frame, step.name, visit.round).text;
    const cause = visit.status === "Succeeded" ? this.event(told?.scheduleEventId ?? 0) : undefined;
    return {
      path,
      name: step.name,
      type: step.type,
      status: visit.status,
      attempts: visit.attempts,
      enteredAt: started?.at ?? 0,
      endedAt: told?.at ?? 0,
      ...(started?.detail.input !== undefined && { input: started.detail.input }),
      ...(cause?.type === "TaskSucceeded" && { local: cause.detail.output ?? null }),
      ...pick(told?.detail, "output", "error", "cause"),
      ...given({ queue: this.chosenQueue(told, step) }),
      ...this.workOf(told?.scheduleEventId ?? 0),
      ...this.logOf(path),
      ...(visit.iterations && { iterations: iterationCounts(visit.iterations, 0) }),
      ...given({ limits: visit.limits }),
      ...readEvaluated(step, started?.detail.input),
    };
  }

  /** StepFailed stands last, or before the StepExited of a failure that was caught; what was stopped has the execution's end. */
  private endEvent({ status, ended }: Visit): number {
    if (status === "Stopped") return ended;
    if (status === "Succeeded") return ended - 1;
    return this.event(ended)?.type === "StepFailed" ? ended : ended - 1;
  }

  private openStep(frame: Frame): StepView {
    const { execution } = this;
    const step = openStep(execution.state, frame);
    const path = addressOf(execution.state, frame).text;
    const phase = openPhase(frame.phase);
    const { input } = shownInput(
      step,
      stepInput(execution, frame, this.mark(path, Math.max(1, frame.attempt))),
    );
    return {
      path,
      name: step.name,
      type: step.type,
      status: this.statusOf(frame),
      attempts: Math.max(1, frame.attempt),
      enteredAt: this.event(frame.entered)?.at ?? 0,
      ...given({ input }),
      ...readEvaluated(step, input),
      ...this.failureOf(frame, step),
      ...(phase.is === "task" && given({ queue: phase.queue })),
      ...(phase.is === "task" &&
        phase.progress && { progress: phase.progress.value, progressAt: phase.progress.at }),
      ...this.logOf(path),
      ...((phase.is === "foreach" || phase.is === "parallel") && {
        iterations: iterationCounts(countsOf(phase), frame.phase.is === "failed" ? 0 : phase.running),
      }),
      ...(phase.is === "foreach" && given({ limits: phase.limits })),
    };
  }

  /** Of a step that failed for good, what is told of one that is closed. */
  private failureOf({ phase }: Frame, step: Step): Partial<StepView> {
    if (phase.is !== "failed" || !phase.kept) return {};
    const told = this.event(phase.kept.event);
    const { error, cause } = phase;
    return {
      endedAt: told?.at ?? 0,
      error,
      cause,
      ...given({ queue: this.chosenQueue(told, step) }),
      ...this.workOf(told?.scheduleEventId ?? 0),
    };
  }

  private itemsOf(address: StepAddress): readonly Json[] | undefined {
    return readItems(this.execution, this.store, address, this.visitOf(address)?.entered);
  }

  private closedChild(address: FrameAddress, result: IterationResult): StepView {
    const ended = this.event(result.ended);
    const { values } = this.execution.context;
    return {
      ...this.child(address, result.entered, result.status),
      endedAt: ended?.at ?? 0,
      ...(result.status === "Succeeded" && { local: values.unpack(result.local) }),
      ...(result.status !== "Succeeded" && pick(ended?.detail, "error", "cause")),
      ...given({ worker: this.workerBefore(ended) }),
    };
  }

  /** A list that runs, or that ran when the execution or its control step ended. */
  private openChild(address: FrameAddress, status: StepStatus): StepView {
    const frame = frameAt(this.execution.state, address);
    const view = this.child(address, frame?.began ?? 0, status);
    if (frame?.phase.is !== "failed") return view;
    const ended = this.event(frame.last);
    const { error, cause } = frame.phase;
    return { ...view, endedAt: ended?.at ?? 0, error, cause, ...given({ worker: this.workerBefore(ended) }) };
  }

  /** Who did the last task before an event, if that is not long before it. */
  private workerBefore(event: HistoryEvent | undefined): string | undefined {
    let before = event;
    for (let hops = 0; before && hops < HOPS_TO_WORKER; hops++) {
      const { worker } = this.workOf(before.eventId);
      if (worker !== undefined) return worker;
      before = this.event(before.scheduleEventId);
    }
    return undefined;
  }

  private child({ owner, index, text }: FrameAddress, entered: number, status: StepStatus): StepView {
    const event = entered > 0 ? this.event(entered) : undefined;
    const { execution } = this;
    const step = owner && stepAt(entered > 0 ? flowAt(execution, entered) : execution.state.flow, owner);
    const item = step?.type === "foreach" ? itemOf(event, step.item) : undefined;
    return {
      path: text,
      name: step?.name ?? "",
      type: (step && innerKind(step)) ?? "",
      status,
      index,
      enteredAt: event?.at ?? 0,
      ...(item !== undefined && { item }),
    };
  }

  /** The indexes [from, to) of the lists that a visit of a control step has started. */
  private startedChildren(address: StepAddress): Started | undefined {
    const { execution } = this;
    const phase = this.phaseAt(address);
    const visit = phase ? undefined : this.visitOf(address);
    const step = stepAt(visit ? flowAt(execution, visit.ended) : execution.state.flow, address);
    if (!step || innerKind(step) === undefined) return undefined;
    if (phase?.is === "foreach" || phase?.is === "parallel") return startedIn(phase);
    if (phase?.is === "choice") return fromTo(phase.option, 1);
    if (!visit) return undefined;
    if (visit.iterations) return startedInVisit(visit, visit.iterations);
    const [option] = resultsOf(this.execution, address);
    return option ? fromTo(option.index, 1) : fromTo(0, 0);
  }

  private phaseAt(address: StepAddress): Frame["phase"] | undefined {
    const { state } = this.execution;
    const frame = frameAt(state, address.frame);
    const isOpen = frame && isEntered(frame) && addressOf(state, frame).text === address.text;
    return isOpen ? openPhase(frame.phase) : undefined;
  }

  private visitOf({ frame, step, round }: StepAddress): Visit | undefined {
    const isMeant = (visit: Visit) => stepOfVisit(this.execution, frame, visit)?.name === step;
    return visitsOf(this.execution, frame).find(round, isMeant);
  }

  /** Of an open step: what has not failed by itself was cut short by the end of the execution. */
  private statusOf({ phase }: Frame): StepStatus {
    if (isRunning(this.execution.state)) return "Running";
    if (phase.is !== "failed") return "Stopped";
    return phase.kept?.timedOut ? "TimedOut" : "Failed";
  }

  /** The queue that a closed task's input chose for its last attempt: the fact of its beginning tells. */
  private chosenQueue(told: HistoryEvent | undefined, step: Step): string | undefined {
    if (step.type !== "task" || step.resource.kind !== "queue") return undefined;
    if (typeof step.resource.queue === "string") return undefined;
    let event = told;
    while (event && event.type !== "TaskStarted" && event.type !== "StepStarted")
      event = this.event(event.scheduleEventId);
    const fact = event && this.factOf(event.eventId);
    return fact?.type === "taskScheduled" ? fact.queue : undefined;
  }

  /** Who did the work that an event tells of: the fact behind it says. */
  private workOf(id: number): TaskWork {
    const fact = this.factOf(id);
    return fact && "by" in fact && typeof fact.by === "object" ? fact.by : {};
  }

  private factOf(id: number): Fact | undefined {
    if (this.event(id) === undefined || !this.row) return undefined;
    let first = this.row.event;
    for (const fact of this.row.facts) {
      const next = first + eventsOf(fact);
      if (first <= id && id < next) return fact;
      first = next;
    }
    return undefined;
  }

  private logOf(path: string): Pick<StepView, "log"> {
    const { head } = this.execution.state;
    if (!head.logs) return {};
    this.logs ??= countLogs(readLogs(this.store));
    const log = this.logs.get(path);
    return log ? { log } : {};
  }

  private event(id: number): HistoryEvent | undefined {
    if (id < 1) return undefined;
    if (!this.row || id < this.row.event || id >= endOf(this.row)) {
      this.row = this.store.readRow(this.store.findMark("event", id)?.seq ?? 0);
    }
    if (!this.row) return undefined;
    const [event] = renderRow(this.execution, this.row, id, id + 1, this.mark);
    return event;
  }
}

/** The event after the last one of a row. */
function endOf({ event, facts }: JournalRow): number {
  return facts.reduce((next, fact) => next + eventsOf(fact), event);
}
