import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { signTaskToken } from "../../src/auth/task-token.ts";
import { masterKey } from "../../src/auth/master-key.ts";
import { call, unique } from "./call.ts";
import { mns } from "./mns-call.ts";
import { expectError } from "./mns-expect.ts";

/** A queue whose worker gave these messages up. */
async function queueOf(...bodies: string[]): Promise<string> {
  const queue = unique("q");
  await call("PUT", `/v1/queues/${queue}`, {});
  await call("POST", `/v1/queues/${queue}/send`, { messages: bodies.map((body) => ({ body })) });
  const session = { session: "s", worker: "west" };
  const { body } = await call("POST", `/v1/queues/${queue}/work`, { ...session, max: 100 });
  const bury = body.messages.map(({ receipt }: { receipt: string }) => ({ receipt, reason: "no such host" }));
  await call("POST", `/v1/queues/${queue}/work`, { ...session, max: 0, bury });
  return queue;
}

async function letters(queue: string, query = "") {
  const { status, body } = await call("GET", `/v1/queues/${queue}/dead${query}`);
  expect(status).toBe(200);
  return body;
}

describe("the dead letters of a queue", () => {
  test("are shown a page at a time, with who gave them up and why; bodies show no task token", async () => {
    const master = await masterKey(env.MASTER_KEY);
    if (!master) throw new Error("the suite has a master key");
    const token = await signTaskToken(master, { execution: "f~1~e", path: "t", attempt: 1 });
    const queue = await queueOf(`{"token": "${token}"}`, "b", "c");
    const first = await letters(queue, "?limit=2");
    expect(first.items).toMatchObject([
      { deliveries: 1, worker: "west", reason: "buried", detail: "no such host" },
      { body: "b", diedAt: expect.any(String), enqueuedAt: expect.any(String) },
    ]);
    expect(JSON.stringify(first)).not.toContain(token);
    const last = await letters(queue, `?limit=2&cursor=${first.cursor}`);
    expect(last).toMatchObject({ items: [{ body: "c" }] });
    expect(last.cursor).toBeUndefined();
  });

  test("are sent again by their ids, or all of them, and are the same after the object was evicted", async () => {
    const queue = await queueOf("a", "b", "c");
    const [a] = (await letters(queue)).items;
    const redrive = `/v1/queues/${queue}/dead/redrive`;
    expect((await call("POST", redrive, { ids: [a.id, "nobody"] })).body).toEqual({ count: 1, left: 2 });
    expect((await call("POST", redrive, { all: true, max: 1 })).body).toEqual({ count: 1, left: 1 });
    await evictDurableObject(env.QUEUES.getByName(queue));
    expect((await letters(queue)).items).toMatchObject([{ body: "c" }]);
    const { body } = await call("POST", `/v1/queues/${queue}/receive`, { max: 10 });
    expect(body.messages).toMatchObject([
      { id: a.id, body: "a", dequeueCount: 1 },
      { body: "b", dequeueCount: 1 },
    ]);
    const delayed = await call("POST", redrive, { all: true, delaySeconds: 600 });
    expect(delayed.body).toEqual({ count: 1, left: 0 });
    const { body: shown } = await call("GET", `/v1/queues/${queue}`);
    expect(shown.depth).toMatchObject({ delayed: 1, inFlight: 2, deadLetters: 0 });
  });

  test("are removed, which the audit log tells; MNS clients see nothing of them before or after", async () => {
    const queue = await queueOf("a", "b");
    expectError(await mns("GET", `/queues/${queue}/messages?peekonly=true`), "MessageNotExist");
    const { text } = await mns("GET", `/queues/${queue}`);
    expect(text).toContain("<ActiveMessages>0</ActiveMessages>");
    const done = await call("POST", `/v1/queues/${queue}/dead/purge`, { all: true });
    expect(done.body).toEqual({ count: 2, left: 0 });
    expect(await letters(queue)).toEqual({ items: [] });
    expectError(await mns("GET", `/queues/${queue}/messages`), "MessageNotExist");
    const { body: log } = await call("GET", "/v1/audit?limit=50");
    const entry = { action: "POST /v1/queues/{queue}/dead/purge", target: { queue }, status: 200 };
    expect(log.items).toContainEqual(expect.objectContaining(entry));
  });

  test.each([
    ["neither ids nor all", {}],
    ["both of them", { ids: ["a"], all: true }],
    ["no ids", { ids: [] }],
    ["more ids than one call takes", { ids: Array.from({ length: 1001 }, (_, n) => `m-${n}`) }],
    ["all that is not true", { all: false }],
    ["a key that nobody knows", { all: true, now: true }],
    ["more than one call does", { all: true, max: 1001 }],
  ])("are not changed by a call with %s", async (_, body) => {
    const queue = await queueOf("a");
    for (const action of ["redrive", "purge"]) {
      const refused = await call("POST", `/v1/queues/${queue}/dead/${action}`, body);
      expect(refused).toMatchObject({ status: 400, body: { code: "InvalidRequest" } });
    }
    expect((await letters(queue)).items).toHaveLength(1);
  });

  test("of a queue that is not there are none: the call is refused", async () => {
    for (const [method, path, body] of [
      ["GET", "dead", undefined],
      ["POST", "dead/redrive", { all: true }],
      ["POST", "dead/purge", { all: true }],
    ] as const) {
      const refused = await call(method, `/v1/queues/nobody-made-it/${path}`, body);
      expect(refused).toMatchObject({ status: 404, body: { code: "QueueNotExist" } });
    }
  });
});
