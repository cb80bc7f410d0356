import { expect, test } from "vitest";
import { taskStep } from "../support/flows.ts";
import { call, flow, unique, until } from "./call.ts";

const TOKEN =
  "inputMappings: [{target: token, source: $context.task.token}, {target: one, source: $input.one}]";
const INDEX = /"one":(\d+)/;

test("an open foreach is told how it goes on, shows by whom it was, and ends with what it has", async () => {
  const queue = unique("q");
  await call("PUT", `/v1/queues/${queue}`, {});
  const task = taskStep("t", TOKEN).replace("queues/work/", `queues/${queue}/`);
  const each = `{type: foreach, name: each, concurrency: 6, tolerance: {count: 3}, iterationMapping: {collection: $.items, item: one}, outputMappings: [{target: results, source: "$local[*]"}], steps: [${task}]}`;
  const name = await flow(each);
  const path = `/v1/flows/${name}/executions/run`;
  await call("POST", `/v1/flows/${name}/executions`, {
    name: "run",
    input: { items: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  });
  const adjust = (change: object) => call("POST", `${path}/items`, { step: "each", ...change });
  const step = async () => (await call("GET", `${path}/steps`)).body.items[0];
  /** Tokens of what lies in the queue, by item. */
  async function take(isAll: (tokens: Map<number, string>) => boolean): Promise<Map<number, string>> {
    const tokens = new Map<number, string>();
    while (!isAll(tokens)) {
      const { body } = await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 10, max: 10 });
      for (const { body: text } of body.messages as { body: string }[])
        tokens.set(Number(INDEX.exec(text)?.[1]), (JSON.parse(text) as { token: string }).token);
    }
    return tokens;
  }

  const first = await take(({ size }) => size === 6);
  for (const index of [0, 1])
    await call("POST", "/v1/tasks/fail", { token: first.get(index), error: "Bad", cause: "no disk" });
  const reason = "three of forty are enough";
  expect(
    await adjust({
      concurrency: 3,
      tolerance: { percentage: 40 },
      stop: [
        [2, 2],
        [6, 4],
      ],
      reason,
    }),
  ).toMatchObject({
    status: 200,
    body: { items: { total: 10, succeeded: 0, failed: 2, skipped: 6 } },
  });
  expect(await step()).toMatchObject({
    iterations: { total: 10, running: 2, failed: 2, skipped: 6 },
    limits: {
      concurrency: 3,
      tolerance: { percentage: 40 },
      by: expect.stringMatching(/^key:./),
      at: expect.any(String),
    },
  });
  expect((await call("POST", "/v1/tasks/succeed", { token: first.get(2), output: {} })).body).toMatchObject({
    code: "TaskAlreadyCompleted",
    detail: expect.stringContaining("its item was stopped"),
  });
  await adjust({ retry: "failed" });
  const again = await take((tokens) => tokens.has(0));
  await call("POST", "/v1/tasks/succeed", { token: again.get(0), output: { n: 0 } });
  await adjust({ stop: "all" });
  const ended = await until(async () => {
    const { body } = await call("GET", path);
    return body.endedAt === undefined ? undefined : body;
  });
  expect(ended).toMatchObject({
    status: "Succeeded",
    output: { results: [{ n: 0 }, ...Array.from({ length: 9 }, () => null)] },
  });
  const skipped = await call("GET", `${path}/steps?parent=each&status=Skipped`);
  expect(skipped.body.items).toHaveLength(9);
  const depth = await until(async () => {
    const { body } = await call("GET", `/v1/queues/${queue}`);
    return body.depth.ready === 0 ? body.depth : undefined;
  });
  expect(depth).toMatchObject({ ready: 0 });
  const { body: audit } = await call("GET", "/v1/audit?limit=100");
  expect(audit.items).toContainEqual(
    expect.objectContaining({ reason, action: expect.stringContaining("/items") }),
  );
});

test("what cannot be done to a foreach is refused, with what to do instead", async () => {
  const name = await flow(
    "{type: foreach, name: each, iterationMapping: {collection: $.items, item: one}, steps: [{type: wait, name: w, duration: 600}]}",
  );
  const path = `/v1/flows/${name}/executions/run`;
  await call("POST", `/v1/flows/${name}/executions`, { name: "run", input: { items: [0, 1] } });
  await until(async () => (await call("GET", path)).body.status === "Running" || undefined);
  const adjust = async (change: object) =>
    (await call("POST", `${path}/items`, { step: "each", ...change })).body;
  expect(await adjust({})).toMatchObject({
    code: "InvalidRequest",
    detail: expect.stringContaining("must hold one of"),
  });
  expect(await adjust({ stop: [[1, 2]] })).toMatchObject({
    code: "InvalidRange",
    detail: "the foreach has 2 items: runs name indexes from 0 to 1",
  });
  expect(await adjust({ stop: "rest" })).toMatchObject({ code: "InvalidRequest" });
  expect(await adjust({ tolerance: {} })).toMatchObject({ code: "InvalidRequest" });
  expect(await adjust({ step: "w", retry: "failed" })).toMatchObject({ code: "StepNotOpen" });
});
