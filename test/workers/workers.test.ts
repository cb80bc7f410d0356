import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { WORKERS_PAGE_QUEUES } from "../../src/core/limits.ts";
import { call, unique } from "./call.ts";

const ABOUT = { version: "1.2.3", host: "north.example", os: "linux", pid: 7, slots: 2 };

async function newQueue(): Promise<string> {
  const queue = unique("queue");
  await call("PUT", `/v1/queues/${queue}`, {});
  return queue;
}

/** A flow whose executions are one task each on that queue. */
async function startTask(queue: string, name: string): Promise<string> {
  const flow = unique("flow");
  const task = `{type: task, name: job, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, serviceParams: {MessageBody: $}}`;
  await call("PUT", `/v1/flows/${flow}`, `version: v1\ntype: flow\nsteps: [${task}]`);
  await call("POST", `/v1/flows/${flow}/executions`, { name, input: {} });
  return flow;
}

function worksAt(queue: string, worker: string, session: string) {
  return async (body: object = {}) => {
    const asked = { worker, session, waitSeconds: 0, leaseSeconds: 60, about: ABOUT, ...body };
    return (await call("POST", `/v1/queues/${queue}/work`, asked)).body;
  };
}

describe("who works", () => {
  test("is shown with what it does, and with what it did", async () => {
    const queue = await newQueue();
    const work = worksAt(queue, "north", "s1");
    const flow = await startTask(queue, "one");
    const { messages } = await work({ waitSeconds: 10 });
    const path = `/v1/queues/${queue}/workers`;
    expect((await call("GET", path)).body).toEqual({
      items: [
        {
          queue,
          name: "north",
          session: "s1",
          key: "mradmin",
          state: "live",
          draining: false,
          since: expect.any(String),
          lastSeenAt: expect.any(String),
          ...ABOUT,
          leases: 1,
          running: [
            { flow, execution: "one", step: "job", path: "job", attempt: 1, since: expect.any(String) },
          ],
          done: 0,
          failed: 0,
          lost: 0,
        },
      ],
    });
    const [{ receipt, task }] = messages;
    await work({
      reports: [
        { token: task.token, receipt, output: {} },
        { token: "?", output: {} },
      ],
      max: 0,
    });
    const [worker] = (await call("GET", path)).body.items;
    expect(worker).toMatchObject({ leases: 0, running: [], done: 1, failed: 0, lately: "s" });
  });

  test("tells of the last tasks of a name, and with what error the last one failed", async () => {
    const queue = await newQueue();
    const work = worksAt(queue, "north", "s1");
    const flow = await startTask(queue, "one");
    const [{ receipt, task }] = (await work({ waitSeconds: 10 })).messages;
    const report = { token: task.token, receipt, error: `DiskFull ${task.token}`, cause: "0 B of 500 GB" };
    await work({ reports: [report], max: 0 });
    const path = `/v1/queues/${queue}/workers/north`;
    const failed = {
      flow,
      execution: "one",
      step: "job",
      path: "job",
      attempt: 1,
      at: expect.any(String),
      ms: expect.any(Number),
      error: expect.stringMatching(/^DiskFull mr1\.…/),
    };
    expect(await call("GET", path)).toMatchObject({
      status: 200,
      body: { queue, name: "north", finished: [failed], processes: [{ lately: "f", lastError: failed }] },
    });
    expect(await call("GET", `/v1/queues/${queue}/workers/nobody`)).toMatchObject({
      status: 404,
      body: { code: "WorkerNotExist" },
    });
  });

  test("is known without a session by its name alone, and by its goodbye as gone", async () => {
    const queue = await newQueue();
    await call("POST", `/v1/queues/${queue}/receive`, { worker: "older" });
    const work = worksAt(queue, "north", "s1");
    await work();
    await work({ bye: true, max: 0 });
    const { items } = (await call("GET", `/v1/queues/${queue}/workers`)).body;
    expect(items).toMatchObject([
      { name: "north", state: "gone" },
      { name: "older", state: "live" },
    ]);
  });

  test("is counted for Prometheus while it is live", async () => {
    const queue = await newQueue();
    const live = async () => {
      const text: string = (await call("GET", "/metrics")).body;
      return text.split("\n").filter((line) => line.startsWith(`millrace_workers_live{queue="${queue}"}`));
    };
    const [north, south] = [worksAt(queue, "north", "s1"), worksAt(queue, "south", "s2")];
    await Promise.all([north(), north(), south()]);
    expect(await live()).toEqual([`millrace_workers_live{queue="${queue}"} 2`]);
    await south({ bye: true, max: 0 });
    expect(await live()).toEqual([`millrace_workers_live{queue="${queue}"} 1`]);
  });

  test("is still known when the queue's object left the memory", async () => {
    const queue = await newQueue();
    await worksAt(queue, "north", "s1")();
    await evictDurableObject(env.QUEUES.getByName(queue));
    const { items } = (await call("GET", `/v1/queues/${queue}/workers`)).body;
    expect(items).toMatchObject([{ name: "north", state: "live", ...ABOUT }]);
  });

  test("is listed in pages, whatever the names are", async () => {
    const queue = await newQueue();
    const names = ["a b/c", "ä", "#?%", "Ω", "plain"];
    for (const name of names) await worksAt(queue, name, `of ${name}`)();
    const seen: string[] = [];
    let cursor: string | undefined = "";
    do {
      const query: string = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
      const { body } = await call("GET", `/v1/queues/${queue}/workers?limit=2${query}`);
      seen.push(...body.items.map(({ name }: { name: string }) => name));
      ({ cursor } = body);
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(names.toSorted());
  });

  test("is listed over all queues, a page at a time", async () => {
    const prefix = unique("all");
    const queues = Array.from({ length: WORKERS_PAGE_QUEUES + 2 }, (_, nth) => `${prefix}-${nth}`);
    for (const queue of queues) await call("PUT", `/v1/queues/${queue}`, {});
    const busy = [queues[0], queues[0], queues[1], queues.at(-1)] as string[];
    for (const [nth, queue] of busy.entries()) await worksAt(queue, `w${nth}`, "s")();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query: string = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await call("GET", `/v1/workers?limit=3${query}`);
      expect(body.items.length).toBeLessThanOrEqual(3);
      const own = body.items.filter(({ queue }: { queue: string }) => queue.startsWith(prefix));
      seen.push(...own.map(({ name }: { name: string }) => name));
      ({ cursor } = body);
    } while (cursor !== undefined);
    expect(seen.toSorted()).toEqual(["w0", "w1", "w2", "w3"]);
  });

  test.each(["/v1/workers?cursor=%00", "/v1/workers?cursor=a/b", "/v1/workers?limit=0"])(
    "asked for as %s is refused with a reason",
    async (path) => {
      expect(await call("GET", path)).toMatchObject({ status: 400, body: { code: "InvalidRequest" } });
    },
  );

  test("of a queue that is not there is a 404", async () => {
    const { status, body } = await call("GET", "/v1/queues/no-such-queue/workers");
    expect([status, body.code]).toEqual([404, "QueueNotExist"]);
  });
});

