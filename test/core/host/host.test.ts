import { beforeEach, describe, expect, test } from "vitest";
import { Host } from "../../../src/core/host/host.ts";
import {
  ALARM_OVERDUE_MS,
  ALARM_SAFETY_MS,
  EFFECT_GIVE_UP_MS,
  TURNS_PER_WAKE,
} from "../../../src/core/limits.ts";
import { HostRun, NO_ALARM, settle } from "../../support/host-run.ts";

let run: HostRun;

beforeEach(() => {
  run = new HostRun();
});

describe("the host", () => {
  test("commits commands that wait together once, and answers each after that", async () => {
    const outcomes = await Promise.all(["a", "b", "c"].map((command) => run.host.submit(command)));
    expect(outcomes).toEqual(["a@10000", "b@10000", "c@10000"]);
    expect(run.transactions).toBe(1);
    expect(run.machine.saved).toEqual(["a", "b", "c"]);
  });

  test("lets a bug fail its own caller only, and says so in the log", async () => {
    const outcomes = await Promise.allSettled(["a", "boom", "c"].map((command) => run.host.submit(command)));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(run.machine.saved).toEqual(["a", "c"]);
    expect(run.logged).toMatchObject([{ event: "defect", message: "an internal error" }]);
  });

  test("handles commands again if the run.machine learnt what to leave out, and tells what was parked", async () => {
    const outcomes = await Promise.all(["a", "spoilt", "c"].map((command) => run.host.submit(command)));
    expect(outcomes).toEqual(["a@10000", "left out", "c@10000"]);
    expect(run.machine.saved).toEqual(["a", "c"]);
    expect(run.logged).toMatchObject([
      { event: "defect", message: "spoilt" },
      { event: "parked", kind: "word", id: "spoilt" },
    ]);
  });

  test("takes the alarm back with the commit after which nothing can come", async () => {
    await Promise.all([run.host.submit("!a"), run.host.submit("over")]);
    await settle();
    expect(run.machine.saved).toContain("done a");
    expect(run.alarms).toEqual([run.now + 5000, NO_ALARM]);
  });

  test("does effects after the commit, those of a group together, and records that they are done", async () => {
    await run.host.submit("!a1");
    await Promise.all([run.host.submit("!a2"), run.host.submit("!b1"), run.host.submit("!a3")]);
    await settle();
    expect(run.performed).toEqual([["a1"], ["a2", "a3"], ["b1"]]);
    expect(run.machine.saved).toEqual(expect.arrayContaining(["done a1", "done a2", "done a3", "done b1"]));
  });

  test("tries a failed effect again, later each time, and blocks no other with it", async () => {
    run.perform = async ([effect]) => {
      if (effect?.id === "a") throw new Error("no answer");
      return { done: true };
    };
    await Promise.all([run.host.submit("!a"), run.host.submit("!b")]);
    await settle();
    expect(run.machine.saved).toContain("done b");
    const pauses: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      const before = run.now;
      const tried = run.performed.length;
      while (run.performed.length === tried) {
        run.now += 500;
        await run.host.wake();
      }
      pauses.push((run.now - before) / 1000);
    }
    expect(pauses).toEqual([1, 2, 4, 8]);
  });

  test("gives an effect up after hours, and tells the run.machine why", async () => {
    run.perform = () => Promise.reject(new Error("no answer"));
    await run.host.submit("!a");
    await settle();
    run.now += 7 * 3_600_000;
    await run.host.wake();
    await settle();
    expect(run.machine.saved.at(-1)).toBe("gave up a: no answer");
    expect(run.machine.effects.isPending({ id: "a", kind: "ping", since: 0 })).toBe(false);
  });

  test("repeats for ever what is bound so", async () => {
    run.perform = () => Promise.reject(new Error("no answer"));
    await run.host.submit("!slow");
    await settle();
    for (let days = 0; days < 3; days++) {
      run.now += 24 * 3_600_000;
      await run.host.wake();
      await settle();
    }
    expect(run.performed).toHaveLength(4);
    expect(run.machine.effects.isPending({ id: "slow", kind: "slow", since: 0 })).toBe(true);
  });

  test("does an effect again, and not at once, when answering for it meets an internal error", async () => {
    await run.host.submit("!bad");
    await settle();
    expect(run.performed).toEqual([["bad"]]);
    expect(run.logged).toMatchObject([{ event: "defect" }, { event: "effectFailed", kind: "ping" }]);
    expect(run.alarms.length).toBeGreaterThan(0);
    run.now += 1000;
    await run.host.wake();
    await settle();
    expect(run.performed).toEqual([["bad"], ["bad"]]);
  });

  test("goes on with an effect that it cannot even give up, after a pause, and with what came beside it", async () => {
    run.perform = () => Promise.reject(new Error("no answer"));
    await Promise.all([run.host.submit("!bad"), run.host.submit("!beside")]);
    await settle();
    run.now += EFFECT_GIVE_UP_MS;
    await run.host.wake();
    await settle();
    expect(run.machine.saved.at(-1)).toBe("gave up beside: no answer");
    const tried = run.performed.length;
    await run.host.wake();
    await settle();
    expect(run.performed).toHaveLength(tried);
    run.now += 10_000;
    await run.host.wake();
    await settle();
    expect(run.performed.slice(tried)).toEqual([["bad"]]);
  });

  test("leaves what never comes to an end to the next alarm", async () => {
    await run.host.submit("busy");
    await new Promise(setImmediate);
    const { saves } = run.machine;
    run.now += 60_000;
    await run.host.wake();
    expect(run.machine.saves).toBe(saves + TURNS_PER_WAKE);
    expect(run.logged).toContainEqual({ event: "wakeCutShort", turns: TURNS_PER_WAKE });
    expect(run.alarms.at(-1)).toBeGreaterThan(run.now);
  });

  test("looks again after the pause that an effect asked for, unless it was settled by then", async () => {
    run.perform = async () => ({ done: false, retryInMs: 5000 });
    await run.host.submit("!a");
    await settle();
    expect(run.performed).toHaveLength(1);
    await run.host.submit({ type: "effectOver", effect: { id: "a", kind: "ping", since: run.now } });
    run.now += 6000;
    await run.host.wake();
    expect(run.performed).toHaveLength(1);
  });

  test("takes up what was not done when its memory begins anew", async () => {
    run.perform = () => new Promise(() => {});
    await run.host.submit("!a");
    await settle();
    await Promise.allSettled([run.host.submit("boom")]);
    await run.host.submit("x");
    await settle();
    expect(run.performed).toEqual([["a"], ["a"]]);
  });

  test("sets the alarm for the next timer, and not again for a later one", async () => {
    await run.host.submit("later");
    expect(run.alarms).toEqual([11_000]);
    await run.host.submit("x");
    expect(run.alarms).toEqual([11_000]);
    run.now = 11_000;
    await run.host.wake();
    expect(run.machine.saved).toEqual(["later", "x", "wake"]);
  });

  test("sets another alarm after one that was lost, with whatever is committed next", async () => {
    await run.host.submit("later");
    run.now = 11_000 + 2000;
    await run.host.submit("later");
    expect(run.alarms).toEqual([11_000, 14_000]);
  });

  test("relies on an alarm that is a little late as long as something is due", async () => {
    run.perform = () => new Promise(() => {});
    await run.host.submit("!a");
    run.now = 15_000 + ALARM_OVERDUE_MS - 1;
    await run.host.submit("x");
    expect(run.alarms).toEqual([15_000]);
    run.now++;
    await run.host.submit("x");
    expect(run.alarms).toEqual([15_000, run.now + ALARM_SAFETY_MS]);
  });

  test("has an alarm ahead while an effect is being done, in case it does not live to see it", async () => {
    run.perform = () => new Promise(() => {});
    await run.host.submit("!a");
    await settle();
    expect(run.alarms).toEqual([15_000]);
  });

  test("is woken by a reader when its alarm was lost", async () => {
    await run.host.submit("later");
    run.host.heal();
    await settle();
    expect(run.machine.saved).toEqual(["later"]);
    run.now += 60_000;
    run.host.heal();
    await settle();
    expect(run.machine.saved).toEqual(["later", "wake"]);
  });
});

test("what is slow of one kind holds up only its own kind, and goes on as places become free", async () => {
  const slow: (() => void)[] = [];
  run.perform = (effects) =>
    effects[0]?.kind === "slow"
      ? new Promise((resolve) => slow.push(() => resolve({ done: true })))
      : Promise.resolve({ done: true });
  for (const id of ["s1", "s2", "s3"]) await run.host.submit(`!${id}`);
  await run.host.submit("!quick");
  await new Promise(setImmediate);
  expect(run.performed.map(([id]) => id).toSorted()).toEqual(["quick", "s1", "s2"]);
  slow[0]?.();
  await new Promise(setImmediate);
  expect(run.performed.map(([id]) => id)).toContain("s3");
});

test("what goes wrong after a commit does not run the commit again", async () => {
  let commits = 0;
  const own = new Host(run.machine, run.ports, () => {
    commits++;
    throw new Error("an internal error, late");
  });
  expect(await own.submit("once")).toBe("once@10000");
  expect(run.machine.saved).toEqual(["once"]);
  expect(commits).toBe(1);
  expect(run.logged).toMatchObject([{ event: "defect", message: "an internal error, late" }]);
});
