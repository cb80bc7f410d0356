import { createServer } from "node:http";
import { join } from "node:path";
import { HttpClient, untilUp } from "../client.ts";
import { DURABILITY, type Host, startWorker, versions } from "../hosts.ts";
import { checkOutputs, warmUpTasks } from "../jobs.ts";
import type { Options } from "../options.ts";
import { ProcessMeter } from "../processes.ts";
import type { Records } from "../record.ts";
import { WorkerProcess } from "../worker-process.ts";
import { MANY_AT_ONCE, type PeerRun, timePeer } from "./peer-jobs.ts";

const STATUS_LOOKS = 400;
const STATUS_PAUSE_MS = 10;

/** Cloudflare Workflows on the same runtimes, but workerd alone, which has none. */
export async function benchWorkflows(options: Options, records: Records, rep: number): Promise<void> {
  for (const host of options.hosts) if (host !== "serve") await benchOn(host, options, records, rep);
}

/** It has no queue of its own, so tasks are put into the worker's memory. */
async function benchOn(host: Host, options: Options, records: Records, rep: number): Promise<void> {
  const [port, workerPort, donePort] = [options.port + 30, options.port + 32, options.port + 33];
  const url = `http://127.0.0.1:${port}`;
  const data = join(options.data, `workflows-${host}-${rep}`);
  const server = await startWorker(host, "workflows", port, data);
  const done = new DoneListener(donePort);
  try {
    await untilUp(url, "/");
    const worker = await WorkerProcess.start("inbox-worker.ts", {
      BENCH_PORT: String(workerPort),
      BENCH_LOOPS: String(options.connections),
    });
    const client = new HttpClient(url, 2 * MANY_AT_ONCE);
    const run = new WorkflowsRun(client, url, `http://127.0.0.1:${workerPort}/tasks`, done);
    await run.fanOut(warmUpTasks(options.workflowJobs));
    await run.serial(10);
    const meter = new ProcessMeter(server.pid);
    const peer = {
      peer: "cf-workflows",
      variant: host,
      host,
      rep,
      durability: DURABILITY,
      versions: versions(),
    };
    await timePeer(run, options.workflowJobs, peer, { meter, data, worker }, records);
    await worker.stop();
  } finally {
    done.close();
    await server.stop();
  }
}

class WorkflowsRun implements PeerRun {
  private readonly client: HttpClient;
  private readonly base: string;
  private readonly inbox: string;
  private readonly done: DoneListener;
  private instances = 0;

  constructor(client: HttpClient, base: string, inbox: string, done: DoneListener) {
    this.client = client;
    this.base = base;
    this.inbox = inbox;
    this.done = done;
  }

  async fanOut(n: number): Promise<void> {
    checkOutputs(await this.run("fan", n), n);
  }

  async serial(n: number): Promise<void> {
    const count = await this.run("serial", n);
    if (count !== n) throw new Error(`${String(count)} steps instead of ${n}`);
  }

  private async run(kind: "fan" | "serial", n: number): Promise<unknown> {
    const { base, inbox } = this;
    const id = `x${Date.now()}-${this.instances++}`;
    const ended = this.done.wait(id);
    await this.client.json("POST", `/start/${kind}/${id}`, { n, base, inbox, done: this.done.url(id) });
    await ended;
    for (let look = 0; look < STATUS_LOOKS; look++) {
      const { status, output, error } = await this.client.json("GET", `/status/${kind}/${id}`);
      if (status === "complete") return output;
      if (status === "errored") throw new Error(JSON.stringify(error));
      await new Promise((resolve) => setTimeout(resolve, STATUS_PAUSE_MS));
    }
    throw new Error(`${id} did not end`);
  }
}

/** Hears of the ends that a Workflow tells by calling an address. */
class DoneListener {
  private readonly waiting = new Map<string, () => void>();
  private readonly port: number;
  private readonly server = createServer((asked, answer) => {
    asked.resume();
    asked.on("end", () => {
      answer.end("{}");
      const id = (asked.url ?? "").slice(1);
      this.waiting.get(id)?.();
      this.waiting.delete(id);
    });
  });

  constructor(port: number) {
    this.port = port;
    this.server.keepAliveTimeout = 60_000;
    this.server.listen(port, "127.0.0.1");
  }

  url(id: string): string {
    return `http://127.0.0.1:${this.port}/${id}`;
  }

  wait(id: string): Promise<void> {
    return new Promise((resolve) => void this.waiting.set(id, resolve));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