describe("a flow that does something on every machine", () => {
  async function broadcast(queue: string, names: string): Promise<string> {
    const flow = unique("flow");
    const definition = `
version: v1
type: flow
steps:
  - type: task
    name: who
    action: millrace:ListWorkers
    serviceParams: { Queue: ${queue}${names} }
    outputMappings: [{ target: workers, source: $local.workers }, { target: count, source: $local.count }]
  - type: foreach
    name: everywhere
    tolerance: { percentage: 100 }
    iterationMapping: { collection: $input.workers, item: w, index: shard }
    outputMappings: [{ target: answers, source: $local }]
    steps:
      - type: task
        name: run
        resourceArn: acs:mns:::/queues/${queue}/messages
        pattern: waitForCallback
        inputMappings: [{ target: worker, source: $input.w.name }, { target: shard, source: $input.shard }]
        serviceParams: { MessageBody: $, Worker: $.worker, TakenWithinSeconds: 1 }
`;
    expect((await call("PUT", `/v1/flows/${flow}`, definition)).status).toBe(201);
    await call("POST", `/v1/flows/${flow}/executions`, { name: "run", input: {} });
    return flow;
  }

  test("reaches those that are live, each once with its share", async () => {
    const queue = await newQueue();
    const names = ["north", "south", "west", "east"];
    const worksAs = (name: string) => worksAt(queue, name, `of ${name}`);
    for (const name of names) await worksAs(name)();
    await worksAs("west")({ bye: true, max: 0 });
    await call("POST", `/v1/queues/${queue}/workers/east/drain`, {});
    const flow = await broadcast(queue, "");
    for (const name of ["north", "south"]) {
      const work = worksAs(name);
      const [{ body, receipt, task }] = (await work({ waitSeconds: 20 })).messages;
      const output = { did: JSON.parse(body) as object };
      expect(output).toMatchObject({ did: { worker: name } });
      await work({ reports: [{ token: task.token, receipt, output }], max: 0 });
    }
    const { body } = await call("GET", `/v1/flows/${flow}/executions/run?wait=20`);
    expect(body).toMatchObject({
      status: "Succeeded",
      output: {
        answers: [{ did: { worker: "north", shard: 0 } }, { did: { worker: "south", shard: 1 } }],
      },
    });
  });

  test("tells of those that should be there and are not; of nobody it makes an empty list", async () => {
    const queue = await newQueue();
    const flow = await broadcast(queue, ", Names: [west]");
    const { body } = await call("GET", `/v1/flows/${flow}/executions/run?wait=20`);
    expect(body).toMatchObject({ status: "Succeeded", output: { answers: [null] } });
    const steps = await call("GET", `/v1/flows/${flow}/executions/run/steps?parent=everywhere&status=Failed`);
    expect(JSON.stringify(steps.body)).toContain("west");
    const nobody = await broadcast(queue, "");
    const ended = await call("GET", `/v1/flows/${nobody}/executions/run?wait=20`);
    expect(ended.body).toMatchObject({ status: "Succeeded", output: { answers: [] } });
  });

  test.each([
    ["no-such-queue", "", "MNS.QueueNotExist"],
    ["$.nothing", "", "MNS.InvalidQueueName"],
    ["q", ", Names: $.nothing.at.all", "MNS.QueueNotExist"],
  ])("fails when it asks for workers of %s%s", async (queue, names, error) => {
    const flow = unique("flow");
    const who = `{type: task, name: who, action: "millrace:ListWorkers", serviceParams: {Queue: ${queue}${names}}}`;
    await call("PUT", `/v1/flows/${flow}`, `version: v1\ntype: flow\nsteps: [${who}]`);
    await call("POST", `/v1/flows/${flow}/executions`, { name: "run", input: {} });
    const { body } = await call("GET", `/v1/flows/${flow}/executions/run?wait=20`);
    expect(body).toMatchObject({ status: "Failed", error });
  });
});

