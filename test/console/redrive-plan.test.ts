import { expect, test } from "vitest";
import type { RedrivePlan } from "../../src/console/api/types.ts";
import { canGoOn, planSays, verbOf } from "../../src/console/model/redrive-plan.ts";
import { en } from "../../src/console/words/en/index.ts";
import { zh } from "../../src/console/words/zh/index.ts";

function planOf(counts: Partial<RedrivePlan["counts"]>, more: Partial<RedrivePlan> = {}): RedrivePlan {
  const none = { tasks: 0, iterations: 0, kept: 0, waiting: 0 };
  // oxlint-disable-next-line unicorn/no-thenable -- the contract's word for what comes behind
  return { again: [], counts: { ...none, ...counts }, then: [], children: [], warnings: [], ...more };
}

test.each<[string, RedrivePlan, string, string, string]>([
  [
    "items of a foreach, and what is behind it",
    // oxlint-disable-next-line unicorn/no-thenable -- the contract's word for what comes behind
    planOf({ tasks: 16, iterations: 1061, kept: 239 }, { then: ["publish", "tell"] }),
    "1,061 items run, 239 are kept, then publish and tell",
    "Retry 1,061 items",
    "运行 1,061 项，保留 239 项，然后 publish和tell",
  ],
  [
    "one item of which nothing is kept",
    planOf({ tasks: 1, iterations: 1 }),
    "1 item runs, 0 are kept",
    "Retry 1 item",
    "运行 1 项，保留 0 项",
  ],
  [
    "a task, and a wait beside it",
    planOf({ tasks: 1, waiting: 1 }, { again: ["both[0]/load"] }),
    "1 task runs, 1 wait goes on",
    "Retry 1 task",
    "运行 1 个任务，1 个等待继续",
  ],
  ["a step that is no task", planOf({}, { again: ["refuse"] }), "refuse runs", "Retry", "运行 refuse"],
  ["nothing", planOf({}), "Nothing is left to do but its end", "Retry", "除结束外没有剩余工作"],
])("a plan says in words what runs: %s", (_, plan, english, verb, chinese) => {
  expect(planSays(plan, en)).toBe(english);
  expect(verbOf(plan, en)).toBe(verb);
  expect(planSays(plan, zh)).toBe(chinese);
});

test("a plan of many steps names the first of them", () => {
  const again = Array.from({ length: 40 }, (_, at) => `s${at}`);
  expect(planSays(planOf({}, { again }), en)).toBe("s0, s1, s2, s3 and s4 run");
});

test.each([
  ["Failed", true],
  ["Stopped", true],
  ["TimedOut", true],
  ["Succeeded", false],
  ["Running", false],
  ["Starting", false],
] as const)("whether one that is %s can go on: %s", (status, can) => {
  expect(canGoOn(status)).toBe(can);
});
