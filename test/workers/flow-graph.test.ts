import { expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { ask, bearer, call, flow, until } from "./call.ts";

const STEPS = ["{type: pass, name: a}", "{type: wait, name: b, duration: 1}"];
const GRAPH = {
  lists: [
    {
      path: "",
      steps: [
        { name: "a", type: "pass", next: "b" },
        { name: "b", type: "wait", label: "1 s" },
      ],
    },
  ],
};

test("a flow, a version and a definition come with their graph where that is asked for", async () => {
  const name = await flow(...STEPS);
  expect((await call("GET", `/v1/flows/${name}`)).body).not.toHaveProperty("graph");
  expect((await call("GET", `/v1/flows/${name}?graph=true`)).body.graph).toEqual(GRAPH);
  await call("PUT", `/v1/flows/${name}`, flowOf("{type: pass, name: other}"));
  expect((await call("GET", `/v1/flows/${name}?version=1&graph=true`)).body.graph).toEqual(GRAPH);
  expect((await call("POST", "/v1/flows/validate?graph=true", flowOf(...STEPS))).body.graph).toEqual(GRAPH);
  expect((await call("POST", "/v1/flows/validate?graph=true", "version: v1")).body).toMatchObject({
    valid: false,
  });
});

test("a flow that has not changed need not be sent again", async () => {
  const path = `/v1/flows/${await flow(...STEPS)}`;
  const authorization = await bearer();
  const first = await ask(path, { headers: { authorization } });
  const tag = first.headers.get("etag") ?? "";
  const again = () => ask(path, { headers: { authorization, "if-none-match": tag } });
  expect((await again()).status).toBe(304);
  await call("PATCH", path, { description: "another" });
  expect((await again()).status).toBe(200);
});

test("a flow tells how its executions ended, by days and hours of a zone, and of no longer than it can", async () => {
  const name = await flow("{type: fail, name: bad, error: DiskFull}");
  const path = `/v1/flows/${name}`;
  await call("POST", `${path}/executions?wait=10`, { name: "run" });
  const shanghai = () => call("GET", `${path}/stats?timeZone=Asia/Shanghai`);
  // The flow hears of the end a moment later.
  const body = await until(async () => {
    const { body: told } = await shanghai();
    return told.counts.failed > 0 ? told : undefined;
  });
  expect(body).toMatchObject({
    timeZone: "Asia/Shanghai",
    counts: { failed: 1, succeeded: 0 },
    successRate: 0,
  });
  expect(body.buckets).toHaveLength(31);
  expect(body.errors).toMatchObject([{ error: "DiskFull", count: 1, execution: "run" }]);
  const hours = await call("GET", `${path}/stats?by=hour`);
  expect(hours.body.buckets.at(-1)).toMatchObject({ failed: 1, local: expect.stringMatching(/T\d\d:00$/) });
  const refused = await Promise.all([
    call("GET", `${path}/stats?from=2025-01-01T00:00:00Z&to=2026-11-01T00:00:00Z`),
    call("GET", `${path}/stats?timeZone=Europe/Berlim`),
    call("GET", `/v1/flows/${name}-not/stats`),
  ]);
  expect(refused.map(({ body: { code } }) => code)).toEqual([
    "InvalidRange",
    "InvalidRange",
    "FlowNotExists",
  ]);
  expect(refused[1]?.body.detail).toContain("Europe/Berlin");
});
