import { env } from "cloudflare:workers";
import { describe, expect, test, vi } from "vitest";
import { evictDurableObject } from "cloudflare:test";
import {
  SOCKET_BAD_FRAMES_MAX,
  SOCKET_MESSAGES_MAX,
  WORKER_SOCKETS_MAX,
} from "../../src/core/socket-limits.ts";
import { bearer, call, unique } from "./call.ts";
import { Connected, connect, connecting } from "./connected.ts";

/** A flow of one task on a queue of its own. */
async function newFlow(): Promise<{ flow: string; queue: string }> {
  const [flow, queue] = [unique("flow"), unique("queue")];
  await call("PUT", `/v1/queues/${queue}`, {});
  const task = `{type: task, name: job, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, serviceParams: {MessageBody: $}}`;
  await call("PUT", `/v1/flows/${flow}`, `version: v1\ntype: flow\nsteps: [${task}]`);
  return { flow, queue };
}

async function newQueue(): Promise<string> {
  const queue = unique("queue");
  await call("PUT", `/v1/queues/${queue}`, {});
  return queue;
}

async function send(queue: string, ...bodies: string[]): Promise<void> {
  await call("POST", `/v1/queues/${queue}/send`, { messages: bodies.map((body) => ({ body })) });
}

function bodiesOf({ messages }: { messages: { body: string }[] }): string[] {
  return messages.map(({ body }) => body);
}

