import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CALL_ANSWER_BYTES, CALL_SECONDS_MAX, OPEN_CALLS_MAX } from "../../src/core/limits.ts";
import { FAN_OUT, fanOutInput, flowOf } from "../support/flows.ts";
import type { Platform } from "../support/platform/platform.ts";
import { begin, end } from "./seeds.ts";
import { insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** What the outside does: how long it takes for its answers, and what they say. */
let outside = { seconds: 1, text: "{}" };
let open = 0;
let mostOpen = 0;
let called = 0;

function answered(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(new Error("aborted")));
    if (outside.seconds !== NEVER) setTimeout(resolve, outside.seconds * 1000);
  });
}

let platform: Platform;
beforeEach(() => {
  platform = begin(1);
  [open, mostOpen, called] = [0, 0, 0];
  vi.stubGlobal("fetch", async ({ signal }: Request) => {
    called++;
    mostOpen = Math.max(mostOpen, ++open);
    try {
      await answered(signal);
      return new Response(outside.text);
    } finally {
      open--;
    }
  });
});
afterEach(end);

const CALL = '{type: task, name: call, resourceArn: "https://api.example/x"';

/** Runs a flow to its end. */
function run(flow: string, input: object = {}): Promise<object> {
  return tell(platform, async () => {
    await insist(platform, "PUT", "/v1/flows/calls", flow);
    await insist(platform, "POST", "/v1/flows/calls/executions", { name: "run", input });
    for (;;) {
      const path = "/v1/flows/calls/executions/run?wait=60";
      const head = await insist<{ endedAt?: string }>(platform, "GET", path);
      if (head.endedAt !== undefined) return head;
    }
  });
}

describe("calls outside", () => {
  const EACH = (task: string) =>
    `{type: foreach, name: each, iterationMapping: {collection: $.names, item: name}, steps: [${task}]}`;
  const names = Array.from({ length: 13 }, (_, n) => n);

  test("are so many at the same time; the time of those that wait begins when they are made", async () => {
    outside = { seconds: 400, text: "{}" };
    expect(await run(flowOf(EACH(`${CALL}}`)), { names })).toMatchObject({ status: "Succeeded" });
    expect([mostOpen, called]).toEqual([OPEN_CALLS_MAX - 1, names.length]);
  });

  test("are not made any more for tasks that were over before their turn came", async () => {
    outside = { seconds: NEVER, text: "{}" };
    const flow = flowOf(EACH(`${CALL}, timeoutSeconds: 30}`));
    expect(await run(flow, { names })).toMatchObject({ error: "FnF.TaskTimeout" });
    expect(called).toBe(OPEN_CALLS_MAX - 1);
  });

  test("that answer slowly do not hold up tasks on queues", async () => {
    outside = { seconds: NEVER, text: "{}" };
    const [, fanOut = ""] = FAN_OUT.split("steps:\n  - type: foreach");
    const both = `version: v1\ntype: flow\nsteps:\n  - type: parallel\n    name: both\n    branches:\n      - steps: [${EACH(`${CALL}}`)}]\n      - steps:\n        - type: foreach${fanOut.replaceAll("\n", "\n      ")}`;
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/queues/workers", {});
      await insist(platform, "PUT", "/v1/flows/calls", both);
      const input = { names, ...fanOutInput(20) };
      await insist(platform, "POST", "/v1/flows/calls/executions", { name: "run", input });
      await rest(2000);
    });
    const { body } = await tell(platform, () => platform.fetch("GET", "/v1/queues/workers"));
    expect(body).toMatchObject({ depth: { ready: 20 } });
    expect(called).toBe(OPEN_CALLS_MAX - 1);
  });

  test("of a topic are as few, and none is late for want of a place", async () => {
    outside = { seconds: 9, text: "" };
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/topics/news", {});
      for (const name of names) {
        const subscription = { endpoint: { url: "https://hooks.example/x" }, format: "simplified" };
        await insist(platform, "PUT", `/v1/topics/news/subscriptions/s${name}`, subscription);
      }
      await insist(platform, "POST", "/v1/topics/news/publish", { body: "it rains" });
      await rest(10 * 60_000);
    });
    expect([mostOpen, called]).toEqual([OPEN_CALLS_MAX - 1, names.length]);
  });
});

describe("a call fails, and says which limit it broke,", () => {
  test("when it takes longer than any may, whatever time its task has", async () => {
    outside = { seconds: NEVER, text: "{}" };
    expect(await run(flowOf(`${CALL}, timeoutSeconds: ${2 * CALL_SECONDS_MAX}}`))).toMatchObject({
      status: "Failed",
      error: "FnF.TaskTimeout",
      cause: "no answer within 600 s: a call may take 600 s at the most",
    });
  });

  test("when its answer is larger than any that is read", async () => {
    outside = { seconds: 1, text: "x".repeat(CALL_ANSWER_BYTES + 1) };
    expect(await run(flowOf(`${CALL}}`))).toMatchObject({
      status: "Failed",
      error: "FnF.DataLimitExceeded",
      cause: expect.stringContaining(String(CALL_ANSWER_BYTES)),
    });
  });
});
