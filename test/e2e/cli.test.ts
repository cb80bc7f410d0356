import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flowOf, taskStep } from "../support/flows.ts";
import { ROOT, Service, freePort } from "./service.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "millrace-cli-"));
const COMMAND = join(ROOT, "src/cli/millrace.mjs");

let service: Service;

beforeAll(async () => {
  service = await Service.start();
  writeFileSync(
    join(FOLDER, "pass.yaml"),
    flowOf("{type: pass, name: p, outputMappings: [{target: seen, source: $input.x}]}"),
  );
  writeFileSync(join(FOLDER, "fail.yaml"), flowOf("{type: fail, name: f, error: Broken, cause: as wished}"));
  writeFileSync(join(FOLDER, "long.yaml"), flowOf("{type: wait, name: w, duration: 3600}"));
  writeFileSync(join(FOLDER, "wrong.yaml"), flowOf("{type: nap, name: n}"));
});

afterAll(() => service.stop());

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, MILLRACE_CREDENTIALS: service.credentialsFile, ...more };
}

/** As a script calls it: in another folder, without a terminal. */
function millrace(args: readonly string[], { env = environment(), input = "" } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], {
    cwd: FOLDER,
    env,
    input,
    encoding: "utf8",
  });
  expect(stdout + stderr).not.toContain("\u001B[");
  return { status, stdout, stderr };
}