describe("a worker that is connected", () => {
  test("is given a task as it comes, and reports it", async () => {
    const { flow, queue } = await newFlow();
    const worker = await connect(queue);
    expect(await worker.ask({ take: 1 })).toEqual({
      nr: 1,
      id: 1,
      verdicts: [],
      messages: [],
      notices: ["TellAbout"],
    });
    await call("POST", `/v1/flows/${flow}/executions`, { name: "one", input: { x: 1 } });
    const pushed = await worker.next();
    expect(pushed).toMatchObject({
      nr: 2,
      messages: [{ body: '{"x":1}', leaseSeconds: 15, task: { flow, execution: "one", step: "job" } }],
    });
    const [{ receipt, task }] = pushed.messages;
    const report = { token: task.token, receipt, output: { y: 2 } };
    expect(await worker.ask({ reports: [report] })).toMatchObject({ id: 2, verdicts: [{ ok: true }] });
    const { body } = await call("GET", `/v1/flows/${flow}/executions/one`);
    expect(body).toMatchObject({ status: "Succeeded", output: { y: 2 } });
  });

  test("gets no more than it asked for, and so many with one frame", async () => {
    const queue = await newQueue();
    const worker = await connect(queue);
    const all = Array.from({ length: SOCKET_MESSAGES_MAX + 4 }, (_, nth) => `${nth}`);
    await send(queue, ...all);
    const first = await worker.ask({ take: SOCKET_MESSAGES_MAX + 2 });
    expect(bodiesOf(first)).toEqual(all.slice(0, SOCKET_MESSAGES_MAX));
    expect(bodiesOf(await worker.next())).toEqual(all.slice(SOCKET_MESSAGES_MAX, SOCKET_MESSAGES_MAX + 2));
    expect(bodiesOf(await worker.ask({ take: 9 }))).toEqual(all.slice(-2));
  });

  test("has a verdict on each entry, and is told of the end of what it works on", async () => {
    const { flow, queue } = await newFlow();
    const worker = await connect(queue);
    await worker.ask({ take: 1 });
    await call("POST", `/v1/flows/${flow}/executions`, { name: "one", input: {} });
    const { messages } = await worker.next();
    const [{ receipt }] = messages;
    expect(await worker.ask({ beats: [{ receipt }, 7], delete: ["?"] })).toMatchObject({
      beats: [{ ok: true, leaseSeconds: 60 }, { code: "InvalidRequest" }],
      refused: [{ list: "delete", position: 0, code: "InvalidReceipt" }],
    });
    await call("POST", `/v1/flows/${flow}/executions/one/stop`, {});
    expect(await worker.next()).toMatchObject({ messages: [], stop: [{ receipt, code: "TaskOver" }] });
  });

  test("keeps its place while the object sleeps, which no ping wakes", async () => {
    const queue = await newQueue();
    const worker = await connect(queue);
    await worker.ask({ take: 2 });
    await evictDurableObject(env.QUEUES.getByName(queue));
    worker.raw("ping");
    expect(await worker.next()).toBe("pong");
    await send(queue, "a");
    const [{ receipt }] = (await worker.next()).messages;
    await worker.ask({ delete: [receipt] });
    await evictDurableObject(env.QUEUES.getByName(queue));
    await send(queue, "b", "c");
    expect(bodiesOf(await worker.next())).toEqual(["b"]);
    const listed = await call("GET", `/v1/queues/${queue}/workers`);
    expect(listed.body.items).toMatchObject([{ name: "north", state: "live" }]);
  });

  test("shares a queue with those who poll", async () => {
    const queue = await newQueue();
    const worker = await connect(queue);
    await worker.ask({ take: 9 });
    const poll = () => call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 20, worker: "poller" });
    const polls: unknown[] = [];
    const pushed: unknown[] = [];
    for (let nth = 0; nth < 3; nth++) {
      const polled = poll().then(({ body }) => polls.push(...bodiesOf(body)));
      await vi.waitFor(async () =>
        expect((await call("GET", `/v1/queues/${queue}`)).body.waitingPolls).toBe(2),
      );
      await send(queue, `${nth}`);
      await send(queue, `${nth}+`);
      pushed.push(...bodiesOf(await worker.next()));
      await polled;
      await worker.ask({});
    }
    expect([polls.length, pushed.length]).toEqual([3, 3]);
  });

  test("that was cut off loses nothing, and gets nothing twice that it has", async () => {
    const queue = await newQueue();
    const session = { session: unique("s") };
    const before = await connect(queue, session);
    await send(queue, "a", "b");
    const { messages } = await before.ask({ take: 2 });
    before.cut();
    const after = await connect(queue, session);
    const held = { holds: [messages[0].receipt], take: 5 };
    expect(await after.ask(held)).toMatchObject({ messages: [{ body: "b", dequeueCount: 2 }] });
    // The same frame once more: it has its answer, and what it asked for counts once.
    after.raw(JSON.stringify({ id: 1, seen: 1, ...held, holds: undefined, delete: [messages[0].receipt] }));
    expect(await after.next()).toMatchObject({ id: 1, messages: [] });
    await send(queue, "c", "d", "e", "f", "g");
    const more: string[] = [];
    while (more.length < 4) more.push(...bodiesOf(await after.next()));
    expect(more).toEqual(["c", "d", "e", "f"]);
  });

  test("takes the place of its own old socket", async () => {
    const queue = await newQueue();
    const session = { session: unique("s") };
    const old = await connect(queue, session);
    await old.ask({ take: 1 });
    const worker = await connect(queue, session);
    expect(await old.end()).toMatchObject({ code: 4409 });
    await worker.ask({ take: 1 });
    await send(queue, "a");
    expect(bodiesOf(await worker.next())).toEqual(["a"]);
  });

  test("says goodbye, and is given nothing more", async () => {
    const queue = await newQueue();
    const worker = await connect(queue);
    await worker.ask({ take: 3 });
    await worker.ask({ bye: true });
    await send(queue, "a");
    expect(await worker.ask({ take: 1 })).toMatchObject({ messages: [] });
    expect(bodiesOf((await call("POST", `/v1/queues/${queue}/receive`, {})).body)).toEqual(["a"]);
  });

  test("is drained from afar, and told when it may go on", async () => {
    const queue = await newQueue();
    const worker = await connect(queue);
    await worker.ask({ take: 1 });
    await call("POST", `/v1/queues/${queue}/workers/north/drain`, {});
    expect(await worker.next()).toMatchObject({ messages: [], drain: true });
    await send(queue, "a");
    await call("POST", `/v1/queues/${queue}/workers/north/resume`, {});
    const told = [await worker.next()];
    if (told[0].messages.length === 0) told.push(await worker.next());
    expect(told.map(({ drain }) => drain)).not.toContain(true);
    expect(bodiesOf(told.at(-1))).toEqual(["a"]);
  });
});

