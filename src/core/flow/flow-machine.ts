import type { Cells } from "../durable/cells.ts";
import { given } from "../given.ts";
import { type RecordedEffects, firstOf, overdue } from "../durable/effects.ts";
import { Records } from "../durable/records.ts";
import { refuseUnreadable } from "../unreadable.ts";
import { EXECUTION_RETENTION_DAYS_DEFAULT } from "../limits.ts";
import type { EffectOver, Machine, Parking, ShownParking } from "../machine.ts";
import type { InspectedTo, Inspection } from "../inspection-views.ts";
import type { Nonce } from "../durable/nonces.ts";
import type { Rejection } from "../result.ts";
import { type Stand, lastTelling } from "../telling.ts";
import { DAY_MS } from "../time.ts";
import {
  ABOUT_RECORD,
  type ExecutionEnded,
  type ExecutionsStopped,
  type FlowCommand,
  type FlowEffect,
  type FlowOutcome,
  type PatchFlow,
  type PutFlow,
  type RedriveExecution,
  type RemoveExecutions,
} from "./command.ts";
import type { ExecutionEntry, FlowRecord } from "./flow.ts";
import { callbacksTold, withoutCallbacks } from "./callbacks-told.ts";
import { conflictWith, flowNotExists, flowOfPut, patchedFlow, sameVersion } from "./put.ts";
import { type FlowMemory, readFlow } from "./flow-memory.ts";
import { type FlowSummary, revisionOf, summaryOf } from "./summary.ts";
import { purgeExecution } from "./purge.ts";
import { releaseHeld, stopHeld } from "./release.ts";
import { redriveExecution } from "./redrive.ts";
import { handAlone, shownEntry, startExecution } from "./start.ts";
import { type FlowTelling } from "./digest.ts";
import { type Unheard, inspectFlow, unheardOf } from "./inspect-flow.ts";
import { dueOf, flowTelling, standOf } from "./flow-telling.ts";
import { flowOfPause } from "./pause-flow.ts";
import { pauseTold } from "./pause-told.ts";
import { removeUnknown } from "./remove-unknown.ts";
import type { Versions } from "./versions.ts";
import { nextWake } from "./wakes.ts";

/** A flow: its versions, the names of its executions, and their index. */
export class FlowMachine implements Machine<FlowCommand, FlowOutcome, FlowEffect> {
  private readonly cells: Cells;
  private readonly name: string;
  private memory: FlowMemory | undefined;

  /** The name is that of its object, for the case that its record does not tell it. */
  constructor(cells: Cells, name = "") {
    this.cells = cells;
    this.name = name;
  }

  get effects(): RecordedEffects<FlowEffect> {
    return this.load().effects;
  }

  get versions(): Versions {
    return this.load().versions;
  }

  /** Throws where it cannot be read. */
  get flow(): FlowRecord | undefined {
    const { flow, unreadable } = this.load();
    if (unreadable) throw unreadable;
    return flow?.exists ? flow : undefined;
  }

  /** Undefined when there is no such flow, or not in this generation any more. */
  summary(generation?: number): FlowSummary | undefined {
    const { flow } = this;
    if (!flow || flow.generation !== (generation ?? flow.generation)) return undefined;
    const version = this.versions.find(flow.generation, flow.version);
    return version && summaryOf(flow, version);
  }

  /** Starts that wait for its resume. */
  get held(): number {
    return this.load().held.count;
  }

  /** What is parked of it or overdue, and rows that cannot be read. */
  parked(now: number): readonly ShownParking[] {
    const { effects, records, newcomers } = this.load();
    const late = overdue(newcomers.effects(), (effect) => effects.boundOf(effect), now);
    return firstOf(effects.shown(now), late, records.unreadable.all());
  }

  /** What it finds of itself, without its executions. */
  inspect(now: number): Inspection {
    const memory = this.load();
    return inspectFlow(memory, memory.unreadable ? undefined : this.summary(), this.parked(now), now);
  }

