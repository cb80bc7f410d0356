import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bundle } from "../../src/cli/local/bundle.ts";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { NpmRun, ROOT, Service, freePort, newDataFolder } from "./service.ts";

describe("npm run dev", () => {
  test("says where it is ready, writes credentials that only the owner can read, and keeps state over a stop", async () => {
    const service = await Service.start();
    const credentials = JSON.parse(readFileSync(service.credentialsFile, "utf8")) as Record<string, string>;
    expect(credentials).toEqual({
      url: service.url,
      accessKeyId: "mradmin1",
      accessKeySecret: expect.stringMatching(/^[\w-]{43}$/),
    });
    for (const file of ["credentials.json", "secrets.env", "service.log"]) {
      expect(statSync(join(service.data, file)).mode & 0o777).toBe(0o600);
    }
    await service.call("PUT", "/v1/flows/kept", FAN_OUT);
    await service.stop();

    await service.start();
    expect(JSON.parse(readFileSync(service.credentialsFile, "utf8"))).toEqual(credentials);
    expect(await service.call("GET", "/v1/flows/kept")).toMatchObject({ status: 200, body: { version: 1 } });
    const log = readFileSync(join(service.data, "service.log"), "utf8");
    expect(log).not.toContain(credentials.accessKeySecret);
    await service.stop();
  });

  test("starts anew after only the runner was killed, and lets no second one onto its data", async () => {
    const data = newDataFolder();
    const [port, otherPort] = [await freePort(), await freePort()];
    const first = new NpmRun("dev", "--port", String(port), "--data", data);
    await first.says("ready");
    const second = new NpmRun("dev", "--port", String(otherPort), "--data", data);
    expect(await second.ended()).toBe(2);
    const runner = /in use by a running service \(process (\d+)\)/.exec(second.output)?.[1];
    process.kill(Number(runner), "SIGKILL");
    const third = new NpmRun("dev", "--port", String(port), "--data", data);
    await third.says("ready");
    await first.gone();
    third.signal("SIGTERM");
    await third.gone();
  });

  test("ends when npm alone is told to end", async () => {
    const run = new NpmRun("dev", "--port", String(await freePort()), "--data", newDataFolder());
    await run.says("ready");
    run.process.kill("SIGTERM");
    await run.gone();
  });

  test("says so when its port is in use, or its options are not known", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = String(typeof address === "object" && address ? address.port : 0);
    const refused = new NpmRun("dev", "--port", port, "--data", newDataFolder());
    expect(await refused.ended()).toBe(2);
    expect(refused.output).toContain(`port ${port} is in use`);
    server.close();
    for (const args of [["--prt", "1"], ["--port", "x"], ["--once"]]) {
      const wrong = new NpmRun("dev", ...args);
      expect(await wrong.ended()).toBe(2);
      expect(wrong.output).toContain("--port");
      expect(wrong.output).not.toContain("at ");
    }
  });
});

describe("npm start", () => {
  test("--once runs the commands of three machines on a schedule, shows them, and prints the execution's head last", async () => {
    const run = new NpmRun("start", "--once", "--port", String(await freePort()), "--data", newDataFolder());
    expect(await run.ended()).toBe(0);
    const last = run.output.trimEnd().split("\n").at(-1) ?? "";
    expect(last).toMatch(/^RESULT \{/);
    expect(JSON.parse(last.slice("RESULT ".length))).toMatchObject({
      status: "Succeeded",
      startedBy: "schedule:every-15-seconds",
      output: { results: [{ worker1: "success" }, { worker2: "success" }, { worker3: "success" }] },
    });
    expect(run.output).toMatch(/worker1: backing up\n/);
    expect(run.output).toMatch(
      /worker2: .*failed machines\/run#1 .*Exit\.75[^]*worker2: .*done machines\/run#2 /,
    );
    await run.gone();
  });

  test.each(["SIGINT", "SIGKILL"] as const)("leaves no machine behind when %s ends it", async (signal) => {
    const data = newDataFolder();
    const run = new NpmRun("start", "--port", String(await freePort()), "--data", data);
    await run.says("worker3");
    if (signal === "SIGINT") run.signal(signal);
    else process.kill(parentOf(await holderOf(join(data, "machines", "worker1"))), signal);
    await run.gone();
  });
});

/** The process that has a state folder. */
async function holderOf(folder: string): Promise<number> {
  const lock = join(folder, "lock.1");
  while (!existsSync(lock)) await new Promise((resolve) => setImmediate(resolve));
  return Number(readFileSync(lock, "utf8").split(" ")[0]);
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

describe("npm run deploy -- --dry-run", () => {
  test("builds what would be deployed, which is what runs locally", async () => {
    const run = new NpmRun("deploy", "--dry-run");
    expect(await run.ended()).toBe(0);
    expect(run.output).toContain("--dry-run: exiting now");
    const deployed = readFileSync(join(ROOT, "dist", "index.js"), "utf8");
    const { code } = await bundle(ROOT, join(ROOT, "src", "index.ts"), {});
    expect(deployed.replace(/^\/\/# sourceMappingURL=.*\n/m, ""), "what runs locally").toBe(code);
    for (const binding of ["FLOWS", "EXECUTIONS", "QUEUES", "SCHEDULES", "DIRECTORY", "TRANSPORT"]) {
      expect(run.output).toContain(binding);
    }
  });
});

describe("a fan-out of 5,000", () => {
  test("takes less than 10 MB, and its history's first and last pages do not depend on its size", async () => {
    const service = await Service.start();
    await service.call("PUT", "/v1/queues/workers", {});
    await service.call(
      "PUT",
      "/v1/flows/fan",
      FAN_OUT.replace("iterationMapping:", "concurrency: 1000\n    iterationMapping:"),
    );
    await service.call("POST", "/v1/flows/fan/executions", { name: "run", input: fanOutInput(5000) });
    const work = async () => {
      let reports: object[] = [];
      for (let done = false; !done;) {
        const { body } = await service.call("POST", "/v1/queues/workers/work", {
          reports,
          max: 100,
          waitSeconds: 2,
        });
        done = body.messages.length === 0 && reports.length === 0;
        reports = body.messages.map((message: { body: string; receipt: string }) => {
          const task = JSON.parse(message.body) as { task_token: string; worker_name: string };
          return {
            token: task.task_token,
            receipt: message.receipt,
            output: { [task.worker_name]: "success" },
          };
        });
      }
    };
    await Promise.all([work(), work(), work()]);
    const path = "/v1/flows/fan/executions/run";
    const head = await service.ended(path);
    expect(head).toMatchObject({ status: "Succeeded", counts: { events: 1 + 2 + 5000 * 10 + 2 + 1 } });
    expect(head.output.results).toHaveLength(5000);
    const first = await service.call("GET", `${path}/history?limit=10`);
    const last = await service.call("GET", `${path}/history?limit=10&after=${head.counts.events - 10}`);
    expect(first.body.items[0]).toMatchObject({ eventId: 1, type: "ExecutionStarted" });
    expect(last.body.items.at(-1)).toMatchObject({ eventId: head.counts.events, type: "ExecutionSucceeded" });
    await service.stop();
    expect(largestDatabase(join(service.data, "state", "v3", "do", "millrace-ExecutionObject"))).toBeLessThan(
      10_000_000,
    );
  });
});

/** Bytes of the largest object's database, its write-ahead log left out: that is only how SQLite writes. */
function largestDatabase(folder: string): number {
  const sizes = readdirSync(folder).filter((file) => file.endsWith(".sqlite") && file !== "metadata.sqlite");
  return Math.max(...sizes.map((file) => statSync(join(folder, file)).size));
}
