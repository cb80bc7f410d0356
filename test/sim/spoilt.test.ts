import { afterEach, expect } from "vitest";
import { flowOf } from "../support/flows.ts";
import { NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { expectReasons, expectShown, parkings } from "./invariants.ts";
import { FEW_SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const FLOW = flowOf("{type: pass, name: p}");
const SCHEDULES = "/v1/flows/timed/schedules";
const NAMES = Array.from({ length: 8 }, (_, nth) => `each-minute-${nth}`);
const MINUTES = 5;
const MINUTE_MS = 60_000;

let platform: Platform;
afterEach(end);

/** What a disk, a release or a bug may do to a record: it is no JSON, of another shape, refused, or stumbled over. */
const SPOILS: ((text: string) => string)[] = [
  () => "{",
  () => '{"flow":"timed"}',
  (text) => text.replace('"enabled"', '"timeZone":"Mars/Phobos","enabled"'),
  (text) => text.replace('"* * * * *"', '"* * *"'),
  (text) => text.replace('"enabled"', '"catchUp":null,"enabled"'),
];

interface Schedule {
  readonly name: string;
  readonly parked?: { readonly reason: string; readonly at?: string };
}

interface Firings {
  readonly items: readonly { readonly at: string; readonly verdict: string }[];
}

async function firingsOf(name: string): Promise<Firings["items"]> {
  return (await insist<Firings>(platform, "GET", `${SCHEDULES}/${name}/firings?limit=1000`)).items;
}

eachSeed("a spoilt schedule holds up no other, is shown, and can be mended", FEW_SEEDS, async (seed) => {
  platform = begin(seed, FAULTS);
  const spoilt = NAMES.filter((_, nth) => nth % 3 === 0);
  await tell(platform, async () => {
    await insist(platform, "PUT", "/v1/flows/timed", FLOW);
    for (const name of NAMES) await insist(platform, "PUT", `${SCHEDULES}/${name}`, { cron: "* * * * *" });
    await rest(platform.random.between(0, 2 * MINUTE_MS));
    for (const [nth, name] of spoilt.entries()) {
      const change = SPOILS[(nth + Math.floor(seed / 5)) % SPOILS.length] ?? String;
      expect(platform.spoil("SCHEDULES", `schedule:timed/${name}`, change)).toBe(1);
    }
    for (let minute = 0; minute < MINUTES; minute++) {
      await rest(MINUTE_MS);
      platform.kill(0.3);
    }
  });
  platform.faults = NO_FAULTS;
  await tell(platform, async () => {
    await rest(6 * MINUTE_MS);
    const { items } = await insist<{ items: Schedule[] }>(platform, "GET", "/v1/schedules?limit=1000");
    expect(items.map(({ name }) => name).toSorted()).toEqual(NAMES.toSorted());
    expect(items.filter(({ parked }) => parked?.at).map(({ name }) => name)).toEqual(spoilt.toSorted());
    await expectShown(platform, () => false);
    expect(new Set(parkings(platform).map(({ id }) => id))).toEqual(
      new Set(spoilt.map((name) => `timed/${name}`)),
    );
    for (const name of NAMES.filter((one) => !spoilt.includes(one))) {
      const rows = await firingsOf(name);
      expect(rows.length).toBeGreaterThanOrEqual(MINUTES);
      // Each minute has its row, and the last ones were started in their time.
      const instants = rows.map(({ at }) => Date.parse(at));
      expect(instants).toEqual(instants.map((_, row) => (instants[0] ?? 0) - row * MINUTE_MS));
      expect(rows.slice(0, 5).map(({ verdict }) => verdict)).toEqual(Array(5).fill("started"));
    }
    for (const name of spoilt) await insist(platform, "PUT", `${SCHEDULES}/${name}`, { cron: "* * * * *" });
    await rest(3 * MINUTE_MS);
    for (const name of spoilt) {
      expect(await insist<Schedule>(platform, "GET", `${SCHEDULES}/${name}`)).not.toHaveProperty("parked");
      expect((await firingsOf(name))[0]).toMatchObject({ verdict: "started" });
    }
    await expectReasons(platform);
  });
});

/** Rows without which an object is nothing. */
const MAIN_ROWS = [
  ["FLOWS", "flow", "spoilt"],
  ["TOPICS", "topic", "spoilt"],
] as const;

interface Listed {
  readonly items: readonly { readonly name: string; readonly flow?: string }[];
}

async function namesIn(path: string): Promise<string[]> {
  return (await insist<Listed>(platform, "GET", path)).items.map(({ flow, name }) => flow ?? name);
}

eachSeed("objects that cannot read what they are leave lists to the others", FEW_SEEDS, async (seed) => {
  platform = begin(seed, FAULTS);
  await tell(platform, async () => {
    for (const name of ["spoilt", "sound"]) {
      await insist(platform, "PUT", `/v1/flows/${name}`, FLOW);
      await insist(platform, "PUT", `/v1/topics/${name}`, {});
      const topic = { endpoint: { queue: name } };
      await insist(platform, "PUT", `/v1/topics/${name}/subscriptions/queue`, topic);
      await insist(platform, "POST", `/v1/flows/${name}/executions`, { name: "run" });
    }
    // The directory has heard of both.
    while ((await namesIn("/v1/executions")).length < 2) await rest(MINUTE_MS);
    for (const [type, row, name] of MAIN_ROWS) expect(platform.spoil(type, row, () => "{", name)).toBe(1);
    expect(await namesIn("/v1/flows")).toEqual(expect.arrayContaining(["sound"]));
    const leftOut = [{ name: "spoilt", reason: expect.stringContaining("cannot be read") }];
    for (const path of ["/v1/executions", "/v1/topics"])
      expect(await insist(platform, "GET", path)).toMatchObject({ leftOut });
    expect(await namesIn("/v1/executions")).toEqual(["sound"]);
    expect(await namesIn("/v1/topics")).toEqual(["sound"]);
    await expectDeletable("/v1/flows/spoilt", FLOW);
    await expectDeletable("/v1/topics/spoilt", {});
    await rest(5 * MINUTE_MS);
    // What the flow had started goes with it.
    expect(await namesIn("/v1/flows/spoilt/executions")).toEqual([]);
    const again = { name: "run" };
    expect(await insist(platform, "POST", "/v1/flows/spoilt/executions", again)).toMatchObject(again);
  });
});

/** It answers what is the matter with it, whatever is asked, and that it can be deleted; then it can be made anew. */
async function expectDeletable(path: string, spec: unknown): Promise<void> {
  const told = {
    status: 409,
    body: { code: "RecordUnreadable", detail: expect.stringContaining("delete it") },
  };
  expect(await ask("GET", path)).toMatchObject(told);
  expect(await ask("PUT", path, spec)).toMatchObject(told);
  // It is deleted, or was by a call before whose answer was lost.
  expect([204, 404]).toContain((await ask("DELETE", path)).status);
  expect(await ask("GET", path)).toMatchObject({ status: 404 });
  await insist(platform, "PUT", path, spec);
  expect(await ask("GET", path)).toMatchObject({ status: 200 });
}

/** Until it is answered. */
async function ask(method: string, path: string, body?: unknown): Promise<{ status: number }> {
  for (;;) {
    const answer = await platform.fetch(method, path, body).catch(() => undefined);
    if (answer && answer.status !== 503 && answer.status !== 500) return answer;
    await rest(200);
  }
}
