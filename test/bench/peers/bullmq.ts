import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type BullMq, QUEUES, bullmqIn, connectionTo } from "../bullmq/library.ts";
import { versionIn } from "../hosts.ts";
import { checkOutputs, warmUpTasks } from "../jobs.ts";
import type { Options } from "../options.ts";
import { ProcessMeter, startHelper, stopLater, stopProcess } from "../processes.ts";
import type { Records } from "../record.ts";
import { NotHere, installed } from "./installed.ts";
import { type PeerRun, timePeer } from "./peer-jobs.ts";

const PACKAGES = ["bullmq@6.7.0", "ioredis@6.0.0"];
const REDIS = "redis-server";
const WITHIN_MS = 280_000;
const TRIES = 100;
const RETRY_MS = 50;

/** BullMQ on a Redis that keeps all it answered for: its workers speak Redis' protocol, not HTTP. */
export async function benchBullmq(options: Options, records: Records, rep: number): Promise<void> {
  if (spawnSync(REDIS, ["--version"]).status !== 0)
    throw new NotHere(`there is no ${REDIS} (Debian: apt-get install redis-server)`);
  const modules = installed(PACKAGES);
  const port = options.port + 50;
  const data = join(options.data, `bullmq-${rep}`);
  const redis = startRedis(port, data);
  await untilOpen(port);
  const [engine, worker] = ["engine", "worker"].map((role) =>
    startHelper("bullmq/workers.ts", {
      BENCH_MODULES: modules,
      BENCH_PORT: String(port),
      BENCH_ROLE: role,
      BENCH_LOOPS: String(options.connections),
    }),
  );
  let run: BullmqRun | undefined;
  try {
    await Promise.all([engine, worker].map((child) => child && once(child, "message")));
    run = await BullmqRun.on(bullmqIn(modules), port);
    await run.fanOut(warmUpTasks(options.jobs));
    const meter = new ProcessMeter(redis.pid ?? 0, engine?.pid ?? 0);
    const versions = { bullmq: versionIn(modules, "bullmq") };
    const durability = "Redis AOF, fsync always: one for each turn of its loop";
    const peer = { peer: "bullmq", variant: "fsync-always", rep, durability, versions };
    await timePeer(run, options.jobs, peer, { meter, data }, records);
  } finally {
    // Before its server ends, which it would look for.
    await run?.close();
    for (const child of [worker, engine, redis]) if (child) await stopProcess(child);
  }
}

function startRedis(port: number, data: string) {
  mkdirSync(data, { recursive: true });
  const log = openSync(`${data}.log`, "a");
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", data, "--save", ""];
  const kept = ["--appendonly", "yes", "--appendfsync", "always"];
  return stopLater(spawn(REDIS, [...settings, ...kept], { stdio: ["ignore", log, log] }));
}

async function untilOpen(port: number): Promise<void> {
  for (let tried = 0; tried < TRIES; tried++) {
    const socket = connect(port, "127.0.0.1");
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error(`nothing listens on port ${port}`);
}

class BullmqRun implements PeerRun {
  private readonly flows: InstanceType<BullMq["FlowProducer"]>;
  private readonly serials: InstanceType<BullMq["Queue"]>;
  private readonly parentEvents: InstanceType<BullMq["QueueEvents"]>;
  private readonly serialEvents: InstanceType<BullMq["QueueEvents"]>;

  private constructor({ FlowProducer, Queue, QueueEvents }: BullMq, port: number) {
    const connection = connectionTo(port);
    this.flows = new FlowProducer({ connection });
    this.serials = new Queue(QUEUES.serial, { connection });
    this.parentEvents = new QueueEvents(QUEUES.parents, { connection });
    this.serialEvents = new QueueEvents(QUEUES.serial, { connection });
  }

  static async on(library: BullMq, port: number): Promise<BullmqRun> {
    const run = new BullmqRun(library, port);
    await run.parentEvents.waitUntilReady();
    await run.serialEvents.waitUntilReady();
    return run;
  }

  async fanOut(n: number): Promise<void> {
    const children = Array.from({ length: n }, (_, i) => ({
      name: "task",
      queueName: QUEUES.tasks,
      data: { i },
    }));
    const { job } = await this.flows.add({ name: "all", queueName: QUEUES.parents, data: {}, children });
    checkOutputs(await job.waitUntilFinished(this.parentEvents, WITHIN_MS), n);
  }

  async serial(n: number): Promise<void> {
    const job = await this.serials.add("serial", { n });
    const count = await job.waitUntilFinished(this.serialEvents, WITHIN_MS);
    if (count !== n) throw new Error(`${String(count)} steps instead of ${n}`);
  }

  async close(): Promise<void> {
    const { flows, serials, parentEvents, serialEvents } = this;
    for (const one of [flows, serials, parentEvents, serialEvents]) await one.close();
  }
}
