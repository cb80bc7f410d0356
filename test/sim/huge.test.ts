import { afterEach, expect } from "vitest";
import { type Json, type JsonObject, jsonEqual, jsonSize } from "../../src/core/json.ts";
import { EXECUTION_DATA_SIZE, MESSAGE_BODY_BYTES, PAGE_SIZE, TASK_DATA_SIZE } from "../../src/core/limits.ts";
import { flowOf } from "../support/flows.ts";
import { NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { begin, eachSeed, end, VERY_FEW_SEEDS } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest, work } from "./worker.ts";

const MIB = 1024 * 1024;

/** Gives back what it was given, with what a worker says of it, or with its failure. */
const PART = flowOf(
  `{type: task, name: job, resourceArn: "acs:mns:::/queues/workers/messages", pattern: waitForCallback, timeoutSeconds: 300, retry: [{errors: [FnF.TaskTimeout], intervalSeconds: 1, maxAttempts: 50, multiplier: 1}], catch: [{errors: [Doomed], goto: echo}], inputMappings: [{target: task_token, source: $context.task.token}, {target: worker_name, source: $input.number}, {target: filler, source: $input.part.filler}], outputMappings: [{target: got, source: $local.got}], errorMappings: [{target: error, source: $local.error}, {target: cause, source: $local.cause}], serviceParams: {MessageBody: $}}`,
  "{type: pass, name: echo, outputMappings: [{target: part, source: $input.part}]}",
);
const WHOLE = flowOf(
  `{type: foreach, name: each, concurrency: 3, iterationMapping: {collection: $.parts, item: part, index: n}, outputMappings: [{target: results, source: "$local[*]"}], steps: [{type: task, name: child, resourceArn: "acs:fnf:::flow/part", pattern: sync, inputMappings: [{target: part, source: $input.part}, {target: number, source: $input.n}]}]}`,
);
const RUN = "/v1/flows/whole/executions/run";

/** What is large in another way each: so many bytes of JSON, or a little less. The first ones are read quickly. */
const KINDS: readonly ((bytes: number) => Json)[] = [
  (bytes) => "x".repeat(bytes - 2),
  (bytes) => '"\\\n\u0001'.repeat((bytes - 2) / 12),
  (bytes) => "字\u{1F600}".repeat((bytes - 2) / 7),
  (bytes) => "\ud800".repeat((bytes - 2) / 6),
  (bytes) => nested(100, "y".repeat(bytes - 202)),
  (bytes) => Array.from({ length: (bytes - 2) / 4 }, () => 1.5),
  (bytes) => Array.from({ length: (bytes - 2) / 20 }, () => 1234567890123456789n),
  (bytes) => Array.from({ length: (bytes - 2) / 3 / SLOWER }, () => ({})),
  (bytes) =>
    Object.fromEntries(Array.from({ length: (bytes - 2) / 24 / SLOWER }, (_, n) => [`key ${n} "`, n])),
];
const QUICK_KINDS = 5;
/** Small parts take so much longer than their bytes; a story is to end within seconds. */
const SLOWER = 8;

function nested(levels: number, value: Json): Json {
  return levels === 0 ? value : [nested(levels - 1, value)];
}

let platform: Platform;
afterEach(end);

interface Head {
  readonly status: string;
  readonly error?: string;
  readonly endedAt?: string;
  readonly output?: JsonObject;
}

interface Part {
  readonly filler: string;
  readonly value: Json;
}

/** Every seventh story has about as much as a start may bring, and then it is too much for the results. */
function partsOf(seed: number): Part[] {
  const isWhole = seed % 140 === 0;
  const count = platform.random.between(1, 6);
  const bytes = isWhole ? EXECUTION_DATA_SIZE - MIB : platform.random.between(MIB / 16, MIB / 2);
  return Array.from({ length: count }, (_, n) => ({
    filler: "f".repeat(platform.random.between(0, MESSAGE_BODY_BYTES - 1000)),
    value: kind(seed + n, isWhole ? QUICK_KINDS : KINDS.length)(bytes / count),
  }));
}

function kind(number: number, kinds = KINDS.length) {
  return KINDS[number % kinds] ?? String;
}

/** What a worker reports of a part: some report as much as they may, and every fourth fails, with a long cause. */
function resultOf(name: string) {
  const number = Number(name);
  if (number % 4 === 3) return { error: "Doomed", cause: `"${"c".repeat(4000)}` };
  return { output: { got: kind(number)(number % 4 === 0 ? TASK_DATA_SIZE - 100 : 1000) } };
}

function expectedOf(parts: readonly Part[]): JsonObject {
  const results = parts.map((part, n) => {
    const { output, ...failure } = resultOf(String(n));
    return { ...(output ?? failure), part: { ...part } };
  });
  return { results };
}

/** Nobody asks for a child, so nobody would wake one whose alarm was lost. The platform loses none. */
const NO_LOST_ALARM = { ...FAULTS, lostAlarm: 0 };

eachSeed("huge values are what they were wherever they come to", VERY_FEW_SEEDS, async (seed) => {
  platform = begin(seed, NO_LOST_ALARM);
  const parts = partsOf(seed);
  let isOver = false;
  const head = await tell(platform, async () => {
    await insist(platform, "PUT", "/v1/queues/workers", {});
    for (const [name, flow] of Object.entries({ part: PART, whole: WHOLE }))
      await insist(platform, "PUT", `/v1/flows/${name}`, flow);
    await insist(platform, "POST", "/v1/flows/whole/executions", { name: "run", input: { parts } });
    const habits = { dies: 0.1, fails: 0, dawdles: 0.05, resultOf };
    const workers = [1, 2].map((nth) => work(platform, `w${nth}`, habits, () => isOver));
    for (let killed = 0; killed < 3; killed++) {
      await rest(platform.random.between(100, 10_000));
      platform.kill(0.7);
    }
    for (;;) {
      const found = await insist<Head>(platform, "GET", `${RUN}?wait=20`);
      isOver = found.endedAt !== undefined;
      if (!isOver) continue;
      await Promise.all(workers);
      return found;
    }
  });
  platform.faults = NO_FAULTS;
  const expected = expectedOf(parts);
  if (jsonSize(expected) > EXECUTION_DATA_SIZE) {
    expect(head).toMatchObject({ status: "Failed", error: "FnF.DataLimitExceeded" });
  } else {
    expect(head).toMatchObject({ status: "Succeeded" });
    expect(jsonEqual(await outputOf(head), expected)).toBe(true);
  }
  expect(await largestPage()).toBeLessThanOrEqual(PAGE_SIZE);
});

async function outputOf({ output }: Head): Promise<JsonObject> {
  return output ?? tell(platform, () => insist<JsonObject>(platform, "GET", `${RUN}/value?ref=output`));
}

function largestPage(): Promise<number> {
  return tell(platform, async () => {
    let largest = 0;
    for (let cursor: string | undefined = "0"; cursor !== undefined;) {
      const page: { cursor?: string } = await insist(
        platform,
        "GET",
        `${RUN}/history?limit=500&after=${cursor}`,
      );
      largest = Math.max(largest, jsonSize(page));
      ({ cursor } = page);
    }
    return largest;
  });
}
