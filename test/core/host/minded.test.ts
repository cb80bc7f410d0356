import { beforeEach, describe, expect, test } from "vitest";
import { ALARM_SAFETY_MS, EFFECT_RETRY_FIRST_MS } from "../../../src/core/limits.ts";
import { HOUR_MS } from "../../../src/core/time.ts";
import { HostRun, settle } from "../../support/host-run.ts";

let run: HostRun;

beforeEach(() => {
  run = new HostRun();
  run.perform = () => new Promise(() => {});
});

describe("an object that somebody else minds", () => {
  test("sets no alarm for what is being done, until nobody does any more", async () => {
    run.host.minded(true);
    await run.host.submit("!a");
    await settle();
    expect(run.performed).toEqual([["a"]]);
    expect(run.alarms).toEqual([]);
    run.host.minded(false);
    expect(run.alarms).toEqual([run.now + ALARM_SAFETY_MS]);
  });

  test("relies on that for a while only", async () => {
    run.host.minded(true);
    run.now += ALARM_SAFETY_MS - 1;
    await run.host.submit("!a");
    expect(run.alarms).toEqual([]);
    run.now++;
    await run.host.submit("x");
    expect(run.alarms).toEqual([run.now + ALARM_SAFETY_MS]);
  });

  test("has an alarm for what is due soon, all the same", async () => {
    run.host.minded(true);
    await run.host.submit("!a");
    await run.host.submit("later");
    expect(run.alarms).toEqual([11_000]);
  });

  test("has none for what is due much later, until nobody minds it any more", async () => {
    run.host.minded(true);
    await run.host.submit("much later");
    expect(run.alarms).toEqual([]);
    run.host.minded(false);
    expect(run.alarms).toEqual([run.now + HOUR_MS]);
  });

  test("has one for what is tried again", async () => {
    run.perform = () => Promise.reject(new Error("no answer"));
    run.host.minded(true);
    await run.host.submit("!a");
    await settle();
    expect(run.alarms).toEqual([run.now + EFFECT_RETRY_FIRST_MS]);
  });
});

test("an object that nothing is to be done for needs no alarm when it is let go", () => {
  run.host.minded(false);
  expect(run.alarms).toEqual([]);
});
