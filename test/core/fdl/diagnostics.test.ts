import { describe, expect, test } from "vitest";
import { ARN, BODY, CASES, HEAD, PASS, http } from "./diagnostic-cases.ts";
import { QUEUE_NAME_CASES } from "./queue-name-cases.ts";
import { WORKER_LIST_CASES } from "./worker-list-cases.ts";
import { compileDefinition, loadDefinition } from "../../../src/core/fdl/compile.ts";
import { DIAGNOSTICS } from "../../../src/core/fdl/diagnostic.ts";
import {
  DEFINITION_EXPANDED_SIZE,
  DIAGNOSTICS_MAX,
  STEP_NESTING_MAX,
  YAML_ALIASES_MAX,
} from "../../../src/core/limits.ts";

function manyLines(line: (n: number) => string): string {
  return Array.from({ length: 1_000_000 / (line(10_000).length + 1) }, (_, n) => `${line(n)}\n`).join("");
}

function strayJump(n: number): string {
  return `  - {type: task, name: a${n}, resourceArn: ${ARN}, ${BODY}, catch: [{errors: [E], goto: b${n}}]}`;
}

/** The text without its marks, and where they stood, as line:column. */
function readMarks(marked: string): { text: string; marks: string[] } {
  const marks: string[] = [];
  let text = "";
  for (const character of marked) {
    if (character !== "▸") text += character;
    else marks.push(`${text.split("\n").length}:${text.length - text.lastIndexOf("\n")}`);
  }
  return { text, marks };
}

