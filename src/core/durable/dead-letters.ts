import { DEAD_LETTERS_FORGOTTEN_AT_ONCE, DEAD_LETTERS_KEPT } from "../dead-letter-limits.ts";
import { DEAD_LETTER_RETENTION_SECONDS } from "../limits.ts";
import { PageBudget } from "../page-budget.ts";
import { assert } from "../result.ts";
import { sortable } from "../text.ts";
import { SECOND_MS } from "../time.ts";
import type { Budget } from "./budget.ts";
import type { Format, Records, Table } from "./records.ts";

/** What was given up. Times are epoch milliseconds. */
interface Dead {
  readonly diedAt: number;
}

/** Which of them: these, or without ids the oldest, at most `max`. Ids that none has are passed over. */
export interface WhichDead {
  readonly ids?: readonly string[];
  readonly max: number;
}

/** Behind the one of this number, in the order in which they died. */
export interface DeadQuery {
  readonly after: number;
  readonly limit: number;
}

export interface DeadPage<L> {
  readonly items: readonly (L & { readonly id: string })[];
  /** `after` of the next page. */
  readonly next?: number;
}

/** Numbers begin with the instants of deaths, so that none comes again after a restart. */
const NUMBERS_PER_MS = 100;
const KEPT_MS = DEAD_LETTER_RETENTION_SECONDS * SECOND_MS;
/** Of one: its place in a set. */
const LETTER_BYTES = 100;

/**
 * What was given up, so that somebody finds it: a row each, written when it happens, and in memory its number alone. They lie
 * in groups, whose names have no slash. A letter's id is its number.
 */
export class DeadLetters<L extends Dead> {
  private readonly table: Table<L>;
  private readonly budget: Budget;
  /** Numbers of letters, the oldest first. */
  private readonly groups = new Map<string, Set<number>>();
  private nextNumber = 0;

  constructor(records: Records, format: Format<L>, budget: Budget) {
    this.table = records.table("dead:", format);
    this.budget = budget;
    for (const key of this.table.keys()) {
      const slash = key.indexOf("/");
      this.hold(key.slice(0, slash), Number(key.slice(slash + 1)));
    }
  }

  /** Another one as soon as there are others. */
  get stand(): string {
    const sizes = Array.from(this.groups.values(), ({ size }) => size);
    return `${this.nextNumber} ${sizes.join(" ")}`;
  }

  count(group: string): number {
    return this.groups.get(group)?.size ?? 0;
  }

  /** Groups that have some, with the instant of the last death in each. */
  *counts(): Generator<{ readonly group: string; readonly dead: number; readonly diedAt: number }> {
    for (const [group, numbers] of this.groups) {
      const newest = Array.from(numbers).at(-1);
      assert(newest !== undefined, "a group that is held has a letter");
      yield { group, dead: numbers.size, diedAt: instantOf(newest) };
    }
  }

  add(group: string, letter: L, now: number): void {
    const number = Math.max(this.nextNumber, now * NUMBERS_PER_MS);
    const own = this.hold(group, number);
    this.table.put(keyOf(group, number), letter);
    for (const oldest of own) {
      if (own.size <= DEAD_LETTERS_KEPT) return;
      this.remove(group, oldest);
    }
  }

  /** So many, or as many as one answer has room for. */
  page(group: string, { after, limit }: DeadQuery): DeadPage<L> {
    const items: (L & { readonly id: string })[] = [];
    const budget = new PageBudget();
    let last = after;
    for (const number of this.groups.get(group) ?? []) {
      if (number <= after) continue;
      const letter = this.read(group, number);
      const entry = letter && { ...letter, id: String(number) };
      const isFull = entry && (items.length >= limit || !budget.takes({ entry, lookedAt: 0 }));
      if (isFull) return { items, next: last };
      if (entry) items.push(entry);
      last = number;
    }
    return { items };
  }

  chosen(group: string, { ids, max }: WhichDead): number[] {
    const own = this.groups.get(group);
    if (!own) return [];
    if (!ids) return Array.from(own).slice(0, max);
    return Array.from(new Set(ids), Number).filter((number) => own.has(number));
  }

  /** Undefined also of one whose row cannot be read. */
  read(group: string, number: number): L | undefined {
    return this.table.getReadable(keyOf(group, number));
  }

  remove(group: string, number: number): void {
    const own = this.groups.get(group);
    if (!own?.delete(number)) return;
    if (own.size === 0) this.groups.delete(group);
    this.budget.release(LETTER_BYTES);
    this.table.delete(keyOf(group, number));
  }

  removeGroup(group: string): void {
    for (const number of this.groups.get(group) ?? []) this.remove(group, number);
  }

  /** When the next one is over. */
  nextEndAt(): number | undefined {
    let next: number | undefined;
    for (const [oldest] of this.groups.values())
      if (oldest !== undefined && (next === undefined || oldest < next)) next = oldest;
    return next === undefined ? undefined : instantOf(next) + KEPT_MS;
  }

  /** Forgets a few of those that are over. */
  forget(now: number): void {
    let forgotten = 0;
    for (const [group, numbers] of this.groups)
      for (const number of numbers) {
        if (instantOf(number) + KEPT_MS > now || forgotten >= DEAD_LETTERS_FORGOTTEN_AT_ONCE) break;
        this.remove(group, number);
        forgotten++;
      }
  }

  private hold(group: string, number: number): Set<number> {
    const own = this.groups.get(group) ?? new Set();
    this.groups.set(group, own.add(number));
    this.budget.charge(LETTER_BYTES);
    this.nextNumber = Math.max(this.nextNumber, number + 1);
    return own;
  }
}

function instantOf(number: number): number {
  return Math.floor(number / NUMBERS_PER_MS);
}

function keyOf(group: string, number: number): string {
  return `${group}/${sortable(number)}`;
}
