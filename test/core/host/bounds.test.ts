import { beforeEach, describe, expect, test } from "vitest";
import {
  ALARM_SAFETY_MS,
  EFFECT_GIVE_UP_MS,
  OVERDUE_AFTER_MS,
  PARKED_RETRY_FIRST_MS,
} from "../../../src/core/limits.ts";
import { HostRun, settle } from "../../support/host-run.ts";

let run: HostRun;

beforeEach(() => {
  run = new HostRun();
});

test.each([
  ["fails", () => Promise.reject(new Error("no answer")), "no answer"],
  ["never says that it is done", async () => ({ done: false, retryInMs: 1000 }), "it was not done in time"],
])("ends an effect that %s, as its bound says", async (_, answer, reason) => {
  run.perform = answer;
  await Promise.all(["!a", "!slow", "!patient"].map((command) => run.host.submit(command)));
  await settle();
  run.now += EFFECT_GIVE_UP_MS;
  await run.host.wake();
  await settle();
  expect(run.machine.saved.at(-1)).toBe(`gave up a: ${reason}`);
  expect(run.machine.effects.parked()).toMatchObject([
    { id: "patient", kind: "patient", at: run.now, tries: 2, reason },
  ]);
  expect(run.logged.filter(({ event }) => event === "parked")).toMatchObject([{ id: "patient", reason }]);
  expect(run.machine.effects.isPending({ id: "slow", kind: "slow", since: 0 })).toBe(true);
});

test("an effect that is repeated for ever is told once when it was not done for an hour", async () => {
  run.perform = () => Promise.reject(new Error("no answer"));
  await run.host.submit("!slow");
  await settle();
  const told = () => run.logged.filter(({ event }) => event === "overdue");
  await run.pass(OVERDUE_AFTER_MS - 1);
  expect(told()).toEqual([]);
  for (let minutes = 0; minutes < 20; minutes++) await run.pass(60_000);
  expect(told()).toEqual([{ event: "overdue", kind: "slow", id: "slow", reason: "no answer" }]);
});

describe("what is parked", () => {
  const HOUR = PARKED_RETRY_FIRST_MS;
  const tried = () => run.performed.flat().filter((id) => id === "patient").length;

  beforeEach(async () => {
    run.perform = () => Promise.reject(new Error("no answer"));
    await run.host.submit("!patient");
    await settle();
    await run.pass(EFFECT_GIVE_UP_MS);
  });

  test("is tried again by itself, later and later, and has an alarm for that", async () => {
    const begin = run.now;
    const at: number[] = [];
    for (let minutes = 0; minutes < 31 * 60; minutes++) {
      const before = tried();
      await run.pass(HOUR / 60);
      if (tried() > before) at.push((run.now - begin) / HOUR);
    }
    expect(at).toEqual([1, 3, 7, 15, 31]);
    const last = run.now;
    // The alarm that was ahead while it was tried rings for nothing, and sets the next one.
    await run.pass(ALARM_SAFETY_MS);
    expect(run.alarms.at(-1)).toBe(last + 24 * HOUR);
    expect(run.logged.filter(({ event }) => event === "parked")).toHaveLength(1);
  });

  test("is not tried at once when its memory begins anew", async () => {
    const before = tried();
    await Promise.allSettled([run.host.submit("boom")]);
    await run.pass(HOUR / 2);
    expect(tried()).toBe(before);
    await run.pass(HOUR / 2);
    expect(tried()).toBe(before + 1);
  });

  test("is over once it is done", async () => {
    run.perform = async () => ({ done: true });
    await run.pass(HOUR);
    expect(run.machine.saved.at(-1)).toBe("done patient");
    expect(run.machine.effects.parked()).toEqual([]);
  });

  test("is tried when somebody asks, with all that waits, and has its time anew", async () => {
    await run.host.submit("!slow");
    await settle();
    const retried = run.host.retryEffects({ type: "retryEffects" }, () => true);
    expect(await retried).toMatchObject({ count: 2, outcome: "retried" });
    await settle();
    expect(run.performed.slice(-2).flat().toSorted()).toEqual(["patient", "slow"]);
    expect(run.machine.effects.parked()).toEqual([]);
    await run.pass(EFFECT_GIVE_UP_MS - 1);
    expect(run.machine.effects.parked()).toEqual([]);
    await run.pass(HOUR);
    expect(run.machine.effects.parked()).toHaveLength(1);
  });

  test("stays as it is when somebody asks for others", async () => {
    const before = tried();
    expect(await run.host.retryEffects("x", ({ id }) => id !== "patient")).toMatchObject({ count: 0 });
    await settle();
    expect(tried()).toBe(before);
  });
});
