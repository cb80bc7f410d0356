import type { Budget } from "../durable/budget.ts";
import { effectBytes } from "../durable/effects.ts";
import type { Records, Single } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { given } from "../given.ts";
import { type Json, jsonSize } from "../json.ts";
import { NEWCOMERS_MAX, NEWCOMER_MS, SETTLED_EVERY_STARTS, TAKE_IN_ENTRY_BYTES } from "../newcomer-limits.ts";
import type { LetGo, TakeExecution } from "./command.ts";
import type { ExecutionIndex, KeptTake, StoredEntry } from "./execution-index.ts";

/** Below it nobody is a newcomer any more. */
interface Settled {
  readonly generation: number;
  readonly number: number;
}

interface Young {
  readonly name: string;
  /** When its object took its start. */
  readonly at: number;
}

const SETTLED = shaped<Settled>({ generation: "number", number: "number" });

/**
 * Executions that were started a moment ago. The flow minds them until they have ended, or are so old that they look after
 * themselves: should their object be lost meanwhile, or the flow's own, it is called again. So an execution that is short
 * needs no alarm, and its start no row but the one of the index, which has its input until it has ended.
 *
 * Of a flow that comes into memory all are newcomers that the index has as running, with their starts, above a number; and it
 * is written now and then which one.
 */
export class Newcomers {
  private readonly row: Single<Settled>;
  private readonly budget: Budget;
  private generation: number;
  /** As it is written; undefined: there were none yet in this generation. */
  private settled: number | undefined;
  private startsSince = 0;
  private last = 0;
  /** By number: those that are being handed their starts, those that were, by when, and those that are to be let go. */
  private readonly handing = new Map<number, TakeExecution>();
  private readonly young = new Map<number, Young>();
  private readonly grown = new Map<number, LetGo>();

  constructor(records: Records, index: ExecutionIndex, generation: number, budget: Budget) {
    this.row = records.single("settled", SETTLED);
    this.budget = budget;
    this.generation = generation;
    const kept = this.row.getReadable({ generation, number: 0 });
    this.settled = kept?.generation === generation ? kept.number : undefined;
    const found = this.settled === undefined ? [] : [...startsIn(index, generation, this.settled)];
    for (const take of found.toReversed()) this.hold(take);
  }

  /** The start as a part of its entry; undefined where that would make lists slow, or there are too many newcomers. */
  keptOf({ input, inputText, parent, lineage, begin, forkedFrom }: TakeExecution): KeptTake | undefined {
    if (this.size >= NEWCOMERS_MAX) return undefined;
    const kept = { ...given({ input, inputText, parent, lineage, begin, forkedFrom }) };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what commands bring is JSON
    return jsonSize(kept as unknown as Json, TAKE_IN_ENTRY_BYTES) <= TAKE_IN_ENTRY_BYTES ? kept : undefined;
  }

  /** One was started, and is being handed that. */
  add(take: TakeExecution & { readonly newcomer: number }): void {
    const isTimeToTell = ++this.startsSince >= SETTLED_EVERY_STARTS;
    if (this.settled === undefined) this.settle(take.newcomer - 1);
    else if (isTimeToTell) this.settle(this.floor());
    this.hold(take);
  }

  isHanding(generation: number, number: number): boolean {
    return generation === this.generation && this.handing.has(number);
  }

  isGrown({ generation, number }: LetGo): boolean {
    return generation === this.generation && this.grown.has(number);
  }

  /** Its object has taken its start. */
  handed({ generation, newcomer, name }: TakeExecution, now: number): void {
    if (newcomer === undefined || !this.isHanding(generation, newcomer)) return;
    this.leave(newcomer);
    this.young.set(newcomer, { name, at: now });
  }

  /** What is to be done for them. */
  effects(): (TakeExecution | LetGo)[] {
    return [...this.handing.values(), ...this.grown.values()];
  }

  /** When the first of them may have grown up. */
  get nextAt(): number | undefined {
    for (const { at } of this.young.values()) return at + NEWCOMER_MS;
    return undefined;
  }

  /** Those that run on and are old enough look after themselves, as soon as they are told. */
  growUp(now: number): readonly LetGo[] {
    const told: LetGo[] = [];
    for (const [number, { name, at }] of this.young) {
      if (at + NEWCOMER_MS > now) break;
      const { generation } = this;
      told.push({ kind: "letGo", id: `letGo:${generation}:${number}`, since: now, generation, number, name });
    }
    for (const one of told) {
      this.young.delete(one.number);
      this.grown.set(one.number, one);
    }
    return told;
  }

  letGo({ generation, number }: LetGo): void {
    if (generation !== this.generation || !this.grown.has(number)) return;
    this.leave(number);
    if (this.size === 0) this.settle(this.last);
  }

  ended(generation: number, number: number): void {
    if (generation === this.generation) this.leave(number);
  }

  /** The generation is over, and none is minded any more: gives the numbers of those that were not handed their starts yet. */
  dissolve(): readonly number[] {
    const open = [...this.handing.keys()];
    if (this.size > 0) this.settle(this.last);
    for (const number of [...open, ...this.young.keys(), ...this.grown.keys()]) this.leave(number);
    return open;
  }

  begin(generation: number): void {
    this.generation = generation;
    this.settled = undefined;
    this.last = 0;
  }

  private get size(): number {
    return this.handing.size + this.young.size + this.grown.size;
  }

  private hold(take: TakeExecution): void {
    const { newcomer = 0 } = take;
    this.last = Math.max(this.last, newcomer);
    this.handing.set(newcomer, take);
    this.budget.charge(effectBytes(take));
  }

  private leave(number: number): void {
    const take = this.handing.get(number);
    if (take) this.budget.release(effectBytes(take));
    for (const one of [this.handing, this.young, this.grown]) one.delete(number);
  }

  /** The last number up to which there is none. */
  private floor(): number {
    const numbers = [...this.handing.keys(), ...this.young.keys(), ...this.grown.keys()];
    return numbers.reduce((least, number) => Math.min(least, number - 1), this.last);
  }

  private settle(number: number): void {
    this.startsSince = 0;
    if (number === this.settled) return;
    this.settled = number;
    this.row.put({ generation: this.generation, number });
  }
}

/** Starts of those that run, above a number; the newest first. */
function* startsIn(index: ExecutionIndex, generation: number, above: number): Generator<TakeExecution> {
  for (const entry of index.newest(generation)) {
    if (entry.number <= above) return;
    const take = entry.endedAt === undefined ? takeIn(entry) : undefined;
    if (take) yield take;
  }
}

/** The start that an entry has. */
export function takeIn(entry: StoredEntry): TakeExecution | undefined {
  const { generation, name, number, version, startedBy, startedAt: since, take } = entry;
  if (!take) return undefined;
  const own = { kind: "takeExecution", id: takeId(generation, number), since } as const;
  return { ...own, newcomer: number, generation, name, version, startedBy, ...take };
}

/** Of the effect that hands over a start. */
export function takeId(generation: number, number: number): string {
  return `take:${generation}:${number}`;
}
