import { beforeEach, describe, expect, test } from "vitest";
import { ReportLines } from "../../../src/core/queue/report-lines.ts";
import {
  REPORTS_CALL_BYTES,
  REPORTS_PER_CALL,
  REPORTS_UNDER_WAY_BYTES,
} from "../../../src/core/report-limits.ts";

const KIB = 1024;

let lines: ReportLines<string, string>;
/** What callers were told, in order of the telling. */
let told: string[];

beforeEach(() => {
  lines = new ReportLines();
  told = [];
});

/** A caller reports, with so many bytes. */
function report(execution: string, reports: string | string[], bytes = 100) {
  const own = [reports].flat();
  return lines.add(execution, {
    reports: own,
    bytes,
    tell: (verdicts) => told.push(...verdicts.map((verdict, nth) => `${own[nth]} ${verdict}`)),
  });
}

function call(execution: string) {
  const next = lines.next(execution);
  if (!next) throw new Error(`nothing waits for ${execution}`);
  return next;
}

const reportsOf = (execution: string) => call(execution).parcels.flatMap(({ reports }) => reports);

describe("reports on their way to their execution", () => {
  test("share a call with all that came while another one was under way", () => {
    expect(report("e", "a")).toBe("first");
    const first = call("e");
    expect([report("e", "b"), report("e", ["c", "d"]), report("e", "e")]).toEqual([
      "waits",
      "waits",
      "waits",
    ]);
    lines.answered(first, ["ok"]);
    const second = call("e");
    expect(second.parcels.flatMap(({ reports }) => reports)).toEqual(["b", "c", "d", "e"]);
    lines.answered(second, ["1", "2", "3", "4"]);
    expect(told).toEqual(["a ok", "b 1", "c 2", "d 3", "e 4"]);
    expect(lines.next("e")).toBeUndefined();
    expect(report("e", "f")).toBe("first");
  });

  test("wait for no other execution", () => {
    report("slow", "a");
    call("slow");
    expect(report("quick", "b")).toBe("first");
    expect(reportsOf("quick")).toEqual(["b"]);
  });

  test(`go in calls of ${REPORTS_PER_CALL} at most, those of one caller together`, () => {
    for (let caller = 0; caller < 11; caller++)
      report(
        "e",
        Array.from({ length: 99 }, (_, nth) => `${caller}.${nth}`),
      );
    report("e", "last");
    expect(call("e").parcels).toHaveLength(10);
    expect(reportsOf("e")).toHaveLength(100);
    expect(lines.next("e")).toBeUndefined();
  });

  test("go in calls of so many bytes at most, and what is larger alone goes alone", () => {
    report("e", "a", REPORTS_CALL_BYTES + 1);
    report("e", "b", REPORTS_CALL_BYTES - KIB);
    report("e", "c", KIB);
    report("e", "d", 1);
    expect([reportsOf("e"), reportsOf("e"), reportsOf("e")]).toEqual([["a"], ["b", "c"], ["d"]]);
  });
});

describe("workers that were answered together", () => {
  test("are waited for, until all of them are back", () => {
    report("e", "a");
    const first = call("e");
    report("e", "b");
    report("e", "c");
    lines.answered(first, ["ok"]);
    expect(lines.expectsMore("e")).toBe(true);
    report("e", "a again");
    expect(lines.expectsMore("e")).toBe(false);
    const second = call("e");
    expect(second.parcels).toHaveLength(3);
    lines.answered(second, ["1", "2", "3"]);
    expect(lines.expectsMore("e")).toBe(true);
    for (const name of ["a", "b", "c"]) report("e", name);
    expect(lines.expectsMore("e")).toBe(false);
  });

  test("are not waited for any more when they did not come back", () => {
    report("e", ["a", "b"]);
    const first = call("e");
    report("e", "c");
    lines.answered(first, ["1", "2"]);
    const second = call("e");
    lines.answered(second, ["3"]);
    expect(lines.expectsMore("e")).toBe(false);
    expect(lines.next("e")).toBeUndefined();
    expect(report("e", "d")).toBe("first");
  });

  test("are not waited for where the next call is full without them", () => {
    report("e", "a");
    const first = call("e");
    report("e", "b", REPORTS_CALL_BYTES);
    report("e", "c");
    lines.answered(first, ["ok"]);
    expect(lines.expectsMore("e")).toBe(false);
    expect([reportsOf("e"), reportsOf("e")]).toEqual([["b"], ["c"]]);
  });

  test("are nobody where a worker reports alone, however much", () => {
    report("e", ["a", "b", "c"]);
    lines.answered(call("e"), ["1", "2", "3"]);
    expect(lines.expectsMore("e")).toBe(false);
  });
});

describe("an execution that is silent", () => {
  test("costs its callers and those who wait for it the same verdict; the next one tries anew", () => {
    report("e", ["a", "b"]);
    const silent = call("e");
    report("e", "c");
    lines.givenUp(silent, "busy");
    expect(told).toEqual(["a busy", "b busy", "c busy"]);
    expect(report("e", "d")).toBe("first");
    expect(reportsOf("e")).toEqual(["d"]);
    // It came to an end after all: nobody is told a second time, and the call that is under way now is another one.
    lines.over(silent);
    expect(told).toHaveLength(3);
    expect(report("e", "f")).toBe("waits");
  });
});

describe("memory for reports on their way", () => {
  const fill = (execution: string) => {
    const parts = 64;
    for (let part = 0; part < parts; part++) report(execution, `${part}`, REPORTS_UNDER_WAY_BYTES / parts);
  };

  test("has room for so many bytes; what does not fit is not taken, until some were answered", () => {
    fill("e");
    expect([report("e", "more", 1), report("other", "more", 1)]).toEqual(["full", "full"]);
    const first = call("e");
    expect(report("other", "more", 1)).toBe("full");
    lines.answered(first, []);
    expect(report("other", "more", 1)).toBe("first");
  });

  test("is kept for a call that was given up until it is over, but not for those who waited for it", () => {
    fill("e");
    const silent = call("e");
    const under = silent.parcels.reduce((sum, { bytes }) => sum + bytes, 0);
    lines.givenUp(silent, "busy");
    expect(report("other", "all", REPORTS_UNDER_WAY_BYTES - under + 1)).toBe("full");
    expect(report("other", "all", REPORTS_UNDER_WAY_BYTES - under)).toBe("first");
    lines.over(silent);
    expect(report("third", "x", under)).toBe("first");
  });
});
