import { beforeEach, describe, expect, test } from "vitest";
import { Host } from "../../../src/core/host/host.ts";
import type { HostPorts, LogEntry, Performed } from "../../../src/core/host/ports.ts";
import { EFFECT_GIVE_UP_MS, TURNS_PER_WAKE } from "../../../src/core/limits.ts";
import type {
  AnyEffect,
  Bound,
  EffectOver,
  EffectSource,
  Machine,
  Parking,
} from "../../../src/core/machine.ts";

type Command = string;

interface Ping extends AnyEffect {
  readonly kind: "ping" | "slow";
}

const BOUNDS: { readonly [K in Ping["kind"]]: Bound } = {
  ping: { is: "fail", afterMs: EFFECT_GIVE_UP_MS },
  slow: { is: "repeat" },
};

/**
 * A list of words: `!x` asks for effect x (slow ones begin with s), `boom` meets an internal error, as does the answer for
 * `!bad`, `spoilt` meets one until it is known, `later` sets a timer, `busy` one that is due for ever.
 */
class Words implements Machine<Command, string, Ping> {
  saved: string[] = [];
  saves = 0;
  timerAt: number | undefined;
  private memory: string[] = [];
  private spoilt = false;
  private parkings: Parking[] = [];
  /** Nothing can come any more once `over` was said. */
  private wasOver = false;
  private readonly pending = new Map<string, Ping>();
  private fresh: Ping[] = [];

  readonly effects: EffectSource<Ping> = {
    takeNew: () => this.fresh.splice(0),
    isPending: ({ id }) => this.pending.has(id),
    boundOf: ({ kind }) => BOUNDS[kind],
  };

  handle(command: Command | EffectOver<Ping>, now: number): string {
    if (typeof command === "object") return this.over(command);
    if (command === "spoilt") return this.leaveOut(command);
    if (command === "boom") throw new Error("an internal error");
    if (command === "busy") this.timerAt = now;
    if (command.startsWith("!")) this.ask(command.slice(1), now);
    if (command === "later") this.timerAt = now + 1000;
    if (command === "wake" && !this.memory.includes("busy")) this.timerAt = undefined;
    if (command === "over") this.wasOver = true;
    this.memory.push(command);
    return `${command}@${now}`;
  }

  save(): void {
    this.saves++;
    this.saved = [...this.memory];
  }

  discardMemory(): void {
    this.memory = [...this.saved];
    this.fresh = [...this.pending.values()];
  }

  nextTimerAt(): number | undefined {
    return this.timerAt;
  }

  isOver(): boolean {
    return this.wasOver && this.pending.size === 0;
  }

  wakeCommand(): Command {
    return "wake";
  }

  learnFrom(error: unknown): boolean {
    if (this.spoilt || !(error instanceof Error) || error.message !== "spoilt") return false;
    return (this.spoilt = true);
  }

  takeParked(): readonly Parking[] {
    return this.parkings.splice(0);
  }

  private leaveOut(command: Command): string {
    if (!this.spoilt) throw new Error(command);
    this.parkings.push({ kind: "word", id: command, reason: "an internal error" });
    return "left out";
  }

  private over({ effect: { id }, failure }: EffectOver<Ping>): string {
    if (id === "bad") throw new Error("nobody can answer for it");
    this.pending.delete(id);
    const word = failure === undefined ? `done ${id}` : `gave up ${id}: ${failure}`;
    this.memory.push(word);
    return word;
  }

  private ask(id: string, since: number): void {
    const effect: Ping = { id, kind: id.startsWith("s") ? "slow" : "ping", since };
    this.pending.set(id, effect);
    this.fresh.push(effect);
  }
}

const NO_ALARM = -1;

let machine: Words;
let host: Host<Command, string, Ping>;
let now: number;
let alarms: number[];
let logged: LogEntry[];
let transactions: number;
let performed: string[][];
let perform: (effects: readonly Ping[], tries: number) => Promise<Performed<Command>>;

