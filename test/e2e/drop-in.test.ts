import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { credentialsOf } from "./mns-client.ts";
import { ROOT, Service } from "./service.ts";

const FOLDER = join(ROOT, "examples/alibaba-drop-in");
const STAND_INS = join(ROOT, "test/support/python-sdks");

let service: Service;
beforeAll(async () => {
  service = await Service.start();
  // Short, since the worker that is killed after the first test leaves a poll behind.
  await service.call("PUT", "/v1/queues/workers", { leaseSeconds: 3 });
  const { status } = await service.call("PUT", "/v1/flows/demo", read("flow.yaml"));
  expect(status).toBe(201);
});
afterAll(() => service.stop());

function read(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

/** The Python worker of the example, with stand-ins for the vendor's SDKs. */
function startWorker(source: string, folders: readonly string[], url: string): ChildProcess {
  const { accessKeyId, accessKeySecret } = credentialsOf(service);
  const env = {
    ...process.env,
    PYTHONPATH: [STAND_INS, ...folders].join(delimiter),
    PYTHONDONTWRITEBYTECODE: "1",
    REGION: "cn-shanghai",
    ACCOUNT_ID: "1234567890",
    AK_ID: accessKeyId,
    AK_SECRET: accessKeySecret,
    MILLRACE_URL: url,
  };
  return spawn("python3", ["-c", source], { env, stdio: ["ignore", "ignore", "inherit"] });
}

async function run() {
  const { body } = await service.call("POST", "/v1/flows/demo/executions?wait=60", {
    input: JSON.parse(read("input.json")),
  });
  return body;
}

/** What the workers answered; it stays inside the foreach, as in the tutorial. */
async function outputsOf(name: string): Promise<unknown[]> {
  const path = `/v1/flows/demo/executions/${name}/steps`;
  const steps = [0, 1, 2].map((index) =>
    service.call("GET", `${path}?parent=${encodeURIComponent(`workersForeach[${index}]`)}`),
  );
  return (await Promise.all(steps)).map(({ body }) => body.items[0].output);
}

describe("the Python worker", () => {
  const added = read("worker.py")
    .split("\n")
    .filter((line) => line.endsWith("# added"));

  test("has two lines more than it would have for the vendor's service", () => {
    expect(added).toHaveLength(2);
    for (const line of added) expect(line).toContain('os.environ["MILLRACE_URL"]');
  });

  test.each([
    ["as it is", read("worker.py"), []],
    [
      "without these lines, by sitecustomize",
      added.reduce((source, line) => source.replace(`${line}\n`, ""), read("worker.py")),
      [FOLDER],
    ],
  ])("does the flow's tasks, %s", async (_, source, folders) => {
    const worker = startWorker(source, folders, service.url);
    try {
      const execution = await run();
      expect(execution).toMatchObject({ status: "Succeeded", output: {} });
      expect(await outputsOf(execution.name)).toEqual([1, 2, 3].map((n) => ({ [`worker${n}`]: "success" })));
    } finally {
      worker.kill("SIGKILL");
    }
  });
});