describe("a worker that is to take no more", () => {
  test("is told at once, keeps what it has, and takes messages again at once when it may", async () => {
    const queue = await newQueue();
    const path = `/v1/queues/${queue}/workers/${encodeURIComponent("no/rth")}`;
    const work = worksAt(queue, "no/rth", "s1");
    await work();
    const waiting = work({ waitSeconds: 30 });
    expect(await call("POST", `${path}/drain`, {})).toMatchObject({
      status: 200,
      body: { queue, name: "no/rth", draining: true },
    });
    expect(await waiting).toMatchObject({ messages: [], drain: true });
    await call("POST", `/v1/queues/${queue}/send`, { messages: [{ body: "job" }] });
    expect(await work({ max: 5 })).toMatchObject({ messages: [], drain: true });
    const asleep = work({ max: 0, waitSeconds: 30 });
    await call("POST", `${path}/resume`, {});
    const answer = await asleep;
    expect(answer).not.toHaveProperty("drain");
    expect((await work({ max: 5 })).messages).toMatchObject([{ body: "job" }]);
  });

  test("may again at the time that was said, and tells until then why it does not", async () => {
    const queue = await newQueue();
    const path = `/v1/queues/${queue}/workers/north`;
    await worksAt(queue, "north", "s1")();
    const drain = (until: number) => {
      const body = { until: new Date(until).toISOString(), reason: "disk is full" };
      return call("POST", `${path}/drain`, body);
    };
    expect(await drain(Date.now() - 1000)).toMatchObject({ status: 400, body: { code: "InvalidRange" } });
    expect(await drain(Date.now() + 60_000)).toMatchObject({ status: 200 });
    const [shown] = (await call("GET", `/v1/queues/${queue}/workers`)).body.items;
    expect(shown).toMatchObject({
      draining: true,
      drain: { since: expect.any(String), until: expect.any(String), reason: "disk is full" },
    });
  });

  test("is one that the queue knows, and what was said of it stands in the audit log", async () => {
    const queue = await newQueue();
    const drain = (worker: string) => call("POST", `/v1/queues/${queue}/workers/${worker}/drain`, {});
    expect(await drain("nobody")).toMatchObject({ status: 404, body: { code: "WorkerNotExist" } });
    await worksAt(queue, "north", "s1")();
    await drain("north");
    const { items } = (await call("GET", "/v1/audit?limit=2")).body;
    expect(items).toMatchObject([
      {
        action: "POST /v1/queues/{queue}/workers/{worker}/drain",
        target: { queue, worker: "north" },
        status: 200,
      },
      { target: { queue, worker: "nobody" }, status: 404 },
    ]);
  });
});