  /** Executions that are to be asked whether they run. */
  unheard(now: number, from?: InspectedTo): Unheard {
    return unheardOf(this.load(), now, from);
  }

  /** How the flow stands, and what the board is told of it. */
  telling(): Stand<FlowTelling> | undefined {
    const memory = this.load();
    const [stand, telling] = [standOf(memory), flowTelling(memory)];
    return stand !== undefined && telling ? { stand, telling } : undefined;
  }

  execution(generation: number, name: string): ExecutionEntry | undefined {
    const entry = this.load().index.find(generation, name);
    return entry && shownEntry(this.load(), entry);
  }

  /** Newest first: those numbered below `before`, started at `to` or earlier. */
  *executions(
    generation: number,
    { before = Number.MAX_SAFE_INTEGER, to }: { before?: number; to?: number } = {},
  ): Generator<ExecutionEntry> {
    const bound = to === undefined ? before : Math.min(before, this.load().index.firstAfter(generation, to));
    for (const entry of this.load().index.newest(generation, bound)) yield shownEntry(this.load(), entry);
  }

  handle(command: FlowCommand, now: number): FlowOutcome {
    const outcome = this.decide(command, now);
    this.tellBoard(now);
    return outcome;
  }

  private decide(command: FlowCommand, now: number): FlowOutcome {
    const seen = "nonce" in command ? this.take(command.nonce, now) : "new";
    if (typeof seen === "object") return seen;
    const isAgain = seen === "again";
    const { flow, unreadable } = this.load();
    if (unreadable && ABOUT_RECORD.has(command.type)) return refuseUnreadable(unreadable);
    switch (command.type) {
      case "putFlow":
        return this.put(command, now, isAgain);
      case "patchFlow":
        return this.patch(command, now);
      case "executionEnded":
        return this.ended(command, now);
      case "endsFound":
        for (const end of command.ends) this.ended(end, now);
        return { ok: true };
      case "pauseTold":
        return pauseTold(this.load(), command, now);
      case "callbacksTold":
        return callbacksTold(this.load(), command, now);
      case "releaseHeld":
        return releaseHeld(this.load(), now);
      case "growUp":
        for (const letGo of this.load().newcomers.growUp(now)) this.addEffect(letGo);
        return { ok: true };
      case "stopHeld":
        return stopHeld(this.load(), command, now);
      case "purgeExecution":
        return flow?.exists ? purgeExecution(this.load(), command, now) : flowNotExists();
      case "pauseFlow":
      case "resumeFlow":
        return flow?.exists ? this.setPause(flow, flowOfPause(flow, command, now), now) : flowNotExists();
      case "removeOld":
        return this.removeOld(now);
      case "executionsStopped":
        return this.stopped(command, now);
      case "executionsRemoved":
        return this.removed(command.effect, command.executions, now);
      case "boardTold":
        this.load().recent.told(lastTelling(this.load().recent.now.told, command, now));
        return { ok: true };
      case "effectOver":
        return this.effectOver(command, now);
      case "effectParked":
        this.effects.park(command, now);
        return { ok: true };
      case "retryEffects":
        this.effects.retryParked(now);
        return { ok: true };
      case "redriveExecution":
        return flow?.exists ? this.redrive(flow, command, now) : flowNotExists();
      case "deleteFlow":
      case "startExecution": {
        if (!flow?.exists && isAgain && command.type === "deleteFlow") return { ok: true };
        if (!flow?.exists) return flowNotExists();
        return command.type === "deleteFlow"
          ? this.delete(flow, now)
          : startExecution(this.load(), flow, command, now);
      }
    }
  }

  save(): void {
    this.load().records.save();
  }

  discardMemory(): void {
    this.memory = undefined;
  }

  takeParked(): readonly Parking[] {
    return this.load().records.unreadable.takeNew();
  }

  nextTimerAt(): number | undefined {
    return nextWake(this.load())?.at;
  }

  wakeCommand(): FlowCommand {
    return { type: nextWake(this.load())?.type ?? "removeOld" };
  }

