import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PROGRAMS, startRunner } from "./doors.ts";
import { FakeService } from "./fake-service.ts";

/** The most that it ever had, in KiB. */
function peakOf(pid = 0): number {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

// The first megabyte makes room for all others.
test.each(PROGRAMS)("100 MB of stdout cost %s no more memory than the first of them", async (door) => {
  const fake = new FakeService();
  const url = await fake.start();
  const script = "yes 'a line of some length' | head -c ${1}000000";
  const args = ["nightly", "--no-state", "--quiet-tasks", "--", "sh", "-c", script, "sh", "{$.megabytes}"];
  const { child } = startRunner(door, url, args);
  const peakAfter = async (megabytes: number) => {
    const token = fake.send({ megabytes });
    await fake.until(() => fake.reportOf(token) !== undefined);
    return peakOf(child.pid);
  };
  const few = await peakAfter(2);
  const many = await peakAfter(100);
  child.kill("SIGKILL");
  fake.stop();
  expect(many - few).toBeLessThan(8 * 1024);
});
