import { afterEach, describe, expect, test } from "vitest";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { GOOD_HABITS, rest, work } from "./worker.ts";

const ITEMS = 20;
const WORKERS = 6;
const SILENT_MS = 20_000;
const FLOW = FAN_OUT.replace(
  "serviceParams:",
  "retry: [{errors: [FnF.ALL], intervalSeconds: 1, maxAttempts: 50, multiplier: 1}]\n        serviceParams:",
);

let platform: Platform;
afterEach(end);

interface Head {
  readonly endedAt?: string;
}

interface Turn {
  readonly verdicts: readonly { readonly ok: boolean; readonly code?: string }[];
  readonly messages: readonly {
    readonly receipt: string;
    readonly task: { readonly token: string; readonly execution: string };
  }[];
}

type Message = Turn["messages"][number];

const NAMES = ["busy", "well"];
const pathOf = (name: string) => `/v1/flows/fan/executions/${name}`;
const TURNS = "/v1/queues/workers/work";

/** Two executions share a queue; one of them does not answer to reports until `isOver`, the other one is well. */
async function begun(seed: number, faults: Faults): Promise<{ busy: number; well: number; isOver: boolean }> {
  platform = begin(seed, faults);
  const calls = { busy: 0, well: 0, isOver: false };
  platform.heldMs = (_, object, method) => {
    if (method !== "report") return 0;
    const name = object === "fan~1~busy" ? "busy" : "well";
    calls[name]++;
    return name === "busy" && !calls.isOver ? SILENT_MS : 0;
  };
  await tell(platform, async () => {
    await insist(platform, "PUT", "/v1/queues/workers", {});
    await insist(platform, "PUT", "/v1/flows/fan", FLOW);
    for (const name of NAMES)
      await insist(platform, "POST", "/v1/flows/fan/executions", { name, input: fanOutInput(ITEMS) });
  });
  return calls;
}

/** All that lies in the queue. */
async function take(): Promise<Message[]> {
  const taken: Message[] = [];
  while (taken.length < 2 * ITEMS) {
    const asked = { max: 100, waitSeconds: 1, leaseSeconds: 600 };
    taken.push(...(await insist<Turn>(platform, "POST", TURNS, asked)).messages);
  }
  return taken;
}

/** Each by a call of its own, all at once; gives their codes, and how long the longest took (ms). */
async function reportAll(messages: readonly Message[]): Promise<{ codes: Set<string>; longest: number }> {
  const codes = new Set<string>();
  let longest = 0;
  const from = Date.now();
  const report = async ({ receipt, task: { token } }: Message) => {
    const asked = { reports: [{ token, receipt, output: {} }], max: 0 };
    const { verdicts } = await insist<Turn>(platform, "POST", TURNS, asked);
    for (const { code = "ok" } of verdicts) codes.add(code);
    longest = Math.max(longest, Date.now() - from);
  };
  await Promise.all(messages.map(report));
  return { codes, longest };
}

async function endOf(name: string): Promise<Head> {
  for (;;) {
    const head = await insist<Head>(platform, "GET", `${pathOf(name)}?wait=20`);
    if (head.endedAt !== undefined) return head;
  }
}

describe("an execution that is silent", () => {
  test("costs those who report to it five seconds, and others nothing; they come again when it is well", async () => {
    const calls = await begun(1, NO_FAULTS);
    await tell(platform, async () => {
      const messages = await take();
      const [busy = [], well = []] = NAMES.map((name) =>
        messages.filter(({ task }) => task.execution === name),
      );
      const [told, toldWell] = await Promise.all([reportAll(busy), reportAll(well)]);
      expect(told.codes).toEqual(new Set(["Overloaded"]));
      expect(told.longest).toBeGreaterThanOrEqual(5000);
      expect(told.longest).toBeLessThan(5100);
      expect(toldWell.codes).toEqual(new Set(["ok"]));
      expect(toldWell.longest).toBeLessThan(100);
      // Those that came while another call was under way went together.
      expect(calls.busy).toBe(1);
      expect(calls.well).toBeLessThanOrEqual(3);
      expect(await endOf("well")).toMatchObject({ status: "Succeeded" });
      calls.isOver = true;
      const again = await reportAll(busy);
      // Some came through when nobody waited for them any more.
      expect(again.codes).not.toContain("Overloaded");
      expect(await endOf("busy")).toMatchObject({ status: "Succeeded" });
    });
  });

  eachSeed("comes to its end with every result, whatever goes wrong besides", FEW_SEEDS, async (seed) => {
    const calls = await begun(seed, FAULTS);
    const results = Array.from({ length: ITEMS }, (_, index) => ({ name: `worker${index}` }));
    await tell(platform, async () => {
      let isOver = false;
      const workers = Array.from({ length: WORKERS }, (_, nth) =>
        work(platform, `w${nth}`, GOOD_HABITS, () => isOver),
      );
      await rest(platform.random.between(5000, 40_000));
      platform.kill(0.5);
      calls.isOver = true;
      for (const name of NAMES)
        expect(await endOf(name)).toMatchObject({ status: "Succeeded", output: { results } });
      isOver = true;
      await Promise.all(workers);
    });
  });
});