describe("a definition with", () => {
  test.each([...CASES, ...QUEUE_NAME_CASES, ...WORKER_LIST_CASES])("%s", (_, marked, ...expected) => {
    const { text, marks } = readMarks(marked);
    const { diagnostics, flow } = compileDefinition(text);
    const found = diagnostics.map(({ code, line, column, path }) => `${line}:${column} ${code} ${path}`);
    expect(found.toSorted()).toEqual(expected.map((one, nth) => `${marks[nth]} ${one}`).toSorted());
    const severities = diagnostics.map(({ severity }) => severity);
    expect(flow === undefined).toBe(severities.includes("error"));
  });

  test("several mistakes names all of them at once, in the order of the text", () => {
    const text = `${HEAD}  - {type: nap, name: a}\n  - {type: pass, nme: b}\n  - {type: pass, name: c, x: 1}\nextra: 1\n`;
    const { diagnostics } = compileDefinition(text);
    expect(diagnostics.map(({ code, line }) => `${code} ${line}`)).toEqual([
      "UnknownStepType 4",
      "MissingKey 5",
      "UnknownKey 5",
      "UnknownKey 6",
      "UnknownKey 7",
    ]);
  });

  test("a mistyped word proposes the right one", () => {
    const { diagnostics } = compileDefinition(`${HEAD}  - {type: forech, name: a}\n`);
    expect(diagnostics[0]?.message).toContain('did you mean "foreach"?');
  });

  test("a password in an address does not repeat it", () => {
    const text = `${HEAD}  - {type: task, name: t, resourceArn: "https://me:hunter2@example.com/x"}\n`;
    const [found] = compileDefinition(text).diagnostics;
    expect(found?.message).toContain("serviceParams.Headers");
    expect(found?.message).not.toContain("hunter2");
  });

  test.each([
    ["brackets that never end", "[".repeat(200_000)],
    ["flow maps that never end", "{a: ".repeat(100_000)],
    [
      "aliases that multiply",
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    ],
    ["more than fits", "x".repeat(2 ** 20 + 1)],
    ["a megabyte of commas", `[${",".repeat(2 ** 20 - 2)}`],
    ["a megabyte of escapes", `"${"\\x".repeat(2 ** 19 - 2)}`],
    ["a megabyte of lists", "[]".repeat(2 ** 19)],
    ["a megabyte of exclamation", "!".repeat(2 ** 20)],
    // Each takes the square of its length, and so minutes, when it is looked at pair by pair.
    ["thousands of unknown keys", HEAD + PASS + manyLines((n) => `key${n}: 1`)],
    ["thousands of jumps to nowhere", HEAD + manyLines((n) => strayJump(n))],
  ])("%s is refused, not obeyed", (_, text) => {
    const { diagnostics } = compileDefinition(text);
    expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
    expect(JSON.stringify(diagnostics).length).toBeLessThan(100_000);
  });

  test("steps in steps in steps end at a limit that says so", () => {
    const wrap = (depth: number): object =>
      depth === 0
        ? { type: "pass", name: "p" }
        : {
            type: "foreach",
            name: `f${depth}`,
            iterationMapping: { collection: "$.a", item: "i" },
            outputMappings: [],
            steps: [wrap(depth - 1)],
          };
    const codes = (depth: number) =>
      compileDefinition(JSON.stringify({ version: "v1", type: "flow", steps: [wrap(depth)] })).diagnostics;
    expect(codes(STEP_NESTING_MAX - 1)).toEqual([]);
    expect(codes(STEP_NESTING_MAX)).toMatchObject([{ code: "TooDeep", severity: "error" }]);
  });

  test("a name that is not the flow's says so where it stands", () => {
    const { diagnostics } = compileDefinition(`version: v1\nname:  other\ntype: flow\nsteps:\n${PASS}`, {
      name: "mine",
    });
    expect(diagnostics).toMatchObject([
      { code: "InvalidName", severity: "error", path: "name", line: 2, column: 8 },
    ]);
  });

  test("many remarks hide no error, and no step", () => {
    const step = (n: number) =>
      `  - {type: task, name: t${n}, resourceArn: ${ARN}, ${BODY}, pattern: waitForCallback}\n`;
    const steps = Array.from({ length: DIAGNOSTICS_MAX + 1 }, (_, n) => step(n)).join("");
    expect(compileDefinition(HEAD + steps).flow?.lists[0]?.steps.length).toBe(DIAGNOSTICS_MAX + 1);
    const { diagnostics, flow } = compileDefinition(`${HEAD}${steps}  - {type: pass, name: p, x: 1}\n`);
    expect(flow).toBeUndefined();
    expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
      { code: "UnknownKey" },
    ]);
  });

  test("anchors are used up to a limit that says so", () => {
    const uses = (count: number) =>
      compileDefinition(
        `${HEAD}  - {type: pass, name: p, outputMappings: [{target: a, source: &a text}${", {target: b, source: *a}".repeat(count)}]}\n`,
      ).diagnostics;
    expect(uses(YAML_ALIASES_MAX)).toEqual([]);
    expect(uses(YAML_ALIASES_MAX + 1)).toMatchObject([{ code: "TooLarge", line: 4 }]);
  });

  test("what anchors make of a short text has a limit, too", () => {
    const large = "x".repeat(DEFINITION_EXPANDED_SIZE / 100);
    const text = `${HEAD}  - {type: pass, name: p, outputMappings: [{target: a, source: &a ${large}}${", {target: b, source: *a}".repeat(100)}]}\n`;
    expect(compileDefinition(text).diagnostics).toMatchObject([{ code: "TooLarge" }]);
    // What was stored before there was this limit runs on.
    expect(loadDefinition(text).lists[0]?.steps.length).toBe(1);
  });

  test("an item that is written as a path is refused when it is stored, and runs on where it was", () => {
    const text = `${HEAD}  - {type: foreach, name: f, iterationMapping: {collection: [1], item: $.a}, outputMappings: [], steps: [{type: pass, name: p}]}\n`;
    expect(compileDefinition(text).diagnostics).toMatchObject([{ code: "InvalidValue", line: 4 }]);
    expect(loadDefinition(text).lists[0]?.steps[0]).toMatchObject({ type: "foreach", item: "$.a" });
  });

  test("JSON is YAML too", () => {
    const text = JSON.stringify({ version: "v1", type: "flow", steps: [{ type: "pass", name: "p" }] });
    expect(compileDefinition(text).flow).toBeDefined();
  });

  test("words that YAML 1.1 took for something else are plain text", () => {
    const text = `${HEAD}  - {type: pass, name: p, outputMappings: [{target: a, source: yes}, {target: b, source: 12:30:45}, {target: c, source: 2030-01-01T00:00:00Z}]}\n`;
    const step = compileDefinition(text).flow?.lists[0]?.steps[0];
    expect(step?.outputMappings?.map(({ source }) => source)).toEqual([
      { constant: "yes" },
      { constant: "12:30:45" },
      { constant: "2030-01-01T00:00:00Z" },
    ]);
  });
});

test("secrets that the service does not have are warned of, where it is known which it has", () => {
  const text = http("Headers: {a: {secret: KEY}, b: {secret: OTHER}}");
  expect(compileDefinition(text).diagnostics).toEqual([]);
  const { flow, diagnostics } = compileDefinition(text, { secrets: new Set(["KEY"]) });
  expect(flow).toBeDefined();
  expect(diagnostics).toMatchObject([
    { code: "SecretNotFound", severity: "warning", path: "steps[0].serviceParams.Headers.b.secret" },
  ]);
});

test("every diagnostic code has a case here", () => {
  const shown = new Set(CASES.flatMap(([, , ...found]) => found.map((line) => line.split(" ")[0])));
  // These need a text of a megabyte, a nesting of hundreds, or a name, secrets or an execution given from outside.
  const given = [
    "TooLarge",
    "TooDeep",
    "InvalidName",
    "SecretNotFound",
    "OpenStepMissing",
    "OpenStepChanged",
  ];
  for (const code of given) shown.add(code);
  expect(Object.keys(DIAGNOSTICS).filter((code) => !shown.has(code))).toEqual([]);
});