beforeEach(() => {
  machine = new Words();
  now = 10_000;
  alarms = [];
  logged = [];
  performed = [];
  transactions = 0;
  perform = async () => ({ done: true });
  const ports: HostPorts<Command, Ping> = {
    now: () => now,
    collectBatch: () => Promise.resolve(),
    transaction: (body) => {
      transactions++;
      return body();
    },
    setAlarm: (at) => void alarms.push(at),
    clearAlarm: () => void alarms.push(NO_ALARM),
    perform: (effects, tries) => {
      performed.push(effects.map(({ id }) => id));
      return perform(effects, tries);
    },
    groupKey: ({ id }) => (id.startsWith("s") ? id : (id[0] ?? "")),
    groupsAtOnce: () => 2,
    background: (work) => void work.catch(() => {}),
    log: (entry) => void logged.push(entry),
  };
  host = new Host(machine, ports);
});

/** Lets everything that waits for nothing but its turn happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

describe("the host", () => {
  test("commits commands that wait together once, and answers each after that", async () => {
    const outcomes = await Promise.all(["a", "b", "c"].map((command) => host.submit(command)));
    expect(outcomes).toEqual(["a@10000", "b@10000", "c@10000"]);
    expect(transactions).toBe(1);
    expect(machine.saved).toEqual(["a", "b", "c"]);
  });

  test("lets a bug fail its own caller only, and says so in the log", async () => {
    const outcomes = await Promise.allSettled(["a", "boom", "c"].map((command) => host.submit(command)));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(machine.saved).toEqual(["a", "c"]);
    expect(logged).toMatchObject([{ event: "defect", message: "an internal error" }]);
  });

  test("handles commands again if the machine learnt what to leave out, and tells what was parked", async () => {
    const outcomes = await Promise.all(["a", "spoilt", "c"].map((command) => host.submit(command)));
    expect(outcomes).toEqual(["a@10000", "left out", "c@10000"]);
    expect(machine.saved).toEqual(["a", "c"]);
    expect(logged).toMatchObject([
      { event: "defect", message: "spoilt" },
      { event: "parked", kind: "word", id: "spoilt" },
    ]);
  });

  test("takes the alarm back with the commit after which nothing can come", async () => {
    await Promise.all([host.submit("!a"), host.submit("over")]);
    await settle();
    expect(machine.saved).toContain("done a");
    expect(alarms).toEqual([now + 5000, NO_ALARM]);
  });

  test("does effects after the commit, those of a group together, and records that they are done", async () => {
    await host.submit("!a1");
    await Promise.all([host.submit("!a2"), host.submit("!b1"), host.submit("!a3")]);
    await settle();
    expect(performed).toEqual([["a1"], ["a2", "a3"], ["b1"]]);
    expect(machine.saved).toEqual(expect.arrayContaining(["done a1", "done a2", "done a3", "done b1"]));
  });

  test("tries a failed effect again, later each time, and blocks no other with it", async () => {
    perform = async ([effect]) => {
      if (effect?.id === "a") throw new Error("no answer");
      return { done: true };
    };
    await Promise.all([host.submit("!a"), host.submit("!b")]);
    await settle();
    expect(machine.saved).toContain("done b");
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      const before = now;
      const tried = performed.length;
      while (performed.length === tried) {
        now += 500;
        await host.wake();
      }
      pauses.push((now - before) / 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
  });

  test("gives an effect up after hours, and tells the machine why", async () => {
    perform = () => Promise.reject(new Error("no answer"));
    await host.submit("!a");
    await settle();
    now += 7 * 3_600_000;
    await host.wake();
    await settle();
    expect(machine.saved.at(-1)).toBe("gave up a: no answer");
    expect(machine.effects.isPending({ id: "a", kind: "ping", since: 0 })).toBe(false);
  });

  test("repeats for ever what is bound so", async () => {
    perform = () => Promise.reject(new Error("no answer"));
    await host.submit("!slow");
    await settle();
    for (let days = 0; days < 3; days++) {
      now += 24 * 3_600_000;
      await host.wake();
      await settle();
    }
    expect(performed).toHaveLength(4);
    expect(machine.effects.isPending({ id: "slow", kind: "slow", since: 0 })).toBe(true);
  });

  test("does an effect again, and not at once, when answering for it meets an internal error", async () => {
    await host.submit("!bad");
    await settle();
    expect(performed).toEqual([["bad"]]);
    expect(logged).toMatchObject([{ event: "defect" }, { event: "effectFailed", kind: "ping" }]);
    expect(alarms.length).toBeGreaterThan(0);
    now += 1000;
    await host.wake();
    await settle();
    expect(performed).toEqual([["bad"], ["bad"]]);
  });

  test("goes on with an effect that it cannot even give up, after a pause, and with what came beside it", async () => {
    perform = () => Promise.reject(new Error("no answer"));
    await Promise.all([host.submit("!bad"), host.submit("!beside")]);
    await settle();
    now += EFFECT_GIVE_UP_MS;
    await host.wake();
    await settle();
    expect(machine.saved.at(-1)).toBe("gave up beside: no answer");
    const tried = performed.length;
    await host.wake();
    await settle();
    expect(performed).toHaveLength(tried);
    now += 10_000;
    await host.wake();
    await settle();
    expect(performed.slice(tried)).toEqual([["bad"]]);
  });

  test("leaves what never comes to an end to the next alarm", async () => {
    await host.submit("busy");
    await new Promise(setImmediate);
    const { saves } = machine;
    now += 60_000;
    await host.wake();
    expect(machine.saves).toBe(saves + TURNS_PER_WAKE);
    expect(logged).toContainEqual({ event: "wakeCutShort", turns: TURNS_PER_WAKE });
    expect(alarms.at(-1)).toBeGreaterThan(now);
  });

  test("looks again after the pause that an effect asked for, unless it was settled by then", async () => {
    perform = async () => ({ done: false, retryInMs: 5000 });
    await host.submit("!a");
    await settle();
    expect(performed).toHaveLength(1);
    await host.submit({ type: "effectOver", effect: { id: "a", kind: "ping", since: now } });
    now += 6000;
    await host.wake();
    expect(performed).toHaveLength(1);
  });

  test("takes up what was not done when its memory begins anew", async () => {
    perform = () => new Promise(() => {});
    await host.submit("!a");
    await settle();
    await Promise.allSettled([host.submit("boom")]);
    await host.submit("x");
    await settle();
    expect(performed).toEqual([["a"], ["a"]]);
  });

  test("sets the alarm for the next timer, and not again for a later one", async () => {
    await host.submit("later");
    expect(alarms).toEqual([11_000]);
    await host.submit("x");
    expect(alarms).toEqual([11_000]);
    now = 11_000;
    await host.wake();
    expect(machine.saved).toEqual(["later", "x", "wake"]);
  });

  test("has an alarm ahead while an effect is being done, in case it does not live to see it", async () => {
    perform = () => new Promise(() => {});
    await host.submit("!a");
    await settle();
    expect(alarms).toEqual([15_000]);
  });

  test("is woken by a reader when its alarm was lost", async () => {
    await host.submit("later");
    host.heal();
    await settle();
    expect(machine.saved).toEqual(["later"]);
    now += 60_000;
    host.heal();
    await settle();
    expect(machine.saved).toEqual(["later", "wake"]);
  });
});

test("what is slow of one kind holds up only its own kind, and goes on as places become free", async () => {
  const slow: (() => void)[] = [];
  perform = (effects) =>
    effects[0]?.kind === "slow"
      ? new Promise((resolve) => slow.push(() => resolve({ done: true })))
      : Promise.resolve({ done: true });
  for (const id of ["s1", "s2", "s3"]) await host.submit(`!${id}`);
  await host.submit("!quick");
  await new Promise(setImmediate);
  expect(performed.map(([id]) => id).toSorted()).toEqual(["quick", "s1", "s2"]);
  slow[0]?.();
  await new Promise(setImmediate);
  expect(performed.map(([id]) => id)).toContain("s3");
});

test("what goes wrong after a commit does not run the commit again", async () => {
  const ports = { onCommit: 0 };
  const own = new Host(
    machine,
    {
      now: () => now,
      collectBatch: () => Promise.resolve(),
      transaction: (body) => body(),
      setAlarm: () => {},
      clearAlarm: () => {},
      perform: () => Promise.resolve({ done: true }),
      groupKey: () => "",
      groupsAtOnce: () => 1,
      background: (work) => void work.catch(() => {}),
      log: (entry) => void logged.push(entry),
    },
    () => {
      ports.onCommit++;
      throw new Error("a bug of ours, late");
    },
  );
  expect(await own.submit("once")).toBe("once@10000");
  expect(machine.saved).toEqual(["once"]);
  expect([ports.onCommit, logged]).toMatchObject([1, [{ event: "defect", message: "a bug of ours, late" }]]);
});
