import { describe, expect, test } from "vitest";
import type { Case } from "./cases/case.ts";
import { ENDINGS } from "./cases/endings.ts";
import { INPUTS } from "./cases/inputs.ts";
import { STREAMS } from "./cases/streams.ts";
import { DOORS, SECRET, startRunner } from "./doors.ts";
import { FakeService } from "./fake-service.ts";

const QUEUE = "nightly";

const CASES = [...INPUTS, ...ENDINGS, ...STREAMS];
/** Behind it is the module of `worker.mjs`, so that some will do. */
const SOME = CASES.filter((_, at) => at % 4 === 0);

// What is not ended here would last for minutes, and the test would fail.
describe.each(Object.keys(DOORS))("%s", (door) => {
  test.concurrent.each(door === "millrace work" ? SOME : CASES)("$name", (one) => holds(door, one));
});

async function holds(door: string, { body = {}, task = {}, options = [], env = {}, run, ...wanted }: Case) {
  const service = new FakeService();
  const url = await service.start();
  const token = service.send(body, task);
  const command = typeof run === "string" ? ["sh", "-c", run] : run;
  const runner = startRunner(door, url, [QUEUE, "--once", "--no-state", ...options, "--", ...command], env);
  const status = await runner.exit;
  service.stop();
  const [report] = service.reports;
  const said = { status, stdout: runner.stdout(), stderr: runner.stderr() };
  expect({ ...said, report: withoutToken(report) }).toMatchObject({ report: expectedReport(wanted) });
  if (report) expect(report.token).toBe(token);
  if (wanted.released) expect(service.released).toEqual([expect.objectContaining(wanted.released)]);
  if (wanted.buried)
    expect(service.buried).toEqual([
      { receipt: expect.any(String), reason: expect.stringMatching(wanted.buried) },
    ]);
  if (wanted.isDeleted) expect(service.deleted).toHaveLength(1);
  if (wanted.stdout) expect(said.stdout).toMatch(wanted.stdout);
  if (wanted.stderr) expect(said.stderr).toMatch(wanted.stderr);
  if (wanted.silent) expect(said.stdout + said.stderr).not.toMatch(wanted.silent);
  expect(status).toBe(
    wanted.report?.error !== undefined || wanted.buried || (wanted.released && !wanted.released.delaySeconds)
      ? 1
      : 0,
  );
  expect(JSON.stringify([said, service.calls.map(({ reports: _, ...call }) => call)])).not.toContain(SECRET);
}

function withoutToken(report: FakeService["reports"][number] | undefined) {
  if (!report) return undefined;
  const { output, error, cause, log } = report;
  return { output, error, cause, log };
}

function expectedReport({ report }: Partial<Case>) {
  if (!report) return undefined;
  const { cause, log, ...rest } = report;
  return {
    ...rest,
    ...(cause && { cause: expect.stringMatching(cause) }),
    ...(log && { log: expect.stringMatching(log) }),
  };
}
