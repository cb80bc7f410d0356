/** What becomes of messages while they are held. A file for each program: both wait for most of their time. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { isGroupAlive } from "../../src/worker/process-group.ts";
import { type Run, startRunner } from "./doors.ts";
import { type FakeOptions, FakeService } from "./fake-service.ts";

const running: { kill(): void }[] = [];

afterEach(() => {
  for (const one of running.splice(0)) one.kill();
});

async function service(options: FakeOptions = {}): Promise<{ fake: FakeService; url: string }> {
  const fake = new FakeService(options);
  running.push({ kill: () => fake.stop() });
  return { fake, url: await fake.start() };
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), "millrace-runner-"));
}

/** Says `ready` when it runs, and lasts. */
const LASTS = "echo ready $$; exec sleep 300";
/** Says `ready`, and ends well when the file is there. */
const untilThere = (file: string) => `echo ready; while ! test -e ${file}; do sleep 0.05; done`;

export function testLeases(door: string): void {
  function start(url: string, options: readonly string[], script: string, state?: string): Run {
    const where = state === undefined ? ["--no-state"] : ["--state", state];
    const run = startRunner(door, url, ["nightly", ...where, ...options, "--", "sh", "-c", script]);
    running.push({ kill: () => void run.child.kill("SIGKILL") });
    return run;
  }

  async function pidOf(run: Run): Promise<number> {
    await run.said(/ready \d+/);
    return Number(/ready (\d+)/.exec(run.stdout())?.[1]);
  }

  test("a task of several leases runs once, though somebody else is waiting for it", async () => {
    const { fake, url } = await service({ firstLeaseSeconds: 3, leaseSeconds: 3 });
    const token = fake.send({});
    const run = start(url, ["--once"], "sleep 7");
    expect(await run.exit).toBe(0);
    expect(fake.reportOf(token)).toMatchObject({ output: { exitCode: 0 } });
    expect(fake.expired).toBe(0);
    expect(fake.calls.filter(({ beats = [] }) => beats.length > 0).length).toBeGreaterThan(2);
  });

  test("a short task costs one call besides the one that brings it, and no beat", async () => {
    const { fake, url } = await service();
    fake.send({});
    fake.send({});
    fake.send({});
    const run = start(url, ["--max-tasks", "3"], "exit 0");
    expect(await run.exit).toBe(0);
    const kinds = fake.calls.map(({ reports = [], beats = [], max = 0, bye = false }) => [
      reports.length,
      beats.length,
      max,
      bye,
    ]);
    expect(kinds).toEqual([
      [0, 0, 1, false],
      [1, 0, 1, false],
      [1, 0, 1, false],
      [1, 0, 0, true],
    ]);
  });

  test("what a task tells of its progress goes with a beat", async () => {
    const { fake, url } = await service({ firstLeaseSeconds: 3, leaseSeconds: 3 });
    fake.send({});
    const run = start(
      url,
      ["--once"],
      `echo '{"done": 3}' >> $MILLRACE_PROGRESS; echo later; sleep 2; echo words >> $MILLRACE_PROGRESS; sleep 2`,
    );
    await run.exit;
    expect(fake.progress).toEqual([{ done: 3 }, { text: "words" }]);
  });

  test("what a command wrote last goes with a beat, once, and without secrets", async () => {
    const { fake, url } = await service({ firstLeaseSeconds: 3, leaseSeconds: 3 });
    const token = fake.send({});
    const run = start(url, ["--once"], `echo ${token}; echo one >&2; sleep 3.5; echo two; sleep 1.5`);
    await run.exit;
    const beats = fake.calls.flatMap(({ beats: some = [] }) => some);
    const first = expect.stringMatching(/^mr1\.\*\*\*\none\n$/);
    const logs = beats.flatMap(({ log }) => log ?? []);
    expect(logs).toEqual([first, expect.stringMatching(/one\ntwo\n$/)]);
    expect(beats.length).toBeGreaterThan(logs.length);
  });

  test("to a service that takes no logs a beat goes without", async () => {
    const { fake, url } = await service({ firstLeaseSeconds: 6, leaseSeconds: 6 });
    fake.beatRefusal = ({ log }) =>
      log === undefined ? undefined : { code: "InvalidRequest", detail: 'Unrecognized key: "log"' };
    const token = fake.send({});
    const run = start(url, ["--once"], "echo said; sleep 4");
    expect(await run.exit).toBe(0);
    expect(fake.reportOf(token)).toMatchObject({ output: { exitCode: 0 } });
    expect(fake.expired).toBe(0);
  });

  test("a task that is stopped is ended, and nothing is reported", async () => {
    const { fake, url } = await service({ firstLeaseSeconds: 3 });
    const token = fake.send({});
    const run = start(url, ["--once"], LASTS);
    const pid = await pidOf(run);
    fake.withdraw(token);
    expect(await run.exit).toBe(0);
    expect(run.stderr()).toMatch(/stopped nightly\/backup#1 .*TaskOver/);
    expect(fake.reports).toEqual([]);
    expect(isGroupAlive(pid)).toBe(false);
  });

  test("a step that wants it begins only after a beat was accepted", async () => {
    const { fake, url } = await service();
    fake.send({}, { confirm: true });
    await start(url, ["--once"], "exit 0").exit;
    const kinds = fake.calls.map(({ reports = [], beats = [] }) => [reports.length, beats.length]);
    expect(kinds.slice(0, 3)).toEqual([
      [0, 0],
      [0, 1],
      [1, 0],
    ]);
  });

  test("and never begins when it was refused", async () => {
    const { fake, url } = await service();
    const marker = join(folder(), "began");
    const token = fake.send({}, { confirm: true });
    fake.withdraw(token);
    const run = start(url, ["--once"], `touch ${marker}`);
    await run.exit;
    expect(existsSync(marker)).toBe(false);
    expect(fake.reports).toEqual([]);
  });

  test("a signal lets work finish, and gives back what was not begun", async () => {
    const { fake, url } = await service();
    const file = join(folder(), "go");
    const tokens = [fake.send({}), fake.send({}), fake.send({})];
    const run = start(url, ["--batch", "3"], untilThere(file));
    await run.said(/ready/);
    run.child.kill("SIGTERM");
    await fake.until(() => fake.released.length === 2);
    expect(fake.calls.some(({ bye }) => bye === true)).toBe(true);
    expect(fake.reports).toEqual([]);
    start(url, ["--once", "--wait", "0.1"], `touch ${file}`);
    expect(await run.exit).toBe(0);
    expect(fake.reportOf(tokens[0])).toMatchObject({ output: { exitCode: 0 } });
  });

  test("a second signal ends what runs, and gives it back", async () => {
    const { fake, url } = await service();
    fake.send({});
    const run = start(url, [], LASTS);
    await run.said(/ready/);
    run.child.kill("SIGTERM");
    await run.said(/draining/);
    await fake.until(() => fake.calls.some(({ bye }) => bye === true));
    const again = setInterval(() => run.child.kill("SIGTERM"), 150);
    await fake.until(() => fake.released.length === 1);
    clearInterval(again);
    expect(fake.released).toEqual([{ receipt: expect.any(String) }]);
    expect(await run.exit).toBe(143);
  });

  test("two signals at once are one", async () => {
    const { fake, url } = await service();
    const file = join(folder(), "go");
    const token = fake.send({});
    const run = start(url, [], untilThere(file));
    await run.said(/ready/);
    run.child.kill("SIGINT");
    run.child.kill("SIGINT");
    await fake.until(() => fake.calls.some(({ bye }) => bye === true));
    startRunner(door, url, ["nightly", "--no-state", "--once", "--", "touch", file]);
    fake.send({});
    expect(await run.exit).toBe(0);
    expect(fake.reportOf(token)).toMatchObject({ output: { exitCode: 0 } });
  });

  test("told to drain it finishes what it has and takes no more, keeps in touch, and takes more at once when it may", async () => {
    const { fake, url } = await service({ firstLeaseSeconds: 3, leaseSeconds: 3 });
    const file = join(folder(), "go");
    const first = fake.send({});
    const run = start(url, ["--slots", "2", "--max-tasks", "2"], untilThere(file));
    await run.said(/ready/);
    fake.drain(true);
    await run.said(/draining nightly/);
    const second = fake.send({});
    const before = fake.calls.length;
    // Longer than a lease: what it has it keeps.
    await fake.until(() => fake.extensions >= 4);
    writeFileSync(file, "");
    await fake.until(() => fake.reportOf(first) !== undefined);
    await fake.until(() => fake.calls.at(-1)?.max === 0 && (fake.calls.at(-1)?.reports ?? []).length === 0);
    expect(fake.expired).toBe(0);
    expect(fake.reportOf(second)).toBeUndefined();
    expect(fake.calls.length - before).toBeLessThan(20);
    fake.drain(false);
    expect(await run.exit).toBe(0);
    expect(run.stderr()).toMatch(/resumed nightly/);
    expect(fake.reportOf(second)).toMatchObject({ output: { exitCode: 0 } });
  });

  test("told to drain it still ends when it is told to", async () => {
    const { fake, url } = await service();
    const run = start(url, [], "exit 0");
    await fake.until(() => fake.calls.length > 0);
    fake.drain(true);
    await run.said(/draining nightly/);
    run.child.kill("SIGTERM");
    expect(await run.exit).toBe(0);
  });

  test("a task that is cut short fails when that is asked for, after the grace", async () => {
    const { fake, url } = await service();
    const token = fake.send({});
    const run = start(url, ["--grace", "0.2", "--on-stop", "fail"], LASTS);
    await run.said(/ready/);
    run.child.kill("SIGTERM");
    expect(await run.exit).toBe(143);
    expect(fake.reportOf(token)).toMatchObject({ error: "Worker.Stopped" });
  });

  test.each([
    "cut",
    "html",
    "short",
    { status: 503, headers: { "retry-after": "1" } },
    { status: 429 },
  ] as const)("a report arrives once, though its first calls end with %j", async (fault) => {
    const isReport = (request: { reports?: readonly unknown[] }) => (request.reports ?? []).length > 0;
    let bad = 2;
    const { fake, url } = await service({
      fault: (_, request) => (isReport(request) && bad-- > 0 ? fault : undefined),
    });
    const token = fake.send({});
    const run = start(url, ["--once"], "exit 0");
    expect(await run.exit).toBe(0);
    expect(fake.reports.map((report) => report.token)).toEqual([token]);
    expect(run.stderr()).toMatch(/unreachable nightly[^]*reachable nightly/);
  });

  test("a call that is refused as a whole is sent in parts", async () => {
    const { fake, url } = await service({
      fault: (_, { reports = [] }) =>
        reports.length > 1 ? { status: 413, code: "BodyTooLarge" } : undefined,
    });
    for (let count = 0; count < 8; count++) fake.send({});
    const run = start(url, ["--batch", "8", "--max-tasks", "8"], "exit 0");
    expect(await run.exit).toBe(0);
    expect(fake.reports).toHaveLength(8);
  });

  test.each([
    ["InvalidOutput", "Worker.BadOutput"],
    ["InvalidRequest", "Worker.ReportRefused"],
  ])("a report that is refused with %s is a failure that says so", async (code, error) => {
    const { fake, url } = await service();
    fake.verdictOf = (report) => (report.output === undefined ? undefined : { code, detail: "too odd" });
    const token = fake.send({});
    await start(url, ["--once"], "exit 0").exit;
    expect(fake.reportOf(token)).toMatchObject({ error, cause: "too odd" });
  });

  test("a report with a log goes without it to a service that knows no logs, and so do all after it", async () => {
    const { fake, url } = await service();
    const unknown = { code: "InvalidRequest", detail: 'Unrecognized key: "log"' };
    fake.verdictOf = ({ log }) => (log === undefined ? undefined : unknown);
    const tokens = [fake.send({}), fake.send({}), fake.send({})];
    await start(url, ["--drain"], "echo said").exit;
    expect(fake.reports.map(({ token, output }) => [token, output])).toEqual(
      tokens.map((token) => [token, expect.objectContaining({ exitCode: 0 })]),
    );
    const withLog = fake.calls.flatMap(({ reports = [] }) => reports.filter(({ log }) => log !== undefined));
    expect(withLog).toHaveLength(1);
  });

  test("a report that is refused whatever it says is dropped loudly, its message released", async () => {
    const { fake, url } = await service();
    fake.verdictOf = () => ({ code: "InvalidToken", detail: "no" });
    fake.send({});
    const run = start(url, ["--once"], "exit 0");
    await run.exit;
    expect(run.stderr()).toMatch(/ERROR reportRefused nightly\/backup#1 .*InvalidToken/);
    expect(fake.released).toHaveLength(1);
  });

  test("a report that comes too late is told in the log", async () => {
    const { fake, url } = await service();
    fake.verdictOf = () => ({ code: "TaskAlreadyCompleted", detail: "before" });
    fake.send({});
    const run = start(url, ["--once"], "exit 0");
    expect(await run.exit).toBe(0);
    expect(run.stderr()).toMatch(/WARN reportRefused .*TaskAlreadyCompleted/);
  });

  test.each([
    [401, "Unauthenticated"],
    [403, "Forbidden"],
    [404, "QueueNotExist"],
  ])("a first call that is refused with %i ends it with 3", async (status, code) => {
    const { url } = await service({ fault: () => ({ status, code }) });
    const run = start(url, [], "exit 0");
    expect(await run.exit).toBe(3);
    expect(run.stderr()).toContain(code);
  });

  test("an address where nobody is ends --once with 4", async () => {
    const run = start("http://127.0.0.1:9", ["--once", "--wait", "1"], "exit 0");
    expect(await run.exit).toBe(4);
  });

  test("a runner that was killed is followed by one that ends its commands and gets its tasks back", async () => {
    const { fake, url } = await service();
    const state = folder();
    const token = fake.send({});
    const first = start(url, [], LASTS, state);
    const pid = await pidOf(first);
    first.child.kill("SIGKILL");
    await first.exit;
    expect(isGroupAlive(pid)).toBe(true);
    const second = start(url, ["--once"], "exit 0", state);
    expect(await second.exit).toBe(0);
    expect(isGroupAlive(pid)).toBe(false);
    expect(fake.reports.map((report) => report.token)).toEqual([token]);
    const sessions = fake.calls.map(({ session }) => session);
    expect(fake.calls.find(({ takesOver }) => takesOver !== undefined)?.takesOver).toBe(sessions[0]);
  });

  test("what a killed runner could not report its follower reports", async () => {
    let isAway = true;
    const { fake, url } = await service({
      fault: (_, { reports = [] }) => (isAway && reports.length > 0 ? "cut" : undefined),
    });
    const state = folder();
    const token = fake.send({});
    const first = start(url, [], "echo '{\"a\": 1}' > $MILLRACE_OUTPUT", state);
    // Told again: what could not be told the first time is kept by then.
    await fake.until(() => fake.calls.filter(({ reports = [] }) => reports.length > 0).length > 2);
    first.child.kill("SIGKILL");
    await first.exit;
    isAway = false;
    const second = start(url, ["--once", "--wait", "1"], "exit 9", state);
    await fake.until(() => fake.reports.length > 0);
    expect(fake.reportOf(token)).toMatchObject({ output: { a: 1 } });
    await second.exit;
    expect(readdirSync(state)).not.toContain("reports.ndjson");
  });

  test("a second runner of a name on one machine has a name of its own", async () => {
    const { fake, url } = await service();
    const state = folder();
    const first = start(url, ["--name", "north"], "exit 0", join(state, "north"));
    await fake.until(() => fake.calls.length > 0);
    const second = start(url, ["--name", "north"], "exit 0", join(state, "north"));
    await fake.until(() => fake.calls.length > 1);
    expect(fake.calls.map(({ worker }) => worker)).toEqual(["north", "north-2"]);
    for (const run of [first, second]) run.child.kill("SIGTERM");
    expect([await first.exit, await second.exit]).toEqual([0, 0]);
    expect(readFileSync(join(state, "north-2", "session"), "utf8")).toMatch(/^[\da-f]{16}\n$/);
  });

  test("a queue is worked empty, with all slots and never more than they hold", async () => {
    const { fake, url } = await service();
    for (let count = 0; count < 30; count++) fake.send({});
    const run = start(url, ["--slots", "3", "--batch", "2", "--drain"], "exit 0");
    expect(await run.exit).toBe(0);
    expect(fake.reports).toHaveLength(30);
    expect(fake.heldMost).toBeLessThanOrEqual(6);
  });

  test("a service of today is spoken to in its own words", async () => {
    const { fake, url } = await service({ isOlder: true, firstLeaseSeconds: 15 });
    const token = fake.send({});
    fake.send({}, false);
    const run = start(url, ["--drain"], "exit 0");
    expect(await run.exit).toBe(0);
    expect(fake.reportOf(token)).toMatchObject({ output: { exitCode: 0 } });
    expect(fake.deleted).toHaveLength(1);
  });

  test("and its leases are extended, too", async () => {
    const { fake, url } = await service({ isOlder: true, firstLeaseSeconds: 15, leaseSeconds: 15 });
    fake.send({});
    const run = start(url, ["--once", "--lease", "15"], "sleep 6");
    expect(await run.exit).toBe(0);
    expect(fake.extensions).toBeGreaterThan(0);
    expect(fake.expired).toBe(0);
  });
}
