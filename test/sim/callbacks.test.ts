import { afterEach, describe, expect } from "vitest";
import { flowOf } from "../support/flows.ts";
import type { Platform } from "../support/platform/platform.ts";
import { FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

/** Everybody is asked for his yes; who is silent for long, or says no, is asked once more. */
const ASK = `{type: task, name: ask, resourceArn: "acs:mns:::/topics/approvals/messages", pattern: waitForCallback, timeoutSeconds: 40000, retry: [{errors: [FnF.ALL], intervalSeconds: 1, maxAttempts: 30, multiplier: 1}], inputMappings: [{target: task_token, source: $context.task.token}, {target: name, source: $input.name}], serviceParams: {MessageBody: $}}`;
const FLOW = flowOf(
  `{type: foreach, name: each, concurrency: 5, iterationMapping: {collection: $.names, item: name}, steps: [${ASK}]}`,
);
const RUNS = "/v1/flows/approval/executions";
const NAMES = Array.from({ length: 8 }, (_, n) => `name${n}`);

interface Head {
  readonly status: string;
  readonly endedAt?: string;
  readonly waitingFor?: readonly {
    readonly path: string;
    readonly attempt: number;
    readonly waitsFor: string;
  }[];
}

afterEach(end);

/** Somebody answers what an execution waits for, until it has ended. */
async function answerAll(platform: Platform, run: string): Promise<Head> {
  const { random } = platform;
  for (;;) {
    const head = await insist<Head>(platform, "GET", run);
    if (head.endedAt !== undefined) return head;
    const open = (head.waitingFor ?? []).filter(({ waitsFor }) => waitsFor === "report");
    const one = open[random.between(0, Math.max(0, open.length - 1))];
    const said = random.chance(0.7) ? { output: {} } : { error: "No", cause: "not today" };
    if (one) {
      const { path, attempt } = one;
      // What is not heard is asked again: an answer that came twice changes nothing.
      await platform.fetch("POST", `${run}/answer`, { path, attempt, ...said }).catch(() => undefined);
    }
    if (random.chance(0.2)) platform.kill(0.7);
    await rest(random.between(100, 60_000));
  }
}

interface Callbacks {
  readonly open: number;
  readonly items: readonly { readonly execution: string; readonly path: string }[];
}

describe("callbacks", () => {
  eachSeed("that are open are told, and no others, whatever goes wrong", FEW_SEEDS, async (seed) => {
    const platform = begin(seed, FAULTS);
    const { head, told } = await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/topics/approvals", {});
      await insist(platform, "PUT", "/v1/flows/approval", FLOW);
      for (const name of ["answered", "stopped", "left"])
        await insist(platform, "POST", RUNS, { name, input: { names: NAMES } });
      const done = await answerAll(platform, `${RUNS}/answered`);
      await insist(platform, "POST", `${RUNS}/stopped/stop`, {});
      // Whose alarm was lost is healed by a look at it, and a telling that was lost by a round of the board.
      for (let look = 0; look < 9; look++) {
        await insist(platform, "GET", `${RUNS}/left`);
        await rest(10 * 60_000);
      }
      return { head: done, told: await insist<Callbacks>(platform, "GET", "/v1/board/callbacks") };
    });
    expect(head.status).toBe("Succeeded");
    expect(told.open).toBe(5);
    expect(told.items.map(({ execution, path }) => `${execution} ${path}`).toSorted()).toEqual(
      [0, 1, 2, 3, 4].map((n) => `left each[${n}]/ask`),
    );
  });
});
