import { type Cells, sortable, withPrefix } from "../cells.ts";
import { DurableEffects } from "../durable-effects.ts";
import type { TaskRef } from "../engine/task-ref.ts";
import type { ExecutionStatus } from "../engine/execution.ts";
import { type JsonObject, parseOwn } from "../json.ts";
import type { AnyEffect, Machine } from "../machine.ts";
import { type Rejection, reject } from "../result.ts";

/** One stored definition. */
export interface FlowVersion {
  readonly version: number;
  readonly definition: string;
  readonly description?: string;
  readonly createdAt: number;
}

/** A flow as it is now. A flow that is deleted and made again has a new generation. */
export interface FlowRecord {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly exists: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What the flow's index knows of an execution; the execution's own object knows it first. */
export interface ExecutionEntry {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly startedBy: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly error?: string;
  readonly cause?: string;
}

export type FlowCommand =
  | {
      readonly type: "putFlow";
      readonly name: string;
      readonly definition: string;
      readonly description?: string;
    }
  | { readonly type: "deleteFlow" }
  | StartExecution
  | ExecutionEnded
  | { readonly type: "effectOver"; readonly effect: FlowEffect }
  | { readonly type: "effectFailed"; readonly effect: FlowEffect; readonly reason: string };

export interface StartExecution {
  readonly type: "startExecution";
  readonly name: string;
  readonly input: JsonObject;
  readonly version?: number;
  readonly startedBy: string;
  /** The same start again has the same one: it finds its own execution instead of being refused. */
  readonly startId: string;
  /** The task that waits for the end. */
  readonly parent?: TaskRef;
}

export interface ExecutionEnded {
  readonly type: "executionEnded";
  readonly generation: number;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly endedAt: number;
  readonly error?: string;
  readonly cause?: string;
}

export type FlowOutcome =
  | {
      readonly ok: true;
      readonly flow?: FlowRecord;
      readonly created?: boolean;
      /** Of a start: its name was there already, by the same start or by another. */
      readonly repeated?: boolean;
      readonly execution?: ExecutionEntry;
    }
  | Rejection;

export type FlowEffect = TakeExecution | FlowChanged | StopExecutions;

/** Hand a start to its execution's object. */
export interface TakeExecution extends AnyEffect {
  readonly kind: "takeExecution";
  readonly generation: number;
  readonly name: string;
  readonly version: number;
  readonly input: JsonObject;
  readonly startedBy: string;
  readonly parent?: TaskRef;
}

/** Tell the directory. */
interface FlowChanged extends AnyEffect {
  readonly kind: "registerFlow" | "unregisterFlow";
  readonly generation: number;
}

/** Stop what runs of a deleted generation. */
interface StopExecutions extends AnyEffect {
  readonly kind: "stopExecutions";
  readonly generation: number;
}

interface StoredEntry extends ExecutionEntry {
  readonly startId: string;
}

interface Memory {
  flow: FlowRecord | undefined;
  /** Executions started so far in this generation. */
  started: number;
  readonly effects: DurableEffects<FlowEffect>;
}

const FLOW = "flow";

/** A flow: its versions, the names of its executions, and their index. */
export class FlowMachine implements Machine<FlowCommand, FlowOutcome, FlowEffect> {
  private readonly cells: Cells;
  private memory: Memory | undefined;

  constructor(cells: Cells) {
    this.cells = cells;
  }

  get flow(): FlowRecord | undefined {
    const { flow } = this.load();
    return flow?.exists ? flow : undefined;
  }

  version(generation: number, version: number): FlowVersion | undefined {
    const text = this.cells.read(versionKey(generation, version));
    return text === undefined ? undefined : parseOwn<FlowVersion>(text);
  }

  execution(generation: number, name: string): ExecutionEntry | undefined {
    const found = this.find(generation, name);
    return found && this.toEntry(found.number, found.entry);
  }

  /** Newest first, the ones before a cursor. */
  *executions(generation: number, before?: string): Generator<readonly [cursor: string, ExecutionEntry]> {
    const prefix = `execution:${generation}:`;
    for (const [key, text] of withPrefix(this.cells, prefix, "descending", before)) {
      const cursor = key.slice(prefix.length);
      yield [cursor, this.toEntry(Number(cursor), parseOwn<StoredEntry>(text))];
    }
  }

  handle(command: FlowCommand, now: number): FlowOutcome {
    switch (command.type) {
      case "putFlow":
        return this.put(command, now);
      case "executionEnded":
        return this.ended(command);
      case "effectOver":
        return this.effectOver(command.effect);
      case "effectFailed":
        return this.effectFailedNow(command.effect, command.reason, now);
      case "deleteFlow":
      case "startExecution": {
        const { flow } = this;
        if (!flow) return reject("FlowNotExists", "there is no flow of this name: store it with PUT");
        return command.type === "deleteFlow" ? this.delete(flow, now) : this.start(flow, command, now);
      }
    }
  }

  save(): void {
    // Every change is written as it is made: the transaction is around the commands, too.
  }

  drop(): void {
    this.memory = undefined;
  }

  nextTimerAt(): undefined {
    return undefined;
  }

  wakeCommand(): FlowCommand {
    throw new Error("Broken invariant: a flow has no timers");
  }

  takeNewEffects(): readonly FlowEffect[] {
    return this.load().effects.takeNew();
  }

  isPending(effect: FlowEffect): boolean {
    return this.load().effects.has(effect);
  }

  effectDone(effect: FlowEffect): FlowCommand {
    return { type: "effectOver", effect };
  }

  effectFailed(effect: FlowEffect, reason: string): FlowCommand {
    return { type: "effectFailed", effect, reason };
  }

