import type { Cells } from "../durable/cells.ts";
import { Records, TEXT, type Table } from "../durable/records.ts";
import { NUMBER, shaped } from "../durable/shape.ts";
import { given } from "../given.ts";
import { DIRECTORY_OBJECT_NAME } from "../names.ts";
import { sortable } from "../text.ts";
import { GIVEN_UP } from "../durable/effects.ts";
import type { BeginRound } from "../inspection-views.ts";
import {
  type EffectCommand,
  type EffectSource,
  type Machine,
  NOTHING_PARKED,
  type Parking,
} from "../machine.ts";
import { type AccessKeyCommand, type AccessKeyOutcome, AccessKeys } from "./access-keys.ts";
import type { FlowSummary } from "../flow/summary.ts";
import {
  type AcknowledgementCommand,
  Acknowledgements,
  type AcknowledgementsTelling,
} from "./acknowledgements.ts";
import { type AuditCommand, AuditLog } from "./audit-log.ts";
import type { InspectObjects, ObjectsInspected } from "./inspection-round.ts";
import { Inspections } from "./inspections.ts";
import type { DirectoryKind, RegisterCommand } from "./registration.ts";
import { type SpendCode, SpentCodes } from "./spent-codes.ts";

/** What lists show of a flow. */
export interface ListedFlow {
  readonly name: string;
  readonly generation: number;
  /** Absent until the flow tells it: an earlier release did not. */
  readonly summary?: FlowSummary;
}

/** A flow has started something not long before. */
export interface ActiveCommand {
  readonly type: "active";
  readonly name: string;
  readonly generation: number;
  readonly at: number;
}

export type DirectoryCommand =
  | RegisterCommand
  | ActiveCommand
  | AccessKeyCommand
  | AuditCommand
  | AcknowledgementCommand
  | SpendCode
  | BeginRound
  | ObjectsInspected
  /** The Cron Trigger: the round of inspections goes on, or a new one is due. */
  | { readonly type: "inspectTick" }
  | EffectCommand<InspectObjects>;
export type DirectoryOutcome =
  | AccessKeyOutcome
  | { readonly ok: true; readonly at?: number; readonly round?: number };

interface Entry {
  readonly generation: number;
  readonly exists: boolean;
  readonly summary?: FlowSummary;
}

const SUMMARY = {
  version: "number",
  createdAt: "number",
  updatedAt: "number",
  revision: "number",
  definitionSize: "number",
} as const;
const ENTRY = shaped<Entry>({ generation: "number", exists: "flag" }, { summary: SUMMARY });

const OK: DirectoryOutcome = { ok: true };

/** The names of an installation's flows and queues, its access keys and its audit log; and what inspections find. It has no timers. */
export class DirectoryMachine implements Machine<DirectoryCommand, DirectoryOutcome, InspectObjects> {
  readonly effects: EffectSource<InspectObjects> = {
    takeNew: () => this.inspections.takeNew(),
    isPending: (effect) => this.inspections.isPending(effect),
    boundOf: () => GIVEN_UP,
    ...NOTHING_PARKED,
  };
  readonly inspections: Inspections;
  readonly accessKeys: AccessKeys;
  readonly auditLog: AuditLog;
  readonly acknowledgements: Acknowledgements;
  /** The number of the last telling: its time, or a little later. */
  private toldAt = 0;
  private readonly spentCodes: SpentCodes;
  private readonly records: Records;
  private readonly entries: { readonly [K in DirectoryKind]: Table<Entry> };
  /** When flows were active, by name; and their names in the order of these times. */
  private readonly active: Table<number>;
  private readonly recent: Table<string>;
  /** Flows that were active and never registered. */
  private readonly unlisted: Table<string>;

  constructor(cells: Cells) {
    const records = new Records(cells);
    this.records = records;
    this.entries = {
      flow: records.table("flow:", ENTRY),
      queue: records.table("queue:", ENTRY),
      topic: records.table("topic:", ENTRY),
    };
    this.active = records.table("active:", NUMBER);
    this.recent = records.table("recent:", TEXT);
    this.unlisted = records.table("unlisted:", TEXT);
    this.accessKeys = new AccessKeys(records);
    this.auditLog = new AuditLog(records);
    this.acknowledgements = new Acknowledgements(records);
    this.spentCodes = new SpentCodes(records);
    this.inspections = new Inspections(records, {
      names: (kind, after) =>
        kind === "flow"
          ? merged(this.names(kind, after), this.unlisted.keys({ after }))
          : this.names(kind, after),
      activeAt: (flow) => this.active.getReadable(flow),
      known: (kind, name) => this.entries[kind].getReadable(name),
      register: (command) => void this.register(command),
    });
  }

