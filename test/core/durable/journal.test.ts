import { beforeEach, describe, expect, test } from "vitest";
import { type Commit, Journal, type JournalStore } from "../../../src/core/durable/journal.ts";

type Fact = number;

/** A sum, with the instants at which it changed. */
class Sum {
  total = 0;
  readonly changedAt: number[] = [];

  apply(fact: Fact, at: number): void {
    this.total += fact;
    this.changedAt.push(at);
  }

  snapshot(): number {
    return this.total;
  }

  restore(total: number): void {
    this.total = total;
  }
}

/** Facts are as long as they are large. */
class Store implements JournalStore<Fact, number> {
  readonly commits: Commit<Fact>[] = [];
  head: { readonly snapshot: number; readonly seq: number } | undefined;

  load(): { readonly snapshot?: number; readonly seq: number } {
    return this.head ?? { seq: 0 };
  }

  checkpoint(snapshot: number, seq: number): void {
    this.head = { snapshot, seq };
  }

  tail(after: number): Commit<Fact>[] {
    return this.commits.filter(({ seq }) => seq > after);
  }

  append(one: Commit<Fact>): number {
    this.commits.push(one);
    return one.facts.reduce((sum, fact) => sum + fact, 0);
  }
}

let store: Store;
let sum: Sum;
let journal: Journal<Fact, number>;

function restart(): void {
  sum = new Sum();
  journal = new Journal(sum, store, { commits: 3, length: 100 });
}

function commit(...facts: Fact[]): void {
  for (const fact of facts) journal.emit(fact, 10 * fact);
  journal.save(7);
}

beforeEach(() => {
  store = new Store();
  restart();
});

describe("a journal", () => {
  test("lets facts take effect at once, and writes those of a commit together, with its number and time", () => {
    commit(1, 2);
    commit(3);
    expect([sum.total, sum.changedAt]).toEqual([6, [10, 20, 30]]);
    expect(store.commits).toEqual([
      { seq: 1, at: 7, facts: [1, 2] },
      { seq: 2, at: 7, facts: [3] },
    ]);
  });

  test("writes nothing for a commit without facts", () => {
    commit();
    commit(1);
    expect(store.commits.map(({ seq }) => seq)).toEqual([1]);
  });

  test("brings back what was committed, and no more", () => {
    commit(1, 2);
    journal.emit(50, 0);
    restart();
    expect([sum.total, sum.changedAt]).toEqual([3, [7, 7]]);
    commit(4);
    expect(store.commits.at(-1)?.seq).toBe(2);
  });

  test("is replayed from its last checkpoint, which comes after so many commits, restarts or not", () => {
    for (const fact of [1, 2]) commit(fact);
    expect(store.head).toBeUndefined();
    restart();
    commit(3);
    expect(store.head).toEqual({ snapshot: 6, seq: 3 });
    commit(4);
    restart();
    expect([sum.total, sum.changedAt]).toEqual([10, [7]]);
  });

  test("has a checkpoint when there is much to replay", () => {
    commit(60);
    expect(store.head).toBeUndefined();
    commit(40);
    expect(store.head).toEqual({ snapshot: 100, seq: 2 });
    commit(60);
    expect(store.head).toEqual({ snapshot: 100, seq: 2 });
  });
});
