import { expect, test } from "vitest";
import { Trace } from "../support/platform/trace.ts";

const OBJECT = "SCHEDULES:shard-7";
const SECOND = 1000;

/** As seed 7178 had it once: the alarm of 0:60 rings at 0:42 of a clock that went back by 18 s. */
function traceOfLoss(diesAfterwards: boolean): Trace {
  const trace = new Trace();
  const woken = (at: number) =>
    trace.note({ what: "woken", object: OBJECT, from: at * SECOND, to: at * SECOND });
  woken(0);
  trace.note({ what: "clock jumped", at: 34 * SECOND, to: 16 * SECOND });
  trace.note({ what: "alarm lost", object: OBJECT, at: 42 * SECOND, to: 60 * SECOND });
  if (diesAfterwards) trace.note({ what: "object died", object: OBJECT, at: 50 * SECOND });
  woken(55);
  woken(175);
  return trace;
}

test("an object relies on an alarm that was lost before its time, until that has come", () => {
  const causes = traceOfLoss(false).causesOfMissing(OBJECT, 60 * SECOND, 175 * SECOND);
  expect(causes).toEqual(["clock jumped", "alarm lost"]);
});

test("one that died since relies on nothing: what it missed after that has another cause, or none", () => {
  expect(traceOfLoss(true).causesOfMissing(OBJECT, 60 * SECOND, 175 * SECOND)).toEqual([]);
});
