import { expect, test } from "vitest";
import { carry, opened } from "../../src/carry.ts";
import { call, flow, run, unique, until } from "./call.ts";

const MIB = 1024 * 1024;

test("what is carried is the same where it arrives, and its bytes have a known number", () => {
  for (const value of [{ small: 1 }, { digits: 1234567890123456789n, text: "字".repeat(MIB) }]) {
    expect(opened(structuredClone(carry(value)))).toEqual(value);
  }
  const numbers = Array.from({ length: 4 * MIB - 1 }, () => 1.5);
  const carried = carry(numbers);
  expect(carried instanceof Uint8Array && carried.length).toBe(16 * MIB - 3);
});

test("an input of 16 MiB starts and ends, whatever the platform makes of it on its way", async () => {
  const name = await flow("{type: pass, name: p, outputMappings: [{target: x, source: $input.x}]}");
  // One character that is no ASCII: in memory each has two bytes then.
  const x = `字${"x".repeat(16 * MIB - 100)}`;
  const head = await run(name, { x });
  expect(head).toMatchObject({ status: "Succeeded", outputValue: { bytes: 16 * MIB - 100 + 11 } });
  const numbers = await run(name, { x: Array.from({ length: 999_000 }, () => 1.5) });
  expect(numbers.status).toBe("Succeeded");
});

test("a child's end reaches its parent with all that its tasks reported", async () => {
  const queue = unique("queue");
  await call("PUT", `/v1/queues/${queue}`, {});
  const task = `{type: task, name: t, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}`;
  const child = await flow(
    `{type: foreach, name: each, iterationMapping: {collection: $.items, item: i}, steps: [${task}], outputMappings: [{target: results, source: $local}]}`,
  );
  const parent = await flow(
    `{type: task, name: child, resourceArn: "acs:fnf:::flow/${child}", pattern: sync, serviceParams: {Input: $}}`,
  );
  const items = Array.from({ length: 63 }, (_, nth) => nth);
  const { body: started } = await call("POST", `/v1/flows/${parent}/executions`, { input: { items } });
  // Just under 256 KiB, in 65,000 values.
  const output = { numbers: Array.from({ length: 65_000 }, () => 1.5) };
  for (let reported = 0; reported < items.length;) {
    const { body } = await call("POST", `/v1/queues/${queue}/receive`, { max: 10, waitSeconds: 10 });
    const tokens: string[] = body.messages.map((message: { body: string }) => JSON.parse(message.body).token);
    const reports = tokens.map((token) => ({ token, output }));
    const { body: answer } = await call("POST", "/v1/tasks/report", { reports });
    expect(answer.verdicts).toEqual(tokens.map(() => expect.objectContaining({ ok: true })));
    reported += tokens.length;
  }
  const path = `/v1/flows/${parent}/executions/${started.name}`;
  const head = await until(async () => {
    const { body } = await call("GET", `${path}?wait=20`);
    return body.endedAt === undefined ? undefined : body;
  });
  expect(head).toMatchObject({ status: "Succeeded", outputValue: { ref: "output" } });
  expect(head.outputValue.bytes).toBeGreaterThan(15 * MIB);
  const { status, body } = await call("GET", `${path}/value?ref=output`);
  expect([status, body.results.length]).toEqual([200, 63]);
  const [ofChild] = (await call("GET", `/v1/flows/${child}/executions`)).body.items;
  const shown = await call("GET", `/v1/flows/${child}/executions/${ofChild.name}`);
  expect([shown.status, shown.body.outputValue.bytes]).toEqual([200, head.outputValue.bytes]);
});
