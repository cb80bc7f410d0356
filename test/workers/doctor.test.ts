import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import { INSPECTION_GRACE_MS } from "../../src/core/inspection-limits.ts";
import { call, flow, unique, until } from "./call.ts";

interface Finding {
  readonly code: string;
  readonly object: string;
  readonly name?: string;
  readonly healed: boolean;
}

/** One that somebody asked for is over before the next one begins. */
async function inspect(body: object): Promise<readonly Finding[]> {
  const round = await until(async () => {
    const { status, body: answer } = await call("POST", "/v1/doctor", body);
    return status === 202 ? (answer.round as number) : undefined;
  });
  return until(async () => {
    const { body: report } = await call("GET", "/v1/doctor");
    expect(report.round).toBe(round);
    return report.endedAt === undefined ? undefined : (report.findings as readonly Finding[]);
  });
}

/** The entry of an execution as if it had been started long ago: its flow does not mind it any more. */
async function age(flowName: string, change: (entry: object) => object = (entry) => entry): Promise<void> {
  const stub = env.FLOWS.getByName(flowName);
  await runInDurableObject(stub, (_, { storage }) => {
    for (const { key, body } of storage.sql
      .exec<{ key: string; body: string }>("SELECT key, body FROM cell WHERE key LIKE 'execution:%'")
      .toArray()) {
      const { take: __, ...entry } = JSON.parse(body) as { startedAt: number; take?: object };
      const aged = change({ ...entry, startedAt: entry.startedAt - 2 * INSPECTION_GRACE_MS });
      storage.sql.exec("UPDATE cell SET body = ? WHERE key = ?", JSON.stringify(aged), key);
    }
  });
  await evictDurableObject(stub);
}

let name: string;
const ofFlow = (findings: readonly Finding[]) => findings.filter(({ object }) => object === name);

beforeAll(async () => {
  name = await flow("{type: wait, name: w, duration: 3600}");
  await call("POST", `/v1/flows/${name}/executions`, { name: "run" });
  await until(async () => {
    const { body } = await call("GET", `/v1/flows/${name}/executions/run`);
    return body.status === "Running" || undefined;
  });
});

test("an execution that is not there any more is found first, and then fails, so that nothing runs for ever", async () => {
  await age(name);
  expect(ofFlow(await inspect({ flow: name }))).toEqual([]);
  const execution = env.EXECUTIONS.getByName(`${name}~1~run`);
  await runInDurableObject(execution, (_, { storage }) => storage.deleteAll());
  await evictDurableObject(execution);
  const found = ofFlow(await inspect({ flow: name, heal: false }));
  expect(found).toMatchObject([{ code: "lostStart", name: "run", healed: false }]);
  const { items } = (await call("GET", `/v1/flows/${name}/executions`)).body;
  expect(items).toMatchObject([{ name: "run", status: "Running" }]);
  expect(ofFlow(await inspect({ flow: name }))).toMatchObject([{ code: "lostStart", healed: true }]);
  const { items: now } = (await call("GET", `/v1/flows/${name}/executions`)).body;
  expect(now).toMatchObject([{ name: "run", status: "Failed", error: "FnF.ExecutionLost" }]);
});

test("an execution whose flow does not know it is removed as soon as it says something, and that is told", async () => {
  await call("POST", `/v1/flows/${name}/executions`, { name: "orphan" });
  const execution = env.EXECUTIONS.getByName(`${name}~1~orphan`);
  await until(async () => (await execution.isRunning()) || undefined);
  const flowObject = env.FLOWS.getByName(name);
  await runInDurableObject(flowObject, (_, { storage }) => {
    storage.sql.exec("DELETE FROM cell WHERE key = 'name:1:orphan'");
  });
  await evictDurableObject(flowObject);
  await execution.stop("Me", "nobody knows it");
  const found = await until(async () => {
    const own = ofFlow(await inspect({ flow: name })).filter((one) => one.name === "orphan" && one.healed);
    return own.find(({ code }) => code === "unknownExecution");
  });
  expect(found).toMatchObject({ kind: "flow" });
  const left = await runInDurableObject(execution, (_, { storage }) =>
    storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'journal'").toArray(),
  );
  expect(left).toEqual([]);
});

test("tasks whose queue was deleted are told, with their execution", async () => {
  const queue = unique("gone");
  await call("PUT", `/v1/queues/${queue}`, {});
  const waiting = await flow(
    `{type: task, name: t, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}`,
  );
  await call("POST", `/v1/flows/${waiting}/executions`, { name: "run" });
  await until(async () => {
    const { body } = await call("GET", `/v1/queues/${queue}`);
    return body.depth.ready === 1 || undefined;
  });
  await call("DELETE", `/v1/queues/${queue}`);
  await age(waiting);
  const found = (await inspect({ flow: waiting })).filter(({ object }) => object === waiting);
  expect(found).toMatchObject([{ code: "queueMissing", name: `run ${queue}`, healed: false }]);
});

test("lists are held against what is there, and the metrics count what is open", async () => {
  const ghost = unique("ghost");
  const directory = env.DIRECTORY.getByName("directory");
  await directory.apply({ type: "register", kind: "queue", name: ghost, generation: 1 });
  const found = (await inspect({ heal: false })).filter(({ object }) => object === ghost);
  expect(found).toMatchObject([{ code: "stillRegistered", healed: false }]);
  expect((await call("GET", "/metrics")).body).toContain('millrace_findings{code="stillRegistered"} 1');
  await inspect({});
  const { items } = (await call("GET", "/v1/queues")).body as { items: readonly { name: string }[] };
  expect(items.map((queue) => queue.name)).not.toContain(ghost);
  expect((await call("GET", "/metrics")).body).not.toContain("stillRegistered");
});

test("of two that are asked for at once only one begins; a flow that is not there cannot be inspected", async () => {
  const answers = await Promise.all([call("POST", "/v1/doctor", {}), call("POST", "/v1/doctor", {})]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([202, 409]);
  expect((await call("POST", "/v1/doctor", { flow: unique("nobody") })).body.code).toBe("FlowNotExists");
});

test("a queue that left the memory, with nothing to do, is well", async () => {
  const queue = unique("idle");
  await call("PUT", `/v1/queues/${queue}`, {});
  const stub = env.QUEUES.getByName(queue);
  // Until it told the board of itself, an alarm is set for that.
  await until(() =>
    runInDurableObject(stub, async (_, { storage }) => (await storage.getAlarm()) === null || undefined),
  );
  await evictDurableObject(stub);
  const findings = await inspect({});
  expect(findings.filter(({ object }) => object === queue)).toEqual([]);
});