  private setPause(before: FlowRecord, flow: FlowRecord, now: number): FlowOutcome {
    if (flow !== before) this.change(flow, now);
    return { ok: true, flow, held: this.load().held.count, ...given({ summary: this.summary() }) };
  }

  private take(nonce: Nonce | undefined, now: number): "new" | "again" | Rejection {
    return nonce ? this.load().nonces.take(nonce, now) : "new";
  }

  private put(command: PutFlow, now: number, isAgain: boolean): FlowOutcome {
    const { definition, description, expects } = command;
    const old = this.load().flow;
    const created = !old?.exists;
    const current = created ? undefined : this.versions.find(old.generation, old.version);
    const settings = command.settings ?? current?.settings;
    const isSame = current !== undefined && sameVersion(current, { definition, description, settings });
    const conflict = isAgain && isSame ? undefined : conflictWith(expects, this.flow);
    if (conflict) return conflict;
    if (old && isSame) return this.keep(old, command.retentionDays ?? old.retentionDays, now);
    const flow = flowOfPut(old, command, now);
    const { generation, version } = flow;
    const stored = { version, definition, createdAt: now, ...given({ description, settings }) };
    this.versions.write(generation, stored);
    this.change(flow, now);
    if (created) {
      Object.assign(this.load(), { first: 1, last: 0, running: undefined, activeAt: 0 });
      this.load().recent.begin(generation);
      this.load().newcomers.begin(generation);
    } else if (flow.retentionDays !== old.retentionDays) {
      this.load().retention.lookAgain(now);
    }
    return { ok: true, flow, created, summary: summaryOf(flow, stored) };
  }

  private patch({ patch }: PatchFlow, now: number): FlowOutcome {
    const { flow } = this;
    const version = flow && this.versions.find(flow.generation, flow.version);
    return version ? this.put(patchedFlow(flow, version, patch), now, false) : flowNotExists();
  }

  /** The same definition again; how long executions are kept may be another. */
  private keep(old: FlowRecord, retentionDays: number | undefined, now: number): FlowOutcome {
    if (retentionDays === undefined || retentionDays === old.retentionDays) {
      return { ok: true, flow: old, created: false };
    }
    const flow = { ...old, retentionDays, revision: revisionOf(old) + 1, updatedAt: now };
    this.change(flow, now);
    this.load().retention.lookAgain(now);
    return { ok: true, flow, created: false, ...given({ summary: this.summary() }) };
  }

  private delete(flow: FlowRecord, now: number): FlowOutcome {
    const { generation } = flow;
    // How often one was changed that cannot be read nobody knows: not as often as this.
    const revision = this.load().unreadable ? { revision: now } : {};
    this.write({ ...flow, ...revision, exists: false, updatedAt: now });
    this.load().retention.deleted(generation, now);
    handAlone(this.load(), generation);
    this.addEffect({ kind: "unregisterFlow", generation, id: `unregister:${generation}`, since: now });
    this.addEffect({ kind: "stopExecutions", generation, id: `stop:${generation}`, since: now });
    return { ok: true, flow };
  }

  /** One slice of the search for executions that were kept long enough. */
  private removeOld(now: number): FlowOutcome {
    const { flow, retention } = this.load();
    if (!flow) return { ok: true };
    const keptMs = (flow.retentionDays ?? EXECUTION_RETENTION_DAYS_DEFAULT) * DAY_MS;
    // A deleted flow has no generation of its own until it is made again.
    const current = flow.exists ? flow.generation : flow.generation + 1;
    const { generation, due, isGone } = retention.look(current, keptMs, now);
    if (isGone && !this.versions.remove(generation)) retention.deleted(generation, now);
    const [first] = due;
    if (first) {
      const executions = due.map(({ name, number }) => ({ name, number }));
      const id = `remove:${generation}:${first.number}`;
      this.addEffect({ kind: "removeExecutions", id, since: now, generation, executions });
    }
    return { ok: true };
  }

