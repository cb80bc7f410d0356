import { TEXT, type Records, type Single, type Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { given } from "../given.ts";
import { INSPECTED_ACTIVE_MS, INSPECTED_EVERY_MS, INSPECTED_IDLE_ROUNDS } from "../inspection-limits.ts";
import { finding } from "../inspection.ts";
import { INSPECTED_KINDS, type InspectedKind } from "../inspection-kinds.ts";
import type { BeginRound, DoctorView, Finding, Inspection, RoundView } from "../inspection-views.ts";
import { SCHEDULE_SHARDS } from "../limits.ts";
import { scheduleObjectName } from "../names.ts";
import { type Result, reject } from "../result.ts";
import { hash } from "../text.ts";
import type { ToldFindings } from "./acknowledgements.ts";
import { Findings } from "./findings.ts";
import {
  type InspectObjects,
  type ObjectsInspected,
  type Round,
  type Slice,
  type Visited,
  effectOf,
  sliceOf,
} from "./inspection-round.ts";
import type { DirectoryKind, RegisterCommand } from "./registration.ts";

const ROUND = shaped<Round>(
  {
    number: "number",
    startedAt: "number",
    heal: "flag",
    visited: "number",
    of: "number",
    kind: "text",
    after: "text",
    left: "list",
  },
  { askedAt: "number", endedAt: "number" },
);
const SHARDS = Array.from({ length: SCHEDULE_SHARDS }, (_, shard) => scheduleObjectName(shard)).toSorted();

/** What the directory knows of the names that rounds walk over. */
export interface Names {
  /** Behind a name, in their order. */
  names(kind: DirectoryKind, after: string): Iterable<string>;
  /** When a flow told last that it started something. */
  activeAt(flow: string): number | undefined;
  known(
    kind: DirectoryKind,
    name: string,
  ): { readonly generation: number; readonly exists: boolean } | undefined;
  register(command: RegisterCommand): void;
}

/**
 * The hourly inspection: objects are visited in turn, those that have something open in each round, all others in one of so
 * many. What they find is kept here, because the board may be gone at any time. A slice that was not answered is done again.
 */
export class Inspections {
  private readonly names: Names;
  private readonly row: Single<Round>;
  /** When the last round began that came by itself. */
  private readonly hourly: Single<string>;
  /** Objects that had something open when they were visited last. */
  private readonly open: Table<string>;
  private readonly findings: Findings;
  private fresh: InspectObjects[] | undefined;

  constructor(records: Records, names: Names) {
    this.names = names;
    this.row = records.single("inspection", ROUND);
    this.hourly = records.single("inspectedAt", TEXT);
    this.open = records.table("open:", TEXT);
    this.findings = new Findings(records);
  }

  /** Those that are new since the last call; of a fresh memory the one that is not done. */
  takeNew(): readonly InspectObjects[] {
    const effect = this.effect();
    const taken = this.fresh ?? (effect ? [effect] : []);
    this.fresh = [];
    return taken;
  }

  isPending({ id }: InspectObjects): boolean {
    return this.effect()?.id === id;
  }

  discard(): void {
    this.fresh = undefined;
  }

  /** What is to be visited now. */
  slice(): (Slice & Pick<Round, "heal">) | undefined {
    const { round } = this;
    return round?.askedAt === undefined
      ? undefined
      : { ...sliceOf(round, (kind, after) => this.meant(round, kind, after)), heal: round.heal };
  }

  view(): DoctorView {
    const { round } = this;
    return { ...this.findings.view(), ...(round && { round: viewOf(round) }) };
  }

  /** What the board is told of it. */
  told(): readonly ToldFindings[] {
    return this.findings.told();
  }

  /** A round goes on, or a new one is due. */
  tick(now: number): void {
    const { round } = this;
    if (round && round.endedAt === undefined) {
      if (round.askedAt === undefined) this.ask(round, now);
      return;
    }
    const at = Number(this.hourly.getReadable("0") ?? 0);
    // A clock that was set back makes none late.
    if (at <= now && now - at < INSPECTED_EVERY_MS) return;
    this.hourly.put(String(now));
    this.begin({ heal: true }, now);
  }

  /** Somebody wants it now, of all objects or of one flow; it takes the place of the hour's round. */
  beginAsked({ heal, flow, by }: BeginRound, now: number): Result<{ readonly round: number }> {
    const { round } = this;
    if (round?.by !== undefined && round.endedAt === undefined)
      return reject("DoctorRunning", `inspection ${round.number} is under way: wait for its end`);
    // What the hour's round has not visited yet has its turn after this one.
    const isCut = round !== undefined && round.endedAt === undefined;
    if (flow === undefined && heal) this.hourly.put(String(now));
    else if (isCut) this.hourly.delete();
    return { ok: true, round: this.begin({ heal, by, ...given({ flow }) }, now) };
  }

  /** Given up for now: it goes on from there with the next tick. */
  rest(effect: InspectObjects): void {
    const { round } = this;
    if (!round || !this.isPending(effect)) return;
    const { askedAt: _, ...rest } = round;
    this.row.put(rest);
  }

  went({ effect, visited, left }: ObjectsInspected, now: number): void {
    const { round } = this;
    if (!round || !this.isPending(effect)) return;
    const { next = "over" } = this.slice() ?? {};
    for (const one of visited) this.take(round, one, now);
    const { askedAt: _, ...rest } = round;
    const done = visited.filter(({ inspection }) => !inspection.to).length;
    const went = { ...rest, visited: rest.visited + done, left };
    if (next === "over" && left.length === 0) this.row.put({ ...went, endedAt: now });
    else this.goOn({ ...went, ...(next === "over" ? LAST : next) }, now);
  }

  private goOn(round: Round, now: number): void {
    // Who asked for it waits; and what has much to tell holds up nobody else for long.
    if (round.by !== undefined || round.left.length > 0) this.ask(round, now);
    else this.row.put(round);
  }

  private ask(round: Round, now: number): void {
    this.row.put({ ...round, askedAt: now });
    const effect = this.effect();
    if (effect) this.fresh = [...(this.fresh ?? []), effect];
  }

  private begin(how: Pick<RoundView, "heal" | "by" | "flow">, now: number): number {
    this.findings.forgetHealed(now);
    const number = (this.round?.number ?? 0) + 1;
    const [kind] = INSPECTED_KINDS;
    const round: Round = { number, startedAt: now, ...how, visited: 0, of: 0, kind, after: "", left: [] };
    let of = 0;
    for (const one of INSPECTED_KINDS) for (const _ of this.meant(round, one, "")) of++;
    this.ask({ ...round, of }, now);
    return number;
  }

  /** Names of a kind that a round visits, behind one. */
  private *meant(round: Round, kind: InspectedKind, after: string): Generator<string> {
    if (round.flow !== undefined) {
      if (kind === "flow" && round.flow > after) yield round.flow;
      return;
    }
    const names = kind === "shard" ? SHARDS.filter((name) => name > after) : this.names.names(kind, after);
    for (const name of names) if (this.isMeant(round, kind, name)) yield name;
  }

  private isMeant({ by, number, startedAt }: Round, kind: InspectedKind, name: string): boolean {
    if (by !== undefined || kind === "shard" || this.open.has(`${kind}:${name}`)) return true;
    const activeAt = kind === "flow" ? this.names.activeAt(name) : undefined;
    if (activeAt !== undefined && activeAt > startedAt - INSPECTED_ACTIVE_MS) return true;
    return hash(name) % INSPECTED_IDLE_ROUNDS === number % INSPECTED_IDLE_ROUNDS;
  }

  private take({ number, heal }: Round, { kind, name, from, inspection }: Visited, now: number): void {
    const registered = kind === "shard" ? [] : this.compare(kind, name, inspection, heal, now);
    const findings = [...inspection.findings, ...(from ? [] : registered)];
    this.findings.note({ kind, name }, findings, { round: number, now }, inspection.to === undefined);
    this.noteOpen(`${kind}:${name}`, inspection.isOpen);
  }

  private noteOpen(key: string, isOpen: boolean): void {
    if (isOpen === this.open.has(key)) return;
    if (isOpen) this.open.put(key, "");
    else this.open.delete(key);
  }

  /** What the directory knows of an object, against what that knows itself. */
  private compare(
    kind: DirectoryKind,
    name: string,
    { registration }: Inspection,
    heal: boolean,
    now: number,
  ): Finding[] {
    if (!registration) return [];
    const { exists, summary } = registration;
    const known = this.names.known(kind, name);
    if (exists === (known?.exists ?? false)) return [];
    const generation = exists
      ? registration.generation
      : Math.max(registration.generation, known?.generation ?? 0);
    const type = exists ? "register" : "unregister";
    if (heal) this.names.register({ type, kind, name, generation, ...given({ summary }) });
    const detail = exists
      ? `the ${kind} is there, and lists did not show it`
      : `the ${kind} is not there any more, and lists showed it`;
    return [finding(exists ? "unregistered" : "stillRegistered", now, detail, { healed: heal })];
  }

  private effect(): InspectObjects | undefined {
    const { round } = this;
    return round && effectOf(round);
  }

  private get round(): Round | undefined {
    return this.row.getReadable(NONE);
  }
}

const [FIRST] = INSPECTED_KINDS;
/** In place of a row that cannot be read. */
const NONE: Round = {
  number: 0,
  startedAt: 0,
  endedAt: 0,
  heal: true,
  visited: 0,
  of: 0,
  kind: FIRST,
  after: "",
  left: [],
};
/** Behind all objects. */
const LAST: Pick<Round, "kind" | "after"> = { kind: "shard", after: "\uffff" };

function viewOf({ kind: _, after: __, left: ___, askedAt: ____, ...view }: Round): RoundView {
  return view;
}
