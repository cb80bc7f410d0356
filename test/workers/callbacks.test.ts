import { describe, expect, test, vi } from "vitest";
import { boardCallbacksAnswer } from "../../src/http/contract/board-callbacks.ts";
import { boardAnswer, boardExecutionsAnswer, boardFlowsAnswer } from "../../src/http/contract/board.ts";
import { readUnits, rowsBilled, unitsBetween } from "../bench/units.ts";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";

const MANY = 20;

/** A call that hands its token to a topic, and waits for whoever hears of it. */
async function approval(more = "timeoutSeconds: 3600"): Promise<{ flow: string; ask: string }> {
  const [flow, topic] = [unique("orders"), unique("approvals")];
  await call("PUT", `/v1/topics/${topic}`, {});
  const ask = `{type: task, name: approve, resourceArn: "acs:mns:::/topics/${topic}/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}, ${more}}`;
  return { flow, ask };
}

async function start(flow: string, definition: string, ...names: string[]) {
  await call("PUT", `/v1/flows/${flow}`, definition);
  for (const name of names)
    await call("POST", `/v1/flows/${flow}/executions`, {
      name,
      input: { items: Array.from({ length: MANY }, (_, n) => n) },
    });
}

async function callbacks(flow: string, query = "") {
  const answer = await call("GET", `/v1/board/callbacks?flow=${flow}${query}`);
  return boardCallbacksAnswer.parse(answer.body);
}

/** Once the board knows of so many. */
async function told(flow: string, open: number) {
  await vi.waitFor(
    async () => {
      expect((await callbacks(flow)).open).toBe(open);
    },
    { timeout: 20_000, interval: 200 },
  );
  return callbacks(flow);
}

async function units() {
  return readUnits((await call("GET", "/metrics")).body as string);
}

describe("open callbacks", () => {
  test("are listed with who was asked and until when, shown by executions, flows and the board; and gone once answered", async () => {
    const { flow, ask } = await approval();
    await start(flow, flowOf(ask), "a", "b");
    const { items } = await told(flow, 2);
    expect(items).toMatchObject([
      { flow, execution: "a", path: "approve", attempt: 1, asked: { kind: "topic" } },
      { flow, execution: "b", path: "approve", attempt: 1 },
    ]);
    const [first] = items;
    expect(Date.parse(first?.dueAt ?? "") - Date.parse(first?.since ?? "")).toBe(3_600_000);
    const page = await callbacks(flow, "&limit=1");
    const rest = await callbacks(flow, `&limit=1&cursor=${encodeURIComponent(page.cursor ?? "")}`);
    expect([page.items, rest.items].flat().map(({ execution }) => execution)).toEqual(["a", "b"]);
    expect(rest.cursor).toBeUndefined();

    const path = `/v1/flows/${flow}/executions`;
    expect((await call("GET", `${path}?callbacks=true`)).body.items).toMatchObject([
      { name: "b", callbacks: 1 },
      { name: "a", callbacks: 1 },
    ]);
    const onBoard = await call("GET", `/v1/board/executions?flow=${flow}&callbacks=true`);
    expect(boardExecutionsAnswer.parse(onBoard.body).items).toHaveLength(2);
    const flows = boardFlowsAnswer.parse((await call("GET", `/v1/board/flows?contains=${flow}`)).body);
    expect(flows.items).toMatchObject([{ callbacks: 2 }]);
    const frame = boardAnswer.parse((await call("GET", "/v1/board")).body);
    expect(frame.now.callbacks).toBeGreaterThanOrEqual(2);

    for (const name of ["a", "b"])
      await call("POST", `${path}/${name}/answer`, { path: "approve", output: { approved: true } });
    expect((await call("GET", `${path}/b?wait=10`)).body).toMatchObject({ output: { approved: true } });
    expect((await told(flow, 0)).items).toEqual([]);
    expect((await call("GET", `${path}?callbacks=true`)).body.items).toEqual([]);
  });

  test("are gone with their flow", async () => {
    const { flow, ask } = await approval();
    await start(flow, flowOf(ask), "a");
    await told(flow, 1);
    await call("DELETE", `/v1/flows/${flow}`);
    await told(flow, 0);
  });

  test("cost their flow a request or two, however many an execution opens at once", async () => {
    const { flow, ask } = await approval();
    const each = `{type: foreach, name: each, concurrency: ${MANY}, iterationMapping: {collection: $.items, item: item}, steps: [${ask}]}`;
    await call("PUT", `/v1/flows/${flow}`, flowOf(each));
    const before = await units();
    await start(flow, flowOf(each), "run");
    const run = `/v1/flows/${flow}/executions/run`;
    await vi.waitFor(
      async () => {
        const { waitingFor = [] } = (await call("GET", run)).body;
        expect(waitingFor.filter((one: { waitsFor: string }) => one.waitsFor === "report")).toHaveLength(
          MANY,
        );
      },
      { timeout: 20_000, interval: 500 },
    );
    const cost = unitsBetween(before, await units());
    // The start and its execution, a publishing each, three tellings at the most; the look at it, and the metrics.
    expect(cost.objectRequests).toBeLessThanOrEqual(MANY + 15);
    expect(rowsBilled(cost)).toBeLessThanOrEqual(MANY + 15);
  });
});
