import { type Cells, sortable, withPrefix } from "../cells.ts";
import { DurableEffects } from "../durable-effects.ts";
import { parseOwn } from "../json.ts";
import type { Machine } from "../machine.ts";
import { type Nonce, Nonces } from "../nonces.ts";
import { type Rejection, reject } from "../result.ts";
import type {
  ExecutionEnded,
  FlowCommand,
  FlowEffect,
  FlowOutcome,
  PutFlow,
  StartExecution,
} from "./command.ts";
import type { ExecutionEntry, FlowRecord, FlowSettings, FlowVersion } from "./flow.ts";

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
  private readonly nonces: Nonces;
  private memory: Memory | undefined;

  constructor(cells: Cells) {
    this.cells = cells;
    this.nonces = new Nonces(cells);
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
    const seen = "nonce" in command ? this.take(command.nonce, now) : "new";
    if (typeof seen === "object") return seen;
    const isAgain = seen === "again";
    switch (command.type) {
      case "putFlow":
        return this.put(command, now, isAgain);
      case "executionEnded":
        return this.ended(command);
      case "effectOver":
        return this.effectOver(command.effect);
      case "effectFailed":
        return this.effectFailedNow(command.effect, command.reason, now);
      case "deleteFlow":
      case "startExecution": {
        const { flow } = this;
        if (!flow && isAgain && command.type === "deleteFlow") return { ok: true };
        if (!flow) return flowNotExists();
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

  private take(nonce: Nonce | undefined, now: number): "new" | "again" | Rejection {
    return nonce ? this.nonces.take(nonce, now) : "new";
  }

  private put(command: PutFlow, now: number, isAgain: boolean): FlowOutcome {
    const { name, definition, description, mode, expects } = command;
    const old = this.load().flow;
    const created = !old?.exists;
    const current = created ? undefined : this.version(old.generation, old.version);
    const settings = command.settings ?? current?.settings;
    const isSame = current !== undefined && sameVersion(current, { definition, description, settings });
    const conflict = isAgain && isSame ? undefined : conflictWith(expects, this.flow);
    if (conflict) return conflict;
    if (old && isSame) return { ok: true, flow: old, created: false };
    const flow: FlowRecord = created
      ? {
          name,
          generation: (old?.generation ?? 0) + 1,
          version: 1,
          exists: true,
          ...(mode && { mode }),
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
      ...(settings && { settings }),
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
    return { ok: true, flow };
  }

  private start(flow: FlowRecord, command: StartExecution, now: number): FlowOutcome {
    const { name, input, startedBy, startId, parent, version = flow.version } = command;
    const { generation, mode = "Standard" } = flow;
    if (command.mode && command.mode !== mode) {
      const remedy = mode === "Express" ? "start it with StartSyncExecution" : "start it with StartExecution";
      return reject("WrongExecutionMode", `the execution mode of flow "${flow.name}" is ${mode}: ${remedy}`);
    }
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

function flowNotExists(): Rejection {
  return reject("FlowNotExists", "there is no flow of this name: store it first");
}

function conflictWith(expects: PutFlow["expects"], flow: FlowRecord | undefined): Rejection | undefined {
  if (expects === undefined) return undefined;
  if (expects === "none") {
    return flow && reject("FlowAlreadyExists", `there is a flow "${flow.name}" already`);
  }
  if (!flow) return flowNotExists();
  const isAsRead = expects.generation === flow.generation && expects.version === flow.version;
  if (isAsRead) return undefined;
  return reject("ConcurrentUpdateError", `flow "${flow.name}" was changed by somebody else: try again`);
}

function sameVersion(
  version: FlowVersion,
  other: { definition: string; description: string | undefined; settings: FlowSettings | undefined },
): boolean {
  const { definition, description, settings } = version;
  if (definition !== other.definition || description !== other.description) return false;
  const isSame = (key: keyof FlowSettings) => settings?.[key] === other.settings?.[key];
  return isSame("roleArn") && isSame("externalStorageLocation");
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
