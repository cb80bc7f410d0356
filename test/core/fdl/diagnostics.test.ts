import { describe, expect, test } from "vitest";
import { compileDefinition } from "../../../src/core/fdl/compile.ts";
import { DIAGNOSTICS } from "../../../src/core/fdl/diagnostic.ts";
import { STEP_NESTING_MAX } from "../../../src/core/limits.ts";

const HEAD = "version: v1\ntype: flow\nsteps:\n";
const PASS = "  - {type: pass, name: p}\n";
const ARN = "acs:mns:::/queues/q/messages";
const BODY = "serviceParams: {MessageBody: $}";

/** `▸` stands where a diagnostic is expected; then each of them as `code path`, in the order of the text. */
const CASES: readonly [name: string, text: string, ...found: string[]][] = [
  ["nothing", "▸", "YamlSyntax "],
  ["a comment only", "▸# nothing\n", "YamlSyntax "],
  ["a list", "▸- 1\n", "InvalidValue "],
  ["broken YAML", "version: v1\nsteps: [\n▸", "YamlSyntax "],
  ["a key twice", `${HEAD}${PASS}▸type: flow\n`, "YamlSyntax "],
  ["a second document", `${HEAD}${PASS}▸---\na: 1\n`, "YamlFeature "],
  ["a merge key", `${HEAD}  - ▸<<: {type: pass}\n    name: p\n`, "YamlFeature "],
  ["an unknown tag", `${HEAD}  - {type: pass, name: !secret ▸p}\n`, "YamlFeature "],
  ["a number that JSON has not", pass("outputMappings: [{target: n, source: ▸.inf}]"), "InvalidValue "],
  ["another version", `version: ▸v2\ntype: flow\nsteps:\n${PASS}`, "UnsupportedVersion version"],
  ["no steps", "▸version: v1\ntype: flow\n", "MissingKey steps"],
  ["an empty list of steps", "version: v1\ntype: flow\nsteps: ▸[]\n", "InvalidValue steps"],
  ["an unknown key at the top", `${HEAD}${PASS}▸timeoutSecond: 5\n`, "UnknownKey timeoutSecond"],
  ["an unknown key in a step", pass("▸outputMapping: []"), "UnknownKey steps[0].outputMapping"],
  [
    "an unknown key in a mapping",
    pass("outputMappings: [{target: a, ▸sorce: 1, source: 2}]"),
    "UnknownKey steps[0].outputMappings[0].sorce",
  ],
  ["an unknown step type", `${HEAD}  - {type: ▸tsk, name: p}\n`, "UnknownStepType steps[0].type"],
  ["a step without type", `${HEAD}  - ▸{name: p}\n`, "MissingKey steps[0]"],
  ["a step that is no mapping", `${HEAD}  - ▸pass\n`, "MissingKey steps[0]"],
  ["a step without name", `${HEAD}  - ▸{type: pass}\n`, "MissingKey steps[0].name"],
  ["a bad name", `${HEAD}  - {type: pass, name: ▸1st}\n`, "InvalidValue steps[0].name"],
  ["the same name twice", `${HEAD}${PASS}${PASS.replace("p}", "▸p}")}`, "DuplicateName steps[1].name"],
  [
    "a secret that is written wrongly",
    http(
      "Headers: {a: ▸{secret: 5}, b: {secret: KEY, prefix: Basic}}, Query: {c: ▸{secret: KEY, suffix: x}}",
    ),
    "InvalidValue steps[0].serviceParams.Headers.a",
    "InvalidValue steps[0].serviceParams.Query.c",
  ],
  [
    "a secret where none is put in",
    http("Headers: {secret: KEY}, Body: {list: [▸{secret: KEY}], secret: KEY}"),
    "SecretNotRead steps[0].serviceParams.Body.list[0]",
  ],
  [
    "a bad path",
    pass("inputMappings: [{target: a, source: ▸$input.}]"),
    "InvalidPath steps[0].inputMappings[0].source",
  ],
  [
    "a target that is a path",
    pass("inputMappings: [{target: ▸$.a, source: 1}]"),
    "InvalidValue steps[0].inputMappings[0].target",
  ],
  [
    "a bare path",
    pass("inputMappings: [{target: a, source: ▸$.b}]"),
    "BarePath steps[0].inputMappings[0].source",
  ],
  ["a resource that nobody knows", task(BODY, "▸acs:xx:::y"), "UnsupportedResource steps[0].resourceArn"],
  [
    "a pattern that a queue cannot",
    task(`${BODY}, pattern: sync`, `▸${ARN}`),
    "UnsupportedResource steps[0].resourceArn",
  ],
  [
    "a queue without MessageBody",
    task("timeoutSeconds: 1").replace("{type", "▸{type"),
    "MissingParameter steps[0]",
  ],
  [
    "an unknown parameter",
    task("serviceParams: {MessageBody: $, ▸Prio: 1}"),
    "UnknownKey steps[0].serviceParams.Prio",
  ],
  [
    "a goto to nowhere",
    task(`${BODY}, catch: [{errors: [E], goto: ▸x}]`),
    "UnknownGotoTarget steps[0].catch[0].goto",
  ],
  [
    "a multiplier below one",
    task(`${BODY}, retry: [{errors: [E], multiplier: ▸0.5}]`),
    "InvalidValue steps[0].retry[0].multiplier",
  ],
  [
    "a policy without errors",
    task(`${BODY}, retry: [{errors: ▸[]}]`),
    "InvalidValue steps[0].retry[0].errors",
  ],
  [
    "a step that is never reached",
    `${HEAD}  - {type: succeed, name: s}\n${PASS.replace("p}", "▸p}")}`,
    "UnreachableStep steps[1].name",
  ],
  [
    "a foreach whose results stay inside",
    foreach("name: ▸f, iterationMapping: {collection: $.a, item: i}"),
    "ResultsStayInside steps[0].name",
  ],
  [
    "a collection that is neither path nor array",
    foreach("name: f, iterationMapping: {collection: ▸5, item: i}, outputMappings: []"),
    "InvalidValue steps[0].iterationMapping.collection",
  ],
  [
    "a name used in another list",
    `${foreach("name: f, iterationMapping: {collection: [], item: i}, outputMappings: []")}${PASS.replace("p}", "▸p}")}`,
    "NameUsedElsewhere steps[1].name",
  ],
  [
    "errorMappings without catch",
    task(`${BODY}, errorMappings: ▸[]`),
    "UnusedErrorMappings steps[0].errorMappings",
  ],
  ["a wait for nothing", `${HEAD}  - ▸{type: wait, name: w}\n`, "InvalidValue steps[0]"],
  [
    "a wait for two things",
    wait("duration: 1, timestamp: $.t").replace("{type", "▸{type"),
    "InvalidValue steps[0]",
  ],
  ["a wait for part of a second", wait("duration: ▸1.5"), "InvalidValue steps[0].duration"],
  ["a wait for too long", wait("duration: ▸31536001"), "InvalidValue steps[0].duration"],
  ["a wait for a word", wait("duration: ▸soon"), "InvalidValue steps[0].duration"],
  ["a wait until no instant", wait("timestamp: ▸2026-02-30T00:00:00Z"), "InvalidValue steps[0].timestamp"],
  ["a wait for a bad path", wait("duration: ▸'$.a['"), "InvalidPath steps[0].duration"],
  [
    "a bad condition",
    choice("choices: [{condition: ▸$.a = 1, goto: c}]"),
    "InvalidCondition steps[0].choices[0].condition",
  ],
  ["a choice without choices", choice("choices: ▸[]"), "InvalidValue steps[0].choices"],
  [
    "an option that leads nowhere",
    choice("choices: [{condition: 'true', goto: ▸d}], default: {goto: ▸e}"),
    "UnknownGotoTarget steps[0].choices[0].goto",
    "UnknownGotoTarget steps[0].default.goto",
  ],
  [
    "mistakes inside a step that is wrong itself",
    choice("choices: [{condition: 'true', steps: [{type: ▸nap, name: n}]}], ▸x: 1"),
    "UnknownStepType steps[0].choices[0].steps[0].type",
    "UnknownKey steps[0].x",
  ],
  [
    "a step behind a choice that always jumps",
    `${choice("choices: [{condition: 'true', goto: z}], default: {goto: z}")}${PASS.replace("p}", "▸p}")}  - {type: pass, name: z}\n`,
    "UnreachableStep steps[1].name",
  ],
  [
    "a parallel whose results stay inside",
    `${HEAD}  - {type: parallel, name: ▸p, branches: [{steps: [{type: pass, name: a}]}]}\n`,
    "ResultsStayInside steps[0].name",
  ],
  [
    "branches with nothing in them",
    `${HEAD}  - {type: parallel, name: p, outputMappings: [], branches: [{steps: ▸[]}, ▸{}]}\n`,
    "InvalidValue steps[0].branches[0].steps",
    "MissingKey steps[0].branches[1].steps",
  ],
  [
    "a tolerance of nothing",
    foreach("name: f, tolerance: ▸{}, iterationMapping: {collection: [], item: i}, outputMappings: []"),
    "InvalidValue steps[0].tolerance",
  ],
  [
    "a shorthand of the deployment tools",
    `${HEAD}  - {type: task, name: t, resourceArn: !Ref ▸svc/fn}\n`,
    "RefExpanded ",
  ],
  ["nothing to call", `${HEAD}  - ▸{type: task, name: t}\n`, "MissingKey steps[0]"],
  [
    "an action that is none",
    `${HEAD}  - {type: task, name: t, action: ▸Nope}\n`,
    "UnsupportedResource steps[0].action",
  ],
  [
    "a sync call over HTTP",
    `${HEAD}  - {type: task, name: t, resourceArn: ▸"https://example.com/x", pattern: sync}\n`,
    "UnsupportedResource steps[0].resourceArn",
  ],
  [
    "parameters that the resource does not know",
    `${HEAD}  - {type: task, name: t, resourceArn: "acs:fnf:::flow/f", serviceParams: {Input: $, ▸Name: n}}\n`,
    "UnknownKey steps[0].serviceParams.Name",
  ],
  [
    "a retry that would find its name taken",
    `${HEAD}  - {type: task, name: t, resourceArn: "acs:fnf:::flow/f", pattern: sync, serviceParams: {ExecutionName: ▸fixed}, retry: [{errors: [E]}]}\n`,
    "RetryFindsNameTaken steps[0].serviceParams.ExecutionName",
  ],
  [
    "heartbeats of nobody",
    `${HEAD}  - {type: task, name: t, resourceArn: "acs:fnf:::flow/f", heartbeatSeconds: ▸5}\n`,
    "InvalidValue steps[0].heartbeatSeconds",
  ],
];

function pass(more: string): string {
  return `${HEAD}  - {type: pass, name: p, ${more}}\n`;
}

function wait(more: string): string {
  return `${HEAD}  - {type: wait, name: w, ${more}}\n`;
}

function choice(more: string): string {
  return `${HEAD}  - {type: choice, name: c, ${more}}\n`;
}

function task(more: string, arn = ARN): string {
  return `${HEAD}  - {type: task, name: t, resourceArn: ${arn}, ${more}}\n`;
}

function http(params: string): string {
  return task(`serviceParams: {${params}}`, "https://api.example/");
}

function foreach(more: string): string {
  return `${HEAD}  - {type: foreach, ${more}, steps: [{type: pass, name: p}]}\n`;
}

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
  test.each(CASES)("%s", (_, marked, ...expected) => {
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
  // These need a text of a megabyte, a nesting of hundreds, or a name or secrets given from outside.
  for (const code of ["TooLarge", "TooDeep", "InvalidName", "SecretNotFound"]) shown.add(code);
  expect(Object.keys(DIAGNOSTICS).filter((code) => !shown.has(code))).toEqual([]);
});