  /** Existing names that begin with `start`, behind `after`, in their order. */
  *names(kind: DirectoryKind, after = "", start = ""): Generator<string> {
    for (const [name, { exists }] of this.entries[kind].entries({ within: start, after })) {
      if (exists) yield name;
    }
  }

  /** Existing flows behind `after`, by name. */
  *flows(after = ""): Generator<ListedFlow> {
    for (const [name, { exists, generation, summary }] of this.entries.flow.entries({ after })) {
      if (exists) yield { name, generation, ...given({ summary }) };
    }
  }

  /** Flows that were active, the latest first. */
  *activeFlows(): Generator<string> {
    for (const key of this.recent.keys({ order: "descending" })) yield key.slice(sortable(0).length + 1);
  }

  handle(command: DirectoryCommand, now: number): DirectoryOutcome {
    switch (command.type) {
      case "register":
      case "unregister":
        return this.register(command);
      case "active":
        return this.noteActive(command);
      case "auditAsked":
      case "auditAnswered":
        return this.auditLog.handle(command, now);
      case "acknowledge":
      case "takeBack":
        return this.acknowledgements.handle(command, now);
      case "spendCode":
        return this.spentCodes.spend(command, now);
      case "beginRound":
        return this.inspections.beginAsked(command, now);
      case "inspectTick":
        this.inspections.tick(now);
        return OK;
      case "objectsInspected":
        this.inspections.went(command, now);
        return OK;
      case "effectOver":
        if (command.failure !== undefined) this.inspections.rest(command.effect);
        return OK;
      // What it asks for is repeated, or given up.
      case "effectParked":
      case "retryEffects":
        return OK;
      default:
        return this.accessKeys.handle(command, now);
    }
  }

  /** What the board is told: of two that differ the later counts, also of two in one millisecond. */
  telling(now: number): AcknowledgementsTelling {
    this.toldAt = Math.max(now, this.toldAt + 1);
    const acknowledged = this.acknowledgements.all();
    const findings = this.inspections.told();
    return {
      kind: "directory",
      name: DIRECTORY_OBJECT_NAME,
      generation: 1,
      nth: this.toldAt,
      digest: { acknowledged, ...(findings.length > 0 && { findings }) },
    };
  }

  private register({ type, kind, name, generation, summary }: RegisterCommand): DirectoryOutcome {
    const known = this.entries[kind].getReadable(name);
    const exists = type === "register";
    const isOlder =
      known && (generation < known.generation || (generation === known.generation && !known.exists));
    const isSame = known?.generation === generation && known.exists === exists;
    if (isOlder || (isSame && !isNews(summary, known.summary))) return OK;
    this.entries[kind].put(name, { generation, exists, ...(exists && given({ summary })) });
    if (kind === "flow" && !exists) this.forgetActive(name);
    if (kind === "flow" && exists && this.unlisted.has(name)) this.unlisted.delete(name);
    return OK;
  }

  private noteActive({ name, generation, at }: ActiveCommand): DirectoryOutcome {
    const known = this.entries.flow.getReadable(name);
    if (known && (known.generation > generation || !known.exists)) return OK;
    if (!known) this.unlisted.put(name, "");
    this.forgetActive(name);
    this.active.put(name, at);
    this.recent.put(recentKey(at, name), "");
    return OK;
  }

  private forgetActive(name: string): void {
    const at = this.active.getReadable(name);
    if (at === undefined) return;
    this.active.delete(name);
    this.recent.delete(recentKey(at, name));
  }

  save(): void {
    this.records.save();
  }

  /** There is none besides what the commit changed. */
  discardMemory(): void {
    this.records.discard();
    this.inspections.discard();
  }

  takeParked(): readonly Parking[] {
    return this.records.unreadable.takeNew();
  }

  nextTimerAt(): undefined {
    return undefined;
  }

  wakeCommand(): DirectoryCommand {
    throw new Error("Broken invariant: the directory has no timers");
  }
}

function isNews(summary: FlowSummary | undefined, known: FlowSummary | undefined): boolean {
  return summary !== undefined && (known === undefined || summary.revision > known.revision);
}

function recentKey(at: number, name: string): string {
  return `${sortable(at)}:${name}`;
}

/** Two lists of names, each in order, as one. */
function* merged(names: Iterable<string>, more: Iterable<string>): Generator<string> {
  const others = Array.from(more);
  for (const name of names) {
    for (let next = others[0]; next !== undefined && next < name; next = others[0]) {
      yield next;
      others.shift();
    }
    yield name;
  }
  yield* others;
}
