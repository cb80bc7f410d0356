import { describe, expect, test } from "vitest";
import { type Poller, Pollers } from "../../../src/core/queue/pollers.ts";
import { OPEN_POLLS_MAX } from "../../../src/core/limits.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun } from "../../support/queue-run.ts";

function poller(name: string, isSocket: boolean): Poller {
  return { worker: name, session: name, max: 1, isSocket, deliver: () => {}, dismiss: () => {} };
}

/** A line of so many polls and sockets; `next` serves who is first, who comes back at once. */
function line(polls: number, sockets: number) {
  const pollers = new Pollers();
  let now = 0;
  const join = (one: Poller) => pollers.add(one, now++);
  for (let nth = 0; nth < polls; nth++) join(poller(`poll ${nth}`, false));
  for (let nth = 0; nth < sockets; nth++) join(poller(`socket ${nth}`, true));
  const next = () => {
    const [first] = pollers.inTurn();
    if (!first) throw new Error("nobody waits");
    pollers.serve(first, [{} as never]);
    pollers.deliver();
    join({ ...first });
    return first.worker ?? "";
  };
  return { pollers, next };
}

function counts(names: readonly string[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of names) found[name] = (found[name] ?? 0) + 1;
  return found;
}

describe("the line of those who wait", () => {
  test("serves sockets one after the other", () => {
    const { next } = line(0, 3);
    expect([next(), next(), next(), next()]).toEqual(["socket 0", "socket 1", "socket 2", "socket 0"]);
  });

  test("serves the newest poll first", () => {
    const { pollers } = line(3, 0);
    expect(pollers.inTurn().map(({ worker }) => worker)).toEqual(["poll 2", "poll 1", "poll 0"]);
  });

  test.each([
    [1, 1],
    [1, 3],
    [3, 1],
    [2, 5],
  ])("gives %i polls and %i sockets turns in proportion", (polls, sockets) => {
    const { next } = line(polls, sockets);
    const served = Array.from({ length: 20 * (polls + sockets) }, next);
    const ofSockets = served.filter((name) => name.startsWith("socket"));
    expect(ofSockets).toHaveLength(20 * sockets);
    expect(new Set(Object.values(counts(ofSockets)))).toEqual(new Set([20]));
  });

  test("owes nothing to who was not there", () => {
    const { pollers, next } = line(0, 2);
    for (let nth = 0; nth < 1000; nth++) next();
    pollers.add(poller("poll", false), 9999);
    const served = Array.from({ length: 30 }, next);
    expect(counts(served)).toEqual({ poll: 10, "socket 0": 10, "socket 1": 10 });
  });

  test("has a place for a poll, however many sockets wait", () => {
    const run = new QueueRun(new MemoryQueueStore());
    for (let nth = 0; nth < OPEN_POLLS_MAX; nth++)
      run.pollers.restore(poller(`socket ${nth}`, true), run.now);
    expect(run.poll(1, "north").received).toEqual([]);
    run.send("job");
    expect(run.pollers.size).toBe(OPEN_POLLS_MAX);
  });

  test("loses nobody when a commit fails, and has nobody twice who comes again", () => {
    const { pollers } = line(0, 1);
    pollers.deliver();
    const [first] = pollers.inTurn();
    if (!first) throw new Error("somebody waits");
    pollers.serve(first, [{} as never]);
    pollers.add(poller("late", true), 5);
    pollers.takeBack();
    expect(pollers.inTurn()).toEqual([first]);
  });
});

describe("a session that says what it holds", () => {
  test("has the rest given back at once, which is no loss", () => {
    const run = new QueueRun(new MemoryQueueStore());
    run.send("a", "b", "c");
    const [a, b] = run.work("s1", { receive: { max: 2 } }).messages;
    run.work("s2", { receive: { max: 1 } });
    run.work("s1", { holds: [a?.receipt ?? "", "nonsense"] });
    expect(run.bodies()).toEqual(["b"]);
    expect(run.workers().map(({ lost }) => lost)).toEqual([0, 0]);
    expect(run.work("s1", { beats: [a?.receipt ?? "", b?.receipt ?? ""] }).beats).toMatchObject([
      { ok: true },
      { ok: false, code: "LeaseExpired" },
    ]);
  });
});

describe("a message that appears later", () => {
  const HOUR = 3600;

  function delayed(isSocket: boolean): QueueRun {
    const run = new QueueRun(new MemoryQueueStore());
    run.pollers.restore(poller("north", isSocket), run.now);
    run.do({ type: "sendMessages", messages: [{ body: "later", delaySeconds: HOUR }] });
    return run;
  }

  test("wakes a queue at which a socket waits, to the second", () => {
    const run = delayed(true);
    expect(run.machine.nextTimerAt()).toBe(run.now + HOUR * 1000);
    run.pass(HOUR);
    run.do({ type: "tick" });
    expect(run.machine.nextTimerAt()).toBe(undefined);
    expect(run.pollers.size).toBe(0);
  });

  test("sets no alarm for a poll, nor for what comes soon: these wait awake", () => {
    expect(delayed(false).machine.nextTimerAt()).toBe(undefined);
    const run = new QueueRun(new MemoryQueueStore());
    run.pollers.restore(poller("north", true), run.now);
    run.do({ type: "sendMessages", messages: [{ body: "soon", delaySeconds: 60 }] });
    expect(run.machine.nextTimerAt()).toBe(undefined);
  });
});
