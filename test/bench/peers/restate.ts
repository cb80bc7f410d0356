import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { HttpClient, untilUp } from "../client.ts";
import { versionIn } from "../hosts.ts";
import { checkOutputs, warmUpTasks } from "../jobs.ts";
import type { Options } from "../options.ts";
import { ProcessMeter, startHelper, stopLater, stopProcess } from "../processes.ts";
import type { Records } from "../record.ts";
import { WorkerProcess } from "../worker-process.ts";
import { NotHere, installed } from "./installed.ts";
import { MANY_AT_ONCE, type PeerRun, timePeer } from "./peer-jobs.ts";

const SERVER = "@restatedev/restate-server";
const SDK = "@restatedev/restate-sdk";
const PACKAGES = [`${SERVER}@1.7.12`, `${SDK}@1.17.2`];
const TRIES = 100;
const RETRY_MS = 200;

/** Restate: its server, and the service that it calls, in a process of its own. It has no queue: tasks are put into the worker's memory. */
export async function benchRestate(options: Options, records: Records, rep: number): Promise<void> {
  const modules = installed(PACKAGES);
  const [ingress, admin, node, port, workerPort] = [40, 41, 42, 43, 44].map((more) => options.port + more);
  const data = join(options.data, `restate-${rep}`);
  const server = startServer(modules, data, { ingress, admin, node });
  const service = startHelper("restate/service.ts", { BENCH_MODULES: modules, BENCH_PORT: String(port) });
  try {
    await register(`http://127.0.0.1:${admin}`, `http://127.0.0.1:${port}`);
    const base = `http://127.0.0.1:${ingress}`;
    await untilUp(base, "/restate/health");
    const worker = await WorkerProcess.start("inbox-worker.ts", {
      BENCH_PORT: String(workerPort),
      BENCH_LOOPS: String(options.connections),
    });
    const run = new RestateRun(base, `http://127.0.0.1:${workerPort}/tasks`);
    await run.fanOut(warmUpTasks(options.jobs));
    await run.serial(10);
    const meter = new ProcessMeter(server.pid ?? 0, service.pid ?? 0);
    const durability = "RocksDB WAL, fsync with group commit";
    const versions = { restate: versionIn(modules, SERVER), sdk: versionIn(modules, SDK) };
    const peer = { peer: "restate", variant: "awakeables", rep, durability, versions };
    await timePeer(run, options.jobs, peer, { meter, data, worker }, records);
    await worker.stop();
  } finally {
    await stopProcess(service);
    await stopProcess(server);
  }
}

interface Ports {
  readonly ingress: number | undefined;
  readonly admin: number | undefined;
  readonly node: number | undefined;
}

function startServer(modules: string, data: string, { ingress, admin, node }: Ports) {
  const program = join(modules, `${SERVER}-${process.platform}-${process.arch}/bin/restate-server`);
  if (!existsSync(program))
    throw new NotHere(`there is no server of Restate for ${process.platform} ${process.arch}`);
  mkdirSync(data, { recursive: true });
  const log = openSync(`${data}.log`, "a");
  return stopLater(
    spawn(program, ["--no-logo"], {
      cwd: data,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        DO_NOT_TRACK: "1",
        RESTATE_DISABLE_TELEMETRY: "true",
        RESTATE_LISTEN_MODE: "tcp",
        RESTATE_LOG_FILTER: "warn",
        RESTATE_BASE_DIR: data,
        RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      },
    }),
  );
}

/** Tells the server where the service is, as soon as both are up. */
async function register(admin: string, uri: string): Promise<void> {
  const client = new HttpClient(admin, 1);
  for (let tried = 0; tried < TRIES; tried++) {
    const body = JSON.stringify({ uri });
    const answer = await client.send("POST", "/deployments", body).catch(() => undefined);
    if (answer && answer.status < 300) return client.close();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error("Restate did not take the service");
}

class RestateRun implements PeerRun {
  private readonly client: HttpClient;
  private readonly base: string;
  private readonly inbox: string;

  constructor(base: string, inbox: string) {
    this.client = new HttpClient(base, 2 * MANY_AT_ONCE);
    this.base = base;
    this.inbox = inbox;
  }

  async fanOut(n: number): Promise<void> {
    const { base, inbox } = this;
    checkOutputs(await this.client.json("POST", "/bench/fanOut", { n, inbox, base }), n);
  }

  async serial(n: number): Promise<void> {
    const count: unknown = await this.client.json("POST", "/bench/serial", { n });
    if (count !== n) throw new Error(`${String(count)} steps instead of ${n}`);
  }
}
