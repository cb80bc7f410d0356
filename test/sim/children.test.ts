import { afterEach, describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { type WorkerHabits, rest, work } from "./worker.ts";

const TASK = `{type: task, name: job, resourceArn: "acs:mns:::/queues/workers/messages", pattern: waitForCallback, timeoutSeconds: 300, retry: [{errors: [FnF.ALL], intervalSeconds: 1, maxAttempts: 50, multiplier: 1}], inputMappings: [{target: task_token, source: $context.task.token}, {target: worker_name, source: $input.name}], serviceParams: {MessageBody: $}}`;
const CHILD = flowOf(TASK, "{type: wait, name: rest, duration: 3}");
const PARENT = flowOf(
  `{type: foreach, name: each, concurrency: 4, iterationMapping: {collection: $.names, item: name}, outputMappings: [{target: results, source: "$local[*].name"}], steps: [{type: task, name: child, resourceArn: "acs:fnf:::flow/child", pattern: sync, inputMappings: [{target: name, source: $input.name}]}]}`,
);
const STOPPED = flowOf(
  `{type: parallel, name: p, outputMappings: [], branches: [{steps: [{type: task, name: child, resourceArn: "acs:fnf:::flow/child", pattern: sync, inputMappings: [{target: name, source: none}]}]}, {steps: [{type: wait, name: w, duration: 5}, {type: fail, name: f, error: Broken}]}]}`,
);
const HABITS: WorkerHabits = { dies: 0.1, fails: 0.1, dawdles: 0.02 };

let platform: Platform;
afterEach(end);

interface Head {
  readonly status: string;
  readonly error?: string;
  readonly endedAt?: string;
  readonly output?: unknown;
}

interface Listed {
  readonly items: readonly (Head & { readonly name: string })[];
}

async function ended(path: string): Promise<Head> {
  for (;;) {
    const head = await insist<Head>(platform, "GET", `${path}?wait=20`);
    if (head.endedAt !== undefined) return head;
  }
}

/** A parent with a child for each name, and one whose child is left alone when a branch beside it fails. */
async function family(seed: number, faults: Faults, kills: number, names: readonly string[]) {
  platform = begin(seed, faults);
  return tell(platform, async () => {
    let isOver = false;
    await insist(platform, "PUT", "/v1/queues/workers", {});
    for (const [name, flow] of Object.entries({ child: CHILD, parent: PARENT })) {
      await insist(platform, "PUT", `/v1/flows/${name}`, flow);
    }
    await insist(platform, "POST", "/v1/flows/parent/executions", { name: "run", input: { names } });
    const workers = [1, 2].map((nth) => work(platform, `w${nth}`, HABITS, () => isOver));
    for (let killed = 0; killed < kills; killed++) {
      await rest(platform.random.between(100, 10_000));
      platform.kill(0.7);
    }
    const head = await ended("/v1/flows/parent/executions/run");
    isOver = true;
    await Promise.all(workers);
    const children = await insist<Listed>(platform, "GET", "/v1/flows/child/executions");

    await insist(platform, "PUT", "/v1/flows/stopped", STOPPED);
    await insist(platform, "POST", "/v1/flows/stopped/executions", { name: "run" });
    const failed = await ended("/v1/flows/stopped/executions/run");
    const path = "/v1/flows/child/executions";
    let all = await insist<Listed>(platform, "GET", path);
    while (all.items.some(({ endedAt }) => endedAt === undefined)) {
      await rest(1000);
      all = await insist<Listed>(platform, "GET", path);
    }
    return { head, children: children.items, failed, later: all.items.slice(0, -children.items.length) };
  });
}

function expectSound(
  { head, children, failed, later }: Awaited<ReturnType<typeof family>>,
  names: readonly string[],
) {
  expect(head).toMatchObject({ status: "Succeeded", output: { results: names } });
  // One child a name: whatever was repeated found the one that was there.
  expect(children).toHaveLength(names.length);
  expect(failed).toMatchObject({ status: "Failed", error: "Broken" });
  expect(later.map(({ status, error }) => [status, error])).toEqual([["Stopped", "FnF.ParentStopped"]]);
}

const NAMES = Array.from({ length: 10 }, (_, n) => `name${n}`);

describe("children are started once, waited for, and not left behind", () => {
  test("when nothing goes wrong", async () => {
    expectSound(await family(1, NO_FAULTS, 0, NAMES), NAMES);
  });

  // But alarms: nobody asks for a child, so nobody would wake one whose alarm was lost. The platform loses none.
  eachSeed("when everything goes wrong at times", SEEDS, async (seed) => {
    expectSound(await family(seed, { ...FAULTS, lostAlarm: 0 }, 3, NAMES), NAMES);
  });
});
