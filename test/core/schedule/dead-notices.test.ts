import { beforeEach, expect, test } from "vitest";
import { DEAD_LETTER_RETENTION_SECONDS } from "../../../src/core/limits.ts";
import type { ScheduleCommand, ScheduleOutcome } from "../../../src/core/schedule/command.ts";
import type { TellWebhook } from "../../../src/core/schedule/effect.ts";
import type { ScheduleSpec } from "../../../src/core/schedule/schedule.ts";
import { ScheduleMachine } from "../../../src/core/schedule/schedule-machine.ts";
import { SECOND_MS } from "../../../src/core/time.ts";
import { MemoryCells } from "../../support/memory-cells.ts";
import { MINUTE, ScheduleRun } from "../../support/schedule-run.ts";

const KEPT_MS = DEAD_LETTER_RETENTION_SECONDS * SECOND_MS;
const SPEC = { overlap: "skip", notify: { on: ["missed"] } } as const satisfies Partial<ScheduleSpec>;

let run: ScheduleRun;
let notices: TellWebhook[];

beforeEach(() => {
  run = new ScheduleRun();
  // One execution that never ends: each minute after the first is missed.
  run.put("* * * * *", SPEC);
  run.pass(4 * MINUTE);
  notices = run.effects.filter((effect) => effect.kind === "notify");
  expect(notices.length).toBeGreaterThan(1);
});

function giveUp(...effects: readonly TellWebhook[]): void {
  for (const effect of effects)
    run.act({ type: "effectOver", effect, failure: "the webhook answered with status 500" });
}

function letters() {
  return run.machine.deadNotices({ after: 0, limit: 10 }).items;
}

test("a notice that the webhook did not take is kept, whatever is restarted, and with one row more", () => {
  const [first] = notices;
  if (!first) throw new Error("there is a notice");
  const dead = () => [...run.cells.texts.keys()].filter((key) => key.startsWith("dead:"));
  giveUp(first, first);
  expect(dead()).toHaveLength(1);
  run.machine.discardMemory();
  expect(letters()).toMatchObject([
    {
      webhookId: first.id,
      notice: { type: "schedule.missed", flow: "flow", schedule: "nightly" },
      detail: "the webhook answered with status 500",
      diedAt: run.now,
    },
  ]);
  run.act({ type: "effectOver", effect: notices[1] ?? first });
  expect(letters()).toHaveLength(1);
});

test("it is told again under its id, and for as long as at first", () => {
  giveUp(...notices);
  const [first] = letters();
  const ids = [first?.id ?? "", "12", ""];
  const left = notices.length - 1;
  expect(run.act({ type: "redriveNotices", ids, max: 3 })).toEqual({ ok: true, count: 1, left });
  const again = run.effects.findLast((effect) => effect.kind === "notify");
  expect(again).toMatchObject({ id: first?.webhookId, since: run.now, notice: first?.notice });
  if (again) giveUp(again);
  expect(letters().at(-1)).toMatchObject({ webhookId: first?.webhookId });
});

test("is removed; after seven days by the shard itself, which wakes for that", () => {
  giveUp(...notices);
  expect(run.act({ type: "purgeNotices", max: 1 })).toMatchObject({ count: 1, left: notices.length - 1 });
  run.act({ type: "setEnabled", enabled: false, flow: "flow", name: "nightly" });
  expect(run.machine.nextTimerAt()).toBe(run.now + KEPT_MS);
  run.now += KEPT_MS;
  run.act(run.machine.wakeCommand());
  expect(letters()).toEqual([]);
});

test("the board is told how many they are", () => {
  const before = run.machine.telling(run.now, "0")?.stand;
  giveUp(...notices);
  const { stand, telling } = run.machine.telling(run.now, "0") ?? {};
  expect(stand).not.toBe(before);
  expect(telling?.digest?.deadNotices).toEqual({ dead: notices.length, diedAt: run.now });
  run.act({ type: "purgeNotices", max: 10 });
  expect(run.machine.telling(run.now, "0")?.telling.digest).not.toHaveProperty("deadNotices");
});

test("without a webhook nobody can be told again, but they can be removed", () => {
  giveUp(...notices);
  const cells = new MemoryCells();
  for (const [key, text] of run.cells.texts) cells.texts.set(key, text);
  const machine = new ScheduleMachine(cells, false);
  const act = (command: ScheduleCommand): ScheduleOutcome => machine.handle(command, run.now);
  expect(act({ type: "redriveNotices", max: 10 })).toMatchObject({ code: "NotRedrivable" });
  expect(act({ type: "purgeNotices", max: 10 })).toMatchObject({ count: notices.length, left: 0 });
});
