import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT, Service } from "./service.ts";

const EXAMPLES = join(ROOT, "examples");
/** Those without a worker of the kit have tests of their own. */
const NAMES = readdirSync(EXAMPLES).filter(
  (name) =>
    existsSync(join(EXAMPLES, name, "worker.mjs")) &&
    !["kit", "scheduled-workers", "nightly-retry"].includes(name),
);

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.stop());

function read(name: string, file: string): string {
  return readFileSync(join(EXAMPLES, name, file), "utf8");
}

/** Puts in place what an example needs: its flows and the queues that they name. */
async function putInPlace(name: string): Promise<void> {
  for (const file of readdirSync(join(EXAMPLES, name)).filter((one) => one.endsWith(".yaml"))) {
    const definition = read(name, file);
    for (const [, queue] of definition.matchAll(/queues\/([\w-]+)\/messages/g)) {
      await service.call("PUT", `/v1/queues/${queue}`, {});
    }
    const flow = /^flow-(.+)\.yaml$/.exec(file)?.[1] ?? name;
    const { status, body } = await service.call("PUT", `/v1/flows/${flow}`, definition);
    expect([
      status,
      body.diagnostics.filter(({ severity }: { severity: string }) => severity === "error"),
    ]).toEqual([201, []]);
  }
}

describe("the example", () => {
  test.each(NAMES)("%s ends with its expected output", async (name) => {
    await putInPlace(name);
    const env = { ...process.env, MILLRACE_CREDENTIALS: service.credentialsFile };
    const worker = spawn(process.execPath, [join(EXAMPLES, name, "worker.mjs")], { env, stdio: "ignore" });
    try {
      const { body } = await service.call("POST", `/v1/flows/${name}/executions?wait=60`, {
        input: JSON.parse(read(name, "input.json")),
      });
      expect(body).toMatchObject({ status: "Succeeded", output: JSON.parse(read(name, "output.json")) });
      expect(body.output).toEqual(JSON.parse(read(name, "output.json")));
    } finally {
      worker.kill("SIGKILL");
    }
  });

  test("nightly-retry fails at three of forty machines, and goes on without doing any of them twice", async () => {
    const name = "nightly-retry";
    const path = `/v1/flows/${name}/executions/monday`;
    await putInPlace(name);
    const work = (FULL: string) => {
      const env = { ...process.env, MILLRACE_CREDENTIALS: service.credentialsFile, FULL };
      return spawn(process.execPath, [join(EXAMPLES, name, "worker.mjs")], { env, stdio: "ignore" });
    };
    const night = work("m07,m19,m33");
    await service.call("POST", `/v1/flows/${name}/executions`, {
      name: "monday",
      input: JSON.parse(read(name, "input.json")),
    });
    expect(await service.ended(path)).toMatchObject({ status: "Failed", error: "DiskFull" });
    night.kill("SIGKILL");
    const { body: plan } = await service.call("POST", `${path}/redrive`, { dryRun: true });
    expect(plan.counts.iterations + plan.counts.kept).toBe(40);
    const morning = work("");
    try {
      const { status, body } = await service.call("POST", `${path}/redrive`, {});
      expect([status, body.redrives]).toEqual([202, 1]);
      const head = await service.ended(path);
      expect(head).toMatchObject({ status: "Succeeded", redrives: 1 });
      expect(head.output).toEqual(JSON.parse(read(name, "output.json")));
      const { body: done } = await service.call("GET", `${path}/history?type=TaskSucceeded&limit=1000`);
      const paths = done.items.map(({ stepPath }: { stepPath: string }) => stepPath);
      expect(new Set(paths).size).toBe(41);
      expect(paths).toHaveLength(41);
    } finally {
      morning.kill("SIGKILL");
    }
  });

  test.each(readdirSync(EXAMPLES).filter((name) => name !== "kit"))("%s says what it is", (name) => {
    const files = readdirSync(join(EXAMPLES, name));
    expect(files).toEqual(expect.arrayContaining(["README.md", "flow.yaml", "input.json", "output.json"]));
    expect(files).toContainEqual(expect.stringMatching(/^worker\.(mjs|sh)$/));
  });
});