describe("a socket", () => {
  test("is refused without Upgrade, without a queue, to who may not work there", async () => {
    const queue = await newQueue();
    expect((await call("GET", `/v1/queues/${queue}/connect?session=s`)).body.code).toBe("UpgradeRequired");
    expect(await (await connecting(unique("nobody"))).json()).toMatchObject({ code: "QueueNotExist" });
    const { body: key } = await call("POST", "/v1/keys", {
      role: "worker",
      queues: [queue],
      workers: ["north"],
    });
    const authorization = `Bearer ${key.accessKeyId}.${key.accessKeySecret}`;
    expect(await (await connecting(queue, { worker: "south" }, authorization)).json()).toMatchObject({
      code: "Forbidden",
      detail: expect.stringContaining("south"),
    });
    const other = await newQueue();
    expect((await connecting(other, {}, authorization)).status).toBe(403);
    expect((await connecting(queue, { session: "" })).status).toBe(400);
  });

  test("is refused to the one that is too many", async () => {
    const queue = await newQueue();
    const authorization = await bearer();
    const open = () => connecting(queue, {}, authorization);
    const opened = await Promise.all(Array.from({ length: WORKER_SOCKETS_MAX }, open));
    expect(new Set(opened.map(({ status }) => status))).toEqual(new Set([101]));
    const sockets = opened.map(({ webSocket }) => new Connected(webSocket as WebSocket));
    await Promise.all(sockets.map((socket) => socket.ask({ take: 1 })));
    const refused = await open();
    expect([refused.status, await refused.json()]).toMatchObject([429, { code: "TooManySockets" }]);
    // A poll still has a place in the line.
    expect((await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 0 })).status).toBe(200);
    const all = Array.from({ length: 100 }, (_, nth) => `${nth}`);
    for (let nth = 0; nth < WORKER_SOCKETS_MAX / 100; nth++) await send(queue, ...all);
    const got = await Promise.all(sockets.map((socket) => socket.next()));
    expect(got.every(({ messages }) => messages.length === 1)).toBe(true);
  });

  test("is closed when its key is disabled, as soon as something passes", async () => {
    const queue = await newQueue();
    const { body: key } = await call("POST", "/v1/keys", { role: "worker", queues: [queue] });
    const worker = await connect(queue, {}, `Bearer ${key.accessKeyId}.${key.accessKeySecret}`);
    await worker.ask({ take: 1 });
    await call("POST", `/v1/keys/${key.accessKeyId}/disable`, {});
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    try {
      await send(queue, "secret");
      expect(await worker.end()).toMatchObject({ code: 4401, reason: expect.stringContaining("disabled") });
      const { body } = await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 5 });
      expect(bodiesOf(body)).toEqual(["secret"]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("is closed when its queue is deleted", async () => {
    const queue = await newQueue();
    const worker = await connect(queue);
    await worker.ask({ take: 1 });
    await call("DELETE", `/v1/queues/${queue}`);
    expect(await worker.end()).toMatchObject({ code: 4404 });
  });

  test("tells of a frame that it cannot take where it is wrong, and goes on", async () => {
    const worker = await connect(await newQueue());
    const errors = [
      ["{", "JSON"],
      ["[]", "the frame: must be an object"],
      ['{"id": "x"}', "id: must be a number, not text"],
      ['{"id": 1, "take": -1}', "take: must be at least 0"],
      ['{"take": 1}', "id: is required"],
      ['{"id": 1, "seen": 99}', "seen: no frame"],
      ['{"id": 1, "waitSeconds": 3}', "waitSeconds"],
    ] as const;
    for (const [text, words] of errors) {
      worker.raw(text);
      const { error } = await worker.next();
      expect(error).toMatchObject({ code: "InvalidFrame", detail: expect.stringContaining(words) });
    }
    worker.raw(new ArrayBuffer(2));
    expect((await worker.next()).error.detail).toContain("text");
    expect(await worker.ask({ take: 1 })).toMatchObject({ messages: [] });
    for (let nth = errors.length + 1; nth < SOCKET_BAD_FRAMES_MAX; nth++) worker.raw("{");
    expect(await worker.end()).toMatchObject({ code: 4400 });
  });

  test("that floods is closed, and nobody else notices", async () => {
    const queue = await newQueue();
    const [flood, worker] = [await connect(queue), await connect(queue, { worker: "south" })];
    await worker.ask({ take: 1 });
    for (let nth = 1; nth <= 200; nth++) flood.raw(JSON.stringify({ id: nth, take: 0 }));
    expect([4408, 4429]).toContain((await flood.end()).code);
    await send(queue, "a");
    expect(bodiesOf(await worker.next())).toEqual(["a"]);
  });
});
