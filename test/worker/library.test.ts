import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Run, SECRET, WORKER_MJS, runFile } from "./doors.ts";
import { FakeService } from "./fake-service.ts";

/** The same program in two languages: a handler does what the task's body asks for. */
const PROGRAMS: Readonly<Record<string, { readonly file: string; readonly text: string }>> = {
  "worker.mjs": {
    file: "library.mjs",
    text: `import { Failure, run } from "./worker.mjs";
const handler = async (task, { signal, progress, log }) => {
  const { ask } = task.input;
  if (ask === "name") throw new Failure("DiskFull", "no room");
  if (ask === "class") throw new TypeError("odd");
  if (ask === "list") return [1];
  if (ask === "block") {
    const end = Date.now() + 8000;
    while (Date.now() < end);
  }
  if (ask === "wait") {
    progress({ done: 3 });
    log("three are done");
    console.log("ready");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    return {};
  }
  const { queue, flow, step, attempt, delivery } = task;
  return { queue, flow, step, attempt, delivery, ask };
};
console.log(JSON.stringify(await run({ queue: "nightly", batch: 2, handler, maxTasks: Number(process.argv[2]), signals: true })));
`,
  },
  "worker.py": {
    file: "library.py",
    text: `import json, sys, time
sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, "../../src/worker"))})
import worker

@worker.task("nightly", step="backup")
def backup(task):
    ask = task.input["ask"]
    if ask == "name":
        raise worker.Failure("DiskFull", "no room")
    if ask == "class":
        raise TypeError("odd")
    if ask == "list":
        return [1]
    if ask == "block":
        end = time.monotonic() + 8
        while time.monotonic() < end:
            pass
    if ask == "wait":
        task.progress({"done": 3})
        print("ready", flush=True)
        while not task.wait(60):
            pass
        return {}
    return {"queue": task.queue, "flow": task.flow, "step": task.step, "attempt": task.attempt, "delivery": task.delivery, "ask": ask}

print(json.dumps(worker.run(batch=2, max_tasks=int(sys.argv[1]))), flush=True)
`,
  },
};

const open: { stop(): void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.stop();
});

describe.each(Object.keys(PROGRAMS))("the library in %s", (name) => {
  const { file, text } = PROGRAMS[name];
  const path = join(dirname(WORKER_MJS), file);
  writeFileSync(path, text);

  async function work(
    tasks: number,
    ...asks: string[]
  ): Promise<{ fake: FakeService; run: Run; tokens: string[] }> {
    const fake = new FakeService({ firstLeaseSeconds: 6 });
    const url = await fake.start();
    const tokens = asks.map((ask) => fake.send({ ask }));
    const run = runFile(path, [String(tasks)], { MILLRACE_URL: url, MILLRACE_KEY: SECRET });
    open.push({ stop: () => (fake.stop(), run.child.kill("SIGKILL")) });
    return { fake, run, tokens };
  }

  test("calls a function for each task and reports what it gives back, or how it failed", async () => {
    const { fake, run, tokens } = await work(4, "output", "name", "class", "list");
    expect(await run.exit).toBe(0);
    expect(tokens.map((token) => fake.reportOf(token))).toEqual([
      expect.objectContaining({
        output: { queue: "nightly", flow: "nightly", step: "backup", attempt: 1, delivery: 1, ask: "output" },
      }),
      expect.objectContaining({ error: "DiskFull", cause: "no room" }),
      expect.objectContaining({ error: "TypeError", cause: expect.stringMatching(/^odd\n/) }),
      expect.objectContaining({ error: "Worker.BadOutput" }),
    ]);
    expect(JSON.parse(run.stdout())).toMatchObject({ done: 1, failed: 3, stopped: 0 });
  });

  test("tells a function that its task is over, and reports nothing then", async () => {
    const { fake, run, tokens } = await work(1, "wait");
    await fake.until(() => fake.progress.length > 0);
    fake.withdraw(tokens[0] ?? "");
    expect(await run.exit).toBe(0);
    expect(fake.progress).toEqual([{ done: 3 }]);
    if (name === "worker.mjs")
      expect(fake.calls.flatMap(({ beats = [] }) => beats.flatMap(({ log }) => log ?? []))).toEqual([
        "three are done\n",
      ]);
    expect(fake.reports).toEqual([]);
  });

  test("keeps the lease of a task whose function gives way to nothing, and those that wait behind it", async () => {
    const { fake, run, tokens } = await work(2, "block", "output");
    expect(await run.exit).toBe(0);
    expect(fake.expired).toBe(0);
    expect(tokens.map((token) => fake.reportOf(token)?.output)).toMatchObject([
      { ask: "block" },
      { ask: "output" },
    ]);
    expect(fake.reports).toHaveLength(2);
  });

  test("says why when the service refuses it", async () => {
    const fake = new FakeService({ fault: () => ({ status: 403, code: "Forbidden" }) });
    const run = runFile(path, ["1"], { MILLRACE_URL: await fake.start(), MILLRACE_KEY: SECRET });
    open.push({ stop: () => fake.stop() });
    expect(await run.exit).not.toBe(0);
    expect(run.stderr()).toContain("Forbidden");
  });
});