  private put(
    { name, definition, description }: Extract<FlowCommand, { type: "putFlow" }>,
    now: number,
  ): FlowOutcome {
    const old = this.load().flow;
    const current = old?.exists ? this.version(old.generation, old.version) : undefined;
    if (old && current?.definition === definition && current.description === description) {
      return { ok: true, flow: old, created: false };
    }
    const created = !old?.exists;
    const flow: FlowRecord = created
      ? {
          name,
          generation: (old?.generation ?? 0) + 1,
          version: 1,
          exists: true,
          createdAt: now,
          updatedAt: now,
        }
      : { ...old, version: old.version + 1, updatedAt: now };
    const { generation, version } = flow;
    const stored: FlowVersion = {
      version,
      definition,
      createdAt: now,
      ...(description !== undefined && { description }),
    };
    this.cells.write(versionKey(generation, version), JSON.stringify(stored));
    this.write(flow);
    if (created) this.load().started = 0;
    if (created)
      this.addEffect({ kind: "registerFlow", generation, id: `register:${generation}`, since: now });
    return { ok: true, flow, created };
  }

  private delete(flow: FlowRecord, now: number): FlowOutcome {
    const { generation } = flow;
    this.write({ ...flow, exists: false, updatedAt: now });
    this.addEffect({ kind: "unregisterFlow", generation, id: `unregister:${generation}`, since: now });
    this.addEffect({ kind: "stopExecutions", generation, id: `stop:${generation}`, since: now });
    return { ok: true };
  }

  private start(flow: FlowRecord, command: StartExecution, now: number): FlowOutcome {
    const { name, input, startedBy, startId, parent, version = flow.version } = command;
    const { generation } = flow;
    const known = this.find(generation, name);
    if (known) {
      const execution = this.toEntry(known.number, known.entry);
      return { ok: true, created: known.entry.startId === startId, repeated: true, execution };
    }
    if (version < 1 || version > flow.version) {
      return reject(
        "VersionNotExists",
        `flow "${flow.name}" has versions 1 to ${flow.version}, not ${version}`,
      );
    }
    const number = ++this.load().started;
    const entry: StoredEntry = {
      name,
      generation,
      version,
      startedBy,
      startId,
      status: "Running",
      startedAt: now,
    };
    this.cells.write(nameKey(generation, name), String(number));
    this.writeEntry(generation, number, entry);
    this.addEffect({
      kind: "takeExecution",
      id: takeId(generation, number),
      since: now,
      generation,
      name,
      version,
      input,
      startedBy,
      ...(parent && { parent }),
    });
    return { ok: true, created: true, execution: this.toEntry(number, entry) };
  }

  private effectOver(effect: FlowEffect): FlowOutcome {
    this.load().effects.remove(effect);
    return { ok: true };
  }

  /** An execution that could not be started at all is over; the other effects are only forgotten. */
  private effectFailedNow(effect: FlowEffect, reason: string, now: number): FlowOutcome {
    this.load().effects.remove(effect);
    if (effect.kind !== "takeExecution") return { ok: true };
    const { generation, name } = effect;
    const failure = { error: "FnF.InternalError", cause: reason };
    return this.ended({
      type: "executionEnded",
      generation,
      name,
      status: "Failed",
      endedAt: now,
      ...failure,
    });
  }

  private ended({ generation, name, status, endedAt, error, cause }: ExecutionEnded): FlowOutcome {
    const found = this.find(generation, name);
    if (!found || found.entry.endedAt !== undefined) return { ok: true };
    this.writeEntry(generation, found.number, {
      ...found.entry,
      status,
      endedAt,
      ...(error !== undefined && { error }),
      ...(cause !== undefined && { cause }),
    });
    return { ok: true };
  }

  /** An execution whose object has not taken the start yet is starting. */
  private toEntry(number: number, { startId: _, ...entry }: StoredEntry): ExecutionEntry {
    const isTaken = !this.load().effects.has({ id: takeId(entry.generation, number) });
    return isTaken || entry.endedAt !== undefined ? entry : { ...entry, status: "Starting" };
  }

  private find(generation: number, name: string): { number: number; entry: StoredEntry } | undefined {
    const number = this.cells.read(nameKey(generation, name));
    if (number === undefined) return undefined;
    const text = this.cells.read(entryKey(generation, Number(number)));
    return text === undefined ? undefined : { number: Number(number), entry: parseOwn<StoredEntry>(text) };
  }

  private writeEntry(generation: number, number: number, entry: StoredEntry): void {
    this.cells.write(entryKey(generation, number), JSON.stringify(entry));
  }

  private addEffect(effect: FlowEffect): void {
    this.load().effects.add(effect);
  }

  private write(flow: FlowRecord): void {
    this.load().flow = flow;
    this.cells.write(FLOW, JSON.stringify(flow));
  }

  private load() {
    return (this.memory ??= this.read());
  }

  private read(): Memory {
    const text = this.cells.read(FLOW);
    const flow = text === undefined ? undefined : parseOwn<FlowRecord>(text);
    let started = 0;
    const prefix = `execution:${flow?.generation ?? 0}:`;
    for (const [key] of withPrefix(this.cells, prefix, "descending")) {
      started = Number(key.slice(prefix.length));
      break;
    }
    return { flow, started, effects: new DurableEffects<FlowEffect>(this.cells) };
  }
}

function versionKey(generation: number, version: number): string {
  return `version:${generation}:${sortable(version)}`;
}

function nameKey(generation: number, name: string): string {
  return `name:${generation}:${name}`;
}

function entryKey(generation: number, number: number): string {
  return `execution:${generation}:${sortable(number)}`;
}

function takeId(generation: number, number: number): string {
  return `take:${generation}:${number}`;
}
