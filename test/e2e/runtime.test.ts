import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { startRuntime } from "../../src/cli/local/serve.ts";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { ROOT, Service, freePort, newDataFolder } from "./service.ts";

interface Package {
  readonly version: string;
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

function packageOf(folder: string): Package {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Package;
}

/** Command lines of all processes below one, the process itself left out. */
function below(pid: number): { pid: number; command: string }[] {
  const all = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,command="], { encoding: "utf8" });
  const rows = all.split("\n").flatMap((line) => {
    const [, child, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(child), parent: Number(parent), command }];
  });
  const found: { pid: number; command: string }[] = [];
  for (const wanted = [pid]; wanted.length > 0;) {
    const parent = wanted.pop();
    const children = rows.filter((row) => row.parent === parent);
    found.push(...children);
    wanted.push(...children.map((child) => child.pid));
  }
  return found;
}

async function runWorkers(service: Service, execution: string): Promise<unknown> {
  await service.call("PUT", "/v1/queues/workers", {});
  await service.call("PUT", "/v1/flows/fan", FAN_OUT);
  await service.call("POST", "/v1/flows/fan/executions", { name: execution, input: fanOutInput(3) });
  let reports: object[] = [];
  for (let reported = 0; reported < 3;) {
    reported += reports.length;
    const { body } = await service.call("POST", "/v1/queues/workers/work", {
      reports,
      max: 3,
      waitSeconds: 1,
    });
    reports = body.messages.map((message: { body: string; receipt: string }) => {
      const task = JSON.parse(message.body) as { task_token: string; worker_name: string };
      return { token: task.task_token, receipt: message.receipt, output: { name: task.worker_name } };
    });
  }
  return service.ended(`/v1/flows/fan/executions/${execution}`);
}

const DONE = {
  status: "Succeeded",
  output: { results: [{ name: "worker0" }, { name: "worker1" }, { name: "worker2" }] },
};

describe("the runtime", () => {
  test("is exactly the one that wrangler has, and so is the bundler", () => {
    const { devDependencies } = packageOf(ROOT);
    const { dependencies } = packageOf(join(ROOT, "node_modules", "wrangler"));
    for (const name of ["miniflare", "esbuild"]) {
      expect(devDependencies[name], name).toBe(dependencies[name]);
      expect(packageOf(join(ROOT, "node_modules", name)).version, name).toBe(dependencies[name]);
    }
  });

  test("takes up a data folder that wrangler dev wrote, and gives it back", async () => {
    const service = await Service.start("--wrangler");
    expect(await runWorkers(service, "with-wrangler")).toMatchObject(DONE);
    await service.stop();
    await service.start();
    expect(await runWorkers(service, "without")).toMatchObject(DONE);
    const list = await service.call("GET", "/v1/flows/fan/executions");
    expect(list.body.items.map(({ name }: { name: string }) => name)).toEqual(["without", "with-wrangler"]);
    await service.stop();
    await service.start("--wrangler");
    expect(await service.ended("/v1/flows/fan/executions/without")).toMatchObject(DONE);
    await service.stop();
  });

  test("is started again when workerd is killed, which the terminal tells, and keeps its data", async () => {
    const service = await Service.start();
    await service.call("PUT", "/v1/queues/kept", {});
    const workerd = below(service.pid).find(({ command }) => /workerd serve/.test(command));
    process.kill(workerd?.pid ?? 0, "SIGKILL");
    await service.says("the runtime (workerd) ended by itself and was started again");
    expect(await service.insist("GET", "/v1/queues/kept")).toMatchObject({ status: 200 });
    await service.stop();
  });

  test("leaves no process and no port behind when only its own process is killed", async () => {
    const service = await Service.start();
    const processes = below(service.pid);
    const runtime = processes.find(({ command }) => command.endsWith("runtime.ts"));
    process.kill(runtime?.pid ?? 0, "SIGKILL");
    await service.says("the service ended by itself");
    await service.gone();
    await service.start();
    await service.stop();
  });

  test("is not held up by a workerd that outlived everything else", async () => {
    const service = await Service.start();
    const processes = below(service.pid);
    const isWorkerd = ({ command }: { command: string }) => /workerd serve/.test(command);
    const others = processes.filter((one) => !isWorkerd(one)).map(({ pid }) => pid);
    for (const pid of [service.pid, ...others]) process.kill(pid, "SIGKILL");
    await service.start();
    expect(await service.call("GET", "/v1/queues")).toMatchObject({ status: 200 });
    await service.stop();
  });

  test("shows no secret in the arguments of any process, and listens on this machine only", async () => {
    const service = await Service.start();
    const secret =
      /MASTER_KEY=(\S+)/.exec(readFileSync(join(service.data, "secrets.env"), "utf8"))?.[1] ?? "";
    const commands = below(service.pid).map(({ command }) => command);
    expect(commands.length).toBeGreaterThan(2);
    for (const command of commands) expect(command).not.toContain(secret);
    const workerd = commands.find((command) => /workerd serve/.test(command)) ?? "";
    expect(listenersAt(Number(new URL(service.url).port))).toEqual([LOOPBACK]);
    expect(workerd).not.toContain("--inspector-addr");
    await service.stop();
  });

  test("shows with --verbose what the Worker logs, and leaves no temporary file when it is told to end", async () => {
    const service = await Service.start("--verbose");
    await service.call("PUT", "/v1/flows/fan", FAN_OUT);
    await service.call("POST", "/v1/flows/fan/executions", { name: "logged", input: fanOutInput(1) });
    await service.says("executionStarted");
    await service.stop();
    expect(readFileSync(join(service.data, "service.log"), "utf8")).toContain("executionStarted");
    expect(readdirSync(join(service.data, "tmp"))).toEqual([]);
  });
});