describe("the command line, without a terminal,", () => {
  test("stores flows, runs them, and ends as they end", () => {
    expect(millrace(["flow", "put", "pass", "pass.yaml"])).toMatchObject({
      status: 0,
      stdout: "flow pass: version 1\n",
    });
    expect(
      millrace(["flow", "put", "fail", "-"], { input: readFileSync(join(FOLDER, "fail.yaml"), "utf8") })
        .status,
    ).toBe(0);
    const good = millrace([
      "run",
      "pass",
      "--input",
      '{"x": 5}',
      "--name",
      "one",
      "--label",
      "team=night",
      "--json",
    ]);
    expect(good).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(good.stdout)).toMatchObject({ name: "one", status: "Succeeded", output: { seen: 5 } });
    const bad = millrace(["run", "fail", "--input", "-"], { input: "{}" });
    expect(bad).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/Failed in .*\nBroken: as wished\n$/),
    });
    const listed = millrace(["executions", "pass"]);
    expect(listed.stdout).toMatch(/^NAME +STATUS +STARTED +TOOK +BY\none +Succeeded /);
    for (const label of ["team=night", "team:night"])
      expect(millrace(["executions", "--label", label]).stdout).toContain("one");
    expect(millrace(["executions", "--label", "team=day=x"]).stdout).toBe("no executions like this\n");
  });

  test("changes what is given and keeps the rest, says what changed, and drops the rest when asked to", () => {
    millrace(["flow", "put", "kept", "pass.yaml", "--description", "in words"]);
    const again = millrace(["flow", "put", "kept", "pass.yaml"]);
    expect(again).toMatchObject({ stdout: "flow kept: version 1\n", stderr: "nothing was changed\n" });
    expect(millrace(["flow", "put", "kept", "--retention-days", "7"]).stderr).toBe(
      "changed retentionDays: 30 -> 7\n",
    );
    expect(millrace(["flow", "put", "nobody", "--retention-days", "7"])).toMatchObject({ status: 2 });
    const put = (...more: string[]) => millrace(["schedule", "put", "kept", "nightly", ...more, "--json"]);
    const zone = ["--time-zone", "Asia/Shanghai"];
    expect(put(...zone)).toMatchObject({ status: 2, stderr: expect.stringContaining("--cron") });
    put(
      "--cron",
      "@daily",
      ...zone,
      "--payload",
      '{"a": 1}',
      "--catch-up-mode",
      "all",
      "--catch-up-max",
      "2",
    );
    expect(JSON.parse(put("--cron", "0 3 * * *", "--catch-up-max", "9").stdout)).toMatchObject({
      cron: "0 3 * * *",
      timeZone: "Asia/Shanghai",
      payload: { a: 1 },
      catchUp: { mode: "all", max: 9 },
    });
    const changed = millrace(["schedule", "put", "kept", "nightly", "--unset", "payload"]);
    expect(changed.stderr).toContain('changed payload: {"a":1} -> (default)');
    expect(JSON.parse(put("--cron", "@daily", "--replace").stdout)).not.toHaveProperty("timeZone");
    const queue = (...more: string[]) => millrace(["queue", "put", "kept", ...more]).stderr;
    expect([queue("--lease-seconds", "9"), queue("--max-deliveries", "2"), queue("--replace")]).toEqual([
      "",
      "changed maxDeliveries: (default) -> 2\n",
      "changed leaseSeconds: 9 -> 30\nchanged maxDeliveries: 2 -> (default)\n",
    ]);
  });

  test("reports tasks without a key, and with a token that is no argument", () => {
    millrace(["queue", "put", "jobs"]);
    writeFileSync(
      join(FOLDER, "task.yaml"),
      flowOf(
        "{type: task, name: t, resourceArn: 'acs:mns:::/queues/jobs/messages', pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}",
      ),
    );
    millrace(["flow", "put", "task", "task.yaml"]);
    millrace(["run", "task", "--name", "one", "--detach"]);
    const received = millrace(["queue", "receive", "jobs", "--wait-seconds", "20", "--json"]);
    const { messages } = JSON.parse(received.stdout) as { messages: { body: string; receipt: string }[] };
    const { token } = JSON.parse(messages[0]?.body ?? "{}") as { token: string };
    const keyless = environment({ MILLRACE_CREDENTIALS: undefined, MILLRACE_URL: service.url });
    const beat = { env: { ...keyless, MILLRACE_TASK_TOKEN: token } };
    expect(millrace(["task", "heartbeat", "--progress", '{"done": 1}'], beat).status).toBe(0);
    expect(millrace(["task", "succeed", "--output", "{}"], { env: keyless })).toMatchObject({ status: 2 });
    const done = ["task", "succeed", "--output", '{"y": 6}', "--token-file", "-"];
    expect(millrace(done, { env: keyless, input: `${token}\n` }).status).toBe(0);
    const late = millrace(done, { env: keyless, input: token });
    expect([late.status, late.stdout + late.stderr]).toEqual([3, expect.not.stringContaining(token)]);
    const receipt = messages[0]?.receipt ?? "";
    expect(millrace(["queue", "delete-messages", "jobs", receipt, "none"])).toMatchObject({
      status: 3,
      stdout: expect.stringContaining(`${receipt}: deleted\nnone: InvalidReceipt`),
    });
    expect(JSON.parse(millrace(["run", "task", "--name", "one", "--json"]).stderr)).toMatchObject({
      code: "ExecutionAlreadyExists",
    });
  });

  test("makes topics, subscribes queues to them and publishes; previews what is not stored; shows counters", () => {
    millrace(["queue", "put", "mail"]);
    millrace(["topic", "put", "news"]);
    millrace(["topic", "subscribe", "news", "room", "--queue", "mail", "--format", "simplified"]);
    const subscribed = millrace(["topic", "subscribe", "news", "room", "--filter-tag", "a"]);
    expect([subscribed.stdout, subscribed.stderr]).toEqual([
      expect.stringMatching(/format +simplified/),
      'changed filterTag: (default) -> "a"\n',
    ]);
    expect(millrace(["topic", "publish", "news", "-", "--tag", "a"], { input: "hello" }).status).toBe(0);
    expect(millrace(["queue", "receive", "mail", "--wait-seconds", "20"]).stdout).toContain("hello");
    const preview = ["schedule", "preview", "--cron", "30 2 * * *", "--time-zone", "Asia/Shanghai"];
    expect(millrace([...preview, "--count", "1"]).stdout).toContain("+08:00");
    expect(millrace(["metrics"]).stdout).toMatch(/^millrace_worker_requests_total/m);
    expect(millrace(["health", "--json"]).stdout).toContain('"ok"');
  });

  test("says what is wrong with a definition, with file, line and column", () => {
    expect(millrace(["flow", "validate", "wrong.yaml"])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^wrong\.yaml:\d+:\d+: error UnknownStepType: /),
    });
    const refused = millrace(["flow", "put", "wrong", "wrong.yaml", "--json"]);
    expect(refused).toMatchObject({ status: 3, stdout: "" });
    expect(JSON.parse(refused.stderr)).toMatchObject({ code: "InvalidDefinition", status: 422 });
  });

  test("ends with a status that tells a script what went wrong", async () => {
    const away = environment({
      MILLRACE_CREDENTIALS: undefined,
      MILLRACE_KEY: "a.b",
      MILLRACE_URL: `http://127.0.0.1:${await freePort()}`,
    });
    expect(millrace(["flow", "lst"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Did you mean list?"),
    });
    expect(millrace(["show", "pass", "nobody"])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("ExecutionNotExists"),
    });
    expect(millrace(["flow", "list"], { env: away })).toMatchObject({
      status: 4,
      stderr: expect.stringContaining("npm run dev"),
    });
    const json = millrace(["flow", "list", "--json"], { env: away });
    expect(JSON.parse(json.stderr)).toMatchObject({ code: "Unreachable" });
    expect(millrace(["run", "--help"])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("Examples:"),
    });
  });

  test("sends and receives, and keeps a secret in a file of the owner's alone", () => {
    expect(millrace(["queue", "put", "letters", "--lease-seconds", "60"]).status).toBe(0);
    const sent = millrace(["queue", "send", "letters", "--lines"], { input: "one\ntwo\n" });
    expect(sent.stdout).toBe("sent 2 to letters\n");
    const file = join(FOLDER, "worker.json");
    const made = millrace(["keys", "create", "--role", "worker", "--queues", "letters", "--save", file]);
    const { accessKeySecret } = JSON.parse(readFileSync(file, "utf8")) as { accessKeySecret: string };
    expect(made.stdout + made.stderr).not.toContain(accessKeySecret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = ["keys", "create", "--role", "viewer", "--save"];
    const keys = () =>
      (JSON.parse(millrace(["keys", "list", "--json"]).stdout) as { items: unknown[] }).items;
    const before = keys();
    for (const taken of [file, join(FOLDER, "nowhere", "key.json")]) {
      const refused = millrace([...again, taken]);
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining(taken)]);
    }
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ accessKeySecret });
    expect(keys()).toEqual(before);
    const received = millrace([
      "queue",
      "receive",
      "letters",
      "--max",
      "5",
      "--delete",
      "--json",
      "--credentials",
      file,
    ]);
    const { messages } = JSON.parse(received.stdout) as { messages: { body: string }[] };
    expect(messages.map(({ body }) => body)).toEqual(["one", "two"]);
    expect(millrace(["queue", "list", "--credentials", file])).toMatchObject({
      status: 3,
      stderr: expect.stringContaining("Forbidden"),
    });
  });
});