  private effectOver({ effect, failure }: EffectOver<FlowEffect>, now: number): FlowOutcome {
    const { effects, newcomers } = this.load();
    if (effect.kind === "letGo") newcomers.letGo(effect);
    if (effect.kind === "takeExecution") newcomers.handed(effect, now);
    if (!effects.has(effect)) return { ok: true };
    if (effect.kind === "removeExecutions" && failure === undefined)
      return this.removed(effect, effect.executions, now);
    effects.remove(effect);
    return { ok: true };
  }

  /** Older ones that run have their turn next. */
  private stopped({ effect, before }: ExecutionsStopped, now: number): FlowOutcome {
    const { effects } = this.load();
    if (!effects.has(effect)) return { ok: true };
    effects.remove(effect);
    const { kind, generation } = effect;
    const id = `stop:${generation}:${before}`;
    if (before !== undefined) this.addEffect({ kind, generation, id, since: now, before });
    return { ok: true };
  }

  /** Those whose objects are gone leave the index; busy ones are asked again after a pause. */
  private removed(
    effect: RemoveExecutions,
    executions: RemoveExecutions["executions"],
    now: number,
  ): FlowOutcome {
    const memory = this.load();
    const { effects, index, retention } = memory;
    if (!effects.has(effect)) return { ok: true };
    effects.remove(effect);
    const { generation } = effect;
    for (const execution of executions) index.remove({ generation, ...execution });
    if (generation === memory.flow?.generation) {
      memory.first = index.firstNumber(generation);
      if (executions.length > 0) memory.recent.changed();
    }
    if (executions.length < effect.executions.length) retention.comeBack(now);
    else retention.lookAt(now);
    return { ok: true };
  }

  private redrive(flow: FlowRecord, command: RedriveExecution, now: number): FlowOutcome {
    const { name, ended, dryRun } = command;
    const { generation } = flow;
    if (ended && !dryRun) this.ended({ type: "executionEnded", generation, name, ...ended }, now);
    return redriveExecution(this.load(), flow, command, now);
  }

  private ended({ type: _, generation, name, ...end }: ExecutionEnded, now: number): FlowOutcome {
    const memory = this.load();
    const entry = memory.index.find(generation, name);
    if (!entry) return removeUnknown(memory, { generation, name }, now);
    const { startId } = entry;
    if (entry.endedAt !== undefined || (end.redrives ?? 0) < (entry.redrives ?? 0))
      return { ok: true, startId };
    const { paused: __, take: ___, ...running } = withoutCallbacks(memory, entry);
    const { flow, retention, index, recent, newcomers } = memory;
    newcomers.ended(generation, entry.number);
    const over = { ...running, ...end };
    index.change(over);
    if (flow?.generation === generation) {
      recent.ended(over);
      if (memory.running !== undefined) memory.running--;
    }
    const days = flow?.retentionDays ?? EXECUTION_RETENTION_DAYS_DEFAULT;
    retention.lookAt(end.endedAt + days * DAY_MS);
    return { ok: true, startId };
  }

  /** The board is told of each change, by and by. */
  private tellBoard(now: number): void {
    const memory = this.load();
    const due = dueOf(memory, now);
    if (!due || due.id === memory.announced) return;
    memory.announced = due.id;
    this.addEffect(due);
  }

  private addEffect(effect: FlowEffect): void {
    this.load().effects.add(effect);
  }

  /** The directory is told of each change, because lists show it. */
  private change(flow: FlowRecord, now: number): void {
    const { generation } = flow;
    const revision = revisionOf(flow);
    this.write(flow);
    const id = revision === 1 ? `register:${generation}` : `register:${generation}:${revision}`;
    this.addEffect({ kind: "registerFlow", generation, id, since: now });
  }

  private write(flow: FlowRecord): void {
    const memory = this.load();
    memory.flow = flow;
    memory.unreadable = undefined;
    memory.kept.flow.put(flow);
  }

  private load(): FlowMemory {
    return (this.memory ??= readFlow(new Records(this.cells), this.name));
  }
}