const COUNTER = `
import { DurableObject } from "cloudflare:workers";
export class Counter extends DurableObject {
  async count() {
    const count = ((await this.ctx.storage.get("count")) ?? 0) + 1;
    await this.ctx.storage.put("count", count);
    return count;
  }
}
export default {
  async fetch(_, env) {
    return new Response(word + " " + (await env.COUNTERS.getByName("one").count()));
  },
};
`;

const COUNTER_CONFIG = `
name = "counter"
main = "index.ts"
compatibility_date = "2026-10-23"
[[durable_objects.bindings]]
name = "COUNTERS"
class_name = "Counter"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["Counter"]
`;

describe("a runtime that watches its sources", () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  /** A Worker that counts its calls and says a word, watched. */
  async function startCounter() {
    const folder = newDataFolder();
    const [config, main] = [join(folder, "wrangler.toml"), join(folder, "index.ts")];
    const write = (first: string) => writeFileSync(main, `${first}\n${COUNTER}`);
    writeFileSync(config, COUNTER_CONFIG);
    write('const word = "first";');
    mkdirSync(join(folder, "state"));
    const port = await freePort();
    const options = { config, port, state: join(folder, "state"), variables: {}, isVerbose: false };
    const child = startRuntime({ ...options, isWatching: true }, {});
    ends.push(() => child.kill("SIGTERM"));
    const told: string[] = [];
    child.on("message", (message: string) => told.push(message));
    const says = async (words: string) => {
      while (!told.some((message) => message.includes(words)))
        await new Promise((resolve) => child.once("message", resolve));
      told.splice(0);
    };
    const call = async (): Promise<string> => {
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}`).catch(() => undefined);
        if (answer) return answer.text();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    return { folder, write, says, call };
  }

  test("goes on with what was written, with the data as it was; with the earlier build while it is broken", async () => {
    const { folder, write, says, call } = await startCounter();
    expect(await call()).toBe("first 1");
    write('const word = "second";');
    await says("built again");
    expect(await call()).toBe("second 2");
    write('import { word } from "./word.ts";');
    await says('Could not resolve "./word.ts"');
    expect(await call()).toBe("second 3");
    writeFileSync(join(folder, "word.ts"), 'export const word: string = "third";');
    await says("built again");
    expect(await call()).toBe("third 4");
  });
});

/** 127.0.0.1, as the kernel writes it. */
const LOOPBACK = "0100007F";

/** Addresses that somebody listens at, with this port. */
function listenersAt(port: number): string[] {
  const rows = ["tcp", "tcp6"].flatMap((kind) => readFileSync(`/proc/net/${kind}`, "utf8").split("\n"));
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return rows
    .map((row) => row.trim().split(/\s+/))
    .flatMap(([, local = "", , state]) =>
      state === "0A" && local.endsWith(end) ? [local.slice(0, -end.length)] : [],
    );
}
