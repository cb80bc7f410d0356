import { afterEach, describe, expect, test } from "vitest";
import { CHILD_DEPTH_MAX } from "../../src/core/limits.ts";
import { flowOf } from "../support/flows.ts";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const SELF = '"acs:fnf:::flow/self"';
const PATH = "/v1/flows/self/executions";
const SETTLING_MINUTES = 10;

let platform: Platform;
afterEach(end);

interface Execution {
  readonly name: string;
  readonly status: string;
  readonly error?: string;
  readonly endedAt?: string;
}

/** All executions of the flow that starts itself; looking at each heals those whose alarm was lost. */
async function everyExecution(): Promise<readonly Execution[]> {
  const { items } = await insist<{ items: Execution[] }>(platform, "GET", `${PATH}?limit=1000`);
  for (const { name } of items) await insist(platform, "GET", `${PATH}/${name}`);
  return items;
}

/** Starts a flow, lets its children come for a while, and looks at them; then at what there is some minutes later. */
async function descend(
  seed: number,
  faults: Faults,
  flow: string,
  forMs: number,
  meanwhile = async () => {},
) {
  platform = begin(seed, faults);
  return tell(platform, async () => {
    await insist(platform, "PUT", "/v1/flows/self", flow);
    await insist(platform, "POST", PATH, { name: "root" });
    await rest(forMs);
    await meanwhile();
    await everyExecution();
    await rest(SETTLING_MINUTES * 60_000);
    const settled = await everyExecution();
    await rest(SETTLING_MINUTES * 60_000);
    return { settled, later: await everyExecution() };
  });
}

/** A stop whose answer was lost is refused when it is repeated. */
async function stopRoot(): Promise<void> {
  for (;;) {
    await platform.fetch("POST", `${PATH}/root/stop`, {}).catch(() => undefined);
    if ((await insist<Execution>(platform, "GET", `${PATH}/root`)).endedAt !== undefined) return;
  }
}

describe("a flow that starts itself", () => {
  const TASK = `type: task, name: again, resourceArn: ${SELF}, pattern: sync`;
  const DEEPEST = CHILD_DEPTH_MAX + 1;

  test.each([
    ["as a child that it waits for", flowOf(`{${TASK}}`)],
    [
      "and retries whatever fails, without a retry",
      flowOf(`{${TASK}, retry: [{errors: [FnF.ALL], intervalSeconds: 1, maxAttempts: 3}]}`),
    ],
    [
      "by the action of its API",
      flowOf(
        `{type: task, name: again, action: "fnf:StartExecution", pattern: sync, serviceParams: {FlowName: self, Input: $}, retry: [{errors: [FnF.ALL], maxAttempts: 3}]}`,
      ),
    ],
  ])("%s ends at the deepest level, and takes all above it along", async (_, flow) => {
    const { settled } = await descend(1, NO_FAULTS, flow, 60_000);
    expect(settled).toHaveLength(DEEPEST);
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(["Failed"]));
    expect(new Set(settled.map(({ error }) => error?.split(".")[1]))).toEqual(
      new Set(["ChildDepthExceeded"]),
    );
  });

  test("as a child that is to report its token is as deep at the most", async () => {
    const token = "{target: token, source: $context.task.token}";
    const flow = flowOf(
      `{type: task, name: again, resourceArn: ${SELF}, pattern: waitForCallback, timeoutSeconds: 3600, inputMappings: [${token}]}`,
    );
    const { settled, later } = await descend(1, NO_FAULTS, flow, 60_000);
    expect(settled).toHaveLength(DEEPEST);
    expect(later).toHaveLength(DEEPEST);
  });

  test("as its successor, which nobody waits for, may do so for ever", async () => {
    const flow = flowOf(
      "{type: wait, name: w, duration: 20}",
      `{type: task, name: next, resourceArn: ${SELF}, pattern: requestResponse}`,
    );
    const { settled } = await descend(1, NO_FAULTS, flow, 60_000);
    expect(settled.length).toBeGreaterThan(DEEPEST);
    expect(settled.filter(({ status }) => status === "Failed")).toEqual([]);
  });

  /** Two children at a time, each with two of its own: nobody would wait for its end. */
  const DOUBLED = flowOf(
    "{type: wait, name: w, duration: 1}",
    `{type: foreach, name: both, iterationMapping: {collection: [1, 2], item: n}, steps: [{${TASK}}]}`,
  );

  eachSeed("twice ends when its root is stopped", SEEDS, async (seed) => {
    const { settled, later } = await descend(seed, { ...FAULTS, lostAlarm: 0 }, DOUBLED, 5000, stopRoot);
    // The root's stop finds its own children, and tells those deeper down that nobody waits for them any more.
    const below = settled.filter(({ name }) => name !== "root");
    expect(below.filter(({ endedAt, error }) => !endedAt || error !== "FnF.ParentStopped")).toEqual([]);
    expect(later).toHaveLength(settled.length);
  });
});
