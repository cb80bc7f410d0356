import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT, Service } from "./service.ts";

const FOLDER = join(ROOT, "examples/scheduled-workers");
const FLOW = "/v1/flows/demo-schedule-workers";
const WORKERS: readonly [command: string, file: string][] = [
  [process.execPath, "worker.mjs"],
  ["python3", "worker.py"],
];

let service: Service;
const workers: ChildProcess[] = [];

function read(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

function startWorkers(command: string, file: string): void {
  const env = { ...process.env, MILLRACE_CREDENTIALS: service.credentialsFile };
  for (let count = 0; count < 3; count++)
    workers.push(spawn(command, [join(FOLDER, file)], { env, stdio: "ignore" }));
}

function endWorkers(): void {
  for (const worker of workers.splice(0)) worker.kill("SIGKILL");
}

beforeAll(async () => {
  service = await Service.start();
  await service.call("PUT", "/v1/queues/workers", {});
  await service.call("PUT", FLOW, read("flow.yaml"));
});

afterAll(async () => {
  endWorkers();
  await service.stop();
});

describe("the example's workers, each a process of its own,", () => {
  test("can be run here", () => {
    expect(execFileSync("python3", ["--version"], { encoding: "utf8" })).toContain("Python 3");
  });

  test.each(WORKERS)("%s %s do what a schedule starts", async (command, file) => {
    startWorkers(command, file);
    const schedule = `${FLOW}/schedules/${file.replace(".", "-")}`;
    const payload: unknown = JSON.parse(read("input.json"));
    await service.call("PUT", schedule, { cron: "* * * * * *", payload });
    let name: string | undefined;
    while (name === undefined) {
      const { body } = await service.call("GET", `${schedule}/firings?verdict=started`);
      name = body.items.at(-1)?.executionName;
    }
    await service.call("DELETE", schedule);
    const head = await service.ended(`${FLOW}/executions/${name}`);
    expect(head).toMatchObject({ status: "Succeeded", output: JSON.parse(read("output.json")) });
    expect(head.input.payload).toEqual(payload);
    endWorkers();
  });

  test.each(WORKERS)("%s %s go on after the service was killed and came back", async (command, file) => {
    const names = Array.from({ length: 60 }, (_, index) => `worker${index}`);
    const name = `killed-${file.replace(".", "-")}`;
    startWorkers(command, file);
    await service.call("POST", `${FLOW}/executions`, { name, input: { payload: { workers: names } } });
    await service.kill();
    await service.start();
    const head = await service.ended(`${FLOW}/executions/${name}`);
    expect(head.output).toEqual({ results: names.map((worker) => ({ [worker]: "success" })) });
    endWorkers();
  });
});
