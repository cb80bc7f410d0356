import { beforeAll, describe, expect, test } from "vitest";
import { ACTIONS } from "../../src/protocols/fnf/actions.ts";
import { flowOf } from "../support/flows.ts";
import { unique } from "./call.ts";
import { type FnfAnswer, post } from "./fnf-call.ts";

/** Whatever stands in a parameter: a good answer, or a documented refusal. */

const NASTY = [
  "",
  " ",
  "\u0000",
  "\ud800",
  "é".repeat(2000),
  "a".repeat(70_000),
  "../../etc/passwd",
  "__proto__",
  "constructor",
  "-1",
  "1e9",
  "99999999999999999999",
  "NaN",
  "true",
  "null",
  "[]",
  '"text"',
  '{"__proto__": null}',
  `${"[".repeat(5000)}${"]".repeat(5000)}`,
  "' OR 1=1 --",
  "<script>alert(1)</script>",
  "${jndi:ldap://x}",
  "a~1~b",
  "a/b",
  "a:b",
  "a:00000000-0000-0000-0000-000000000000",
  "mr1.a.b.c",
  "acs:mns:::/queues/x",
  "2026-02-31T99:00:00Z",
  "@every 99999999999m",
  "CRON_TZ=Mars/Olympus 0 0 0 * * *",
  "0 0 0 31 2 ?",
];

/** Codes of section 3 of the reference that such requests may meet. */
const DOCUMENTED = new Set([
  undefined,
  // All values of a parameter are tried at the same time.
  "ConcurrentUpdateError",
  "ExecutionAlreadyCompleted",
  "ExecutionAlreadyExists",
  "ExecutionNotExists",
  "FlowAlreadyExists",
  "FlowNotExists",
  "InvalidArgument",
  "MissingRequiredParams",
  "ScheduleAlreadyExists",
  "ScheduleNotExists",
  "TaskAlreadyCompleted",
]);

const FlowName = unique("fuzzed");
const GOOD: Readonly<Record<string, string>> = {
  FlowName,
  Name: FlowName,
  ExecutionName: "run",
  ScheduleName: "s",
  Definition: flowOf("{type: pass, name: p}"),
  Description: "",
  Type: "FDL",
  CronExpression: "@every 5m",
  TaskToken: "mr1.a.b.c",
  Output: "{}",
  Error: "e",
};

beforeAll(async () => {
  await post("CreateFlow", GOOD);
  await post("CreateSchedule", GOOD);
});

function check(what: string, { status, body, headers }: FnfAnswer): void {
  const told = `${what}: ${status} ${body.Code} ${body.Message}`;
  expect(headers.get("content-type"), told).toBe("application/json;charset=utf-8");
  expect(status < 500, told).toBe(true);
  expect(DOCUMENTED.has(body.Code), told).toBe(true);
  expect(body.Code === undefined, told).toBe(status === 200);
  expect(JSON.stringify(body), told).not.toMatch(/\.ts:\d|at async|Broken invariant/);
}

// Deleting what the others are asked about would make them refuse all alike.
const ASKED = ACTIONS.filter(({ name }) => name !== "DeleteFlow");

describe("an action", () => {
  test.each(ASKED.map((action) => [action.name, action] as const))(
    "%s is answered or refused, whatever stands in its parameters",
    async (name, { parameters }) => {
      for (const parameter of Object.keys(parameters)) {
        const answers = NASTY.map((value) => post(name, { ...GOOD, [parameter]: value }));
        for (const [nth, answer] of (await Promise.all(answers)).entries()) {
          check(`${name} ${parameter}=${NASTY[nth]?.slice(0, 40)}`, answer);
        }
      }
    },
  );
});