test.skipIf(!existsSync("/dev/full"))(
  "an answer that cannot be written is told of without a stack trace",
  () => {
    const full = openSync("/dev/full", "w");
    const stdio = ["ignore", full, "pipe"] as const;
    const { status, stderr } = spawnSync(process.execPath, [COMMAND, "flow", "list", "--json"], {
      cwd: FOLDER,
      env: environment(),
      stdio: [...stdio],
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^the answer cannot be written: .*\n$/)]);
  },
);

test("--logs tells what a command writes while it runs, line by line, past the result", async () => {
  await service.call("PUT", "/v1/queues/work", {});
  writeFileSync(join(FOLDER, "task.yaml"), flowOf(taskStep("job")));
  expect(millrace(["flow", "put", "said", "task.yaml"]).status).toBe(0);
  const script = "echo one; while ! test -e go; do sleep 0.1; done; echo two >&2";
  const place = { cwd: FOLDER, env: environment() };
  const work = [COMMAND, "work", "work", "--once", "--no-state", "--", "sh", "-c", script];
  const worker = spawn(process.execPath, work, { ...place, stdio: "ignore" });
  const workerEnd = once(worker, "exit");
  const watching = spawn(process.execPath, [COMMAND, "run", "said", "--name", "first", "--logs"], place);
  let said = "";
  watching.stderr.on("data", (data) => {
    said += String(data);
    if (said.includes("one")) writeFileSync(join(FOLDER, "go"), "");
  });
  expect(await once(watching, "exit")).toEqual([0, null]);
  expect(said).toBe("said/first started\njob#1: one\njob#1: two\n");
  const { stdout, stderr } = millrace(["watch", "said", "first", "--logs", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ status: "Succeeded" });
  expect(stderr).toBe("job#1: one\njob#1: two\n");
  await workerEnd;
});

test("Ctrl-C leaves an execution running that is watched, and says how to look again", async () => {
  await service.call("PUT", "/v1/flows/long", readFileSync(join(FOLDER, "long.yaml"), "utf8"));
  const watching = spawn(process.execPath, [COMMAND, "run", "long", "--name", "one"], {
    cwd: FOLDER,
    env: environment(),
  });
  let said = "";
  const started = new Promise<void>((resolve) => {
    watching.stderr.on("data", (data) => {
      said += String(data);
      if (said.includes("started")) resolve();
    });
  });
  await started;
  watching.kill("SIGINT");
  const [status] = (await once(watching, "exit")) as [number];
  expect(status).toBe(130);
  expect(said).toContain("npx millrace watch long one");
  expect(await service.call("GET", "/v1/flows/long/executions/one")).toMatchObject({
    body: { status: "Running" },
  });
});
