import { afterAll, beforeAll, expect, test } from "vitest";
import { Service } from "./service.ts";

const FLOW = "version: v1\ntype: flow\nsteps:\n  - { type: pass, name: p }\n";
const PATH = "/v1/flows/timed";
const KILLS = 2;
const SECONDS_BETWEEN = 4;

let service: Service;

beforeAll(async () => {
  service = await Service.start();
  await service.call("PUT", PATH, FLOW);
});

afterAll(() => service.stop());

interface Firing {
  readonly at: string;
  readonly verdict: string;
  readonly executionName?: string;
}

async function ledger(name: string): Promise<Firing[]> {
  const rows: Firing[] = [];
  for (let cursor: string | undefined = ""; cursor !== undefined;) {
    const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const { body } = await service.insist("GET", `${PATH}/schedules/${name}/firings?limit=1000${more}`);
    rows.push(...body.items);
    ({ cursor } = body);
  }
  return rows;
}

/** Resolves once the ledger has instants this many seconds after a time. */
async function passed(name: string, time: number, seconds: number): Promise<void> {
  for (;;) {
    const [newest] = await ledger(name);
    if (newest && Date.parse(newest.at) >= time + seconds * 1000) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

test("kill -9, again and again: each second has one row, each start one execution, and all of them end", async () => {
  const policies = { last: { mode: "last" }, all: { mode: "all" } };
  for (const [name, catchUp] of Object.entries(policies)) {
    await service.call("PUT", `${PATH}/schedules/${name}`, { cron: "* * * * * *", catchUp });
  }
  for (let kill = 0; kill < KILLS; kill++) {
    for (const name of Object.keys(policies)) await passed(name, Date.now(), SECONDS_BETWEEN);
    await service.kill();
    await service.start();
  }
  for (const name of Object.keys(policies)) await passed(name, Date.now(), SECONDS_BETWEEN);
  for (const name of Object.keys(policies)) await service.call("POST", `${PATH}/schedules/${name}/pause`, {});

  for (const name of Object.keys(policies)) {
    const rows = (await ledger(name)).filter(({ verdict }) => verdict !== "paused");
    const instants = rows.map(({ at }) => Date.parse(at));
    const newest = instants[0] ?? 0;
    expect(instants).toEqual(instants.map((_, row) => newest - row * 1000));
    const started = rows.filter(({ verdict }) => verdict === "started").map((row) => row.executionName ?? "");
    expect(new Set(started).size).toBe(started.length);
    if (name === "all") expect(started).toHaveLength(rows.length);
    for (const execution of started) {
      expect((await service.ended(`${PATH}/executions/${execution}`)).status).toBe("Succeeded");
    }
    const { body } = await service.call("GET", `${PATH}/executions?limit=1000&startedBy=schedule:${name}`);
    expect(new Set(body.items.map((item: { name: string }) => item.name))).toEqual(new Set(started));
    expect(body.items).toHaveLength(started.length);
  }
});
