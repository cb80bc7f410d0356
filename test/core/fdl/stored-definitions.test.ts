import { describe, expect, test } from "vitest";
import { compileDefinition, loadDefinition } from "../../../src/core/fdl/compile.ts";
import {
  CONDITION_LENGTH,
  DEFINITION_BYTES,
  EXECUTION_SECONDS_MAX,
  JSON_DEPTH,
  NAME_LENGTH,
  STEP_NESTING_MAX,
  YAML_ALIASES_MAX,
} from "../../../src/core/limits.ts";
import { HEAD, PASS } from "./diagnostic-cases.ts";

function pass(more: string): string {
  return `${HEAD}  - {type: pass, name: p, ${more}}\n`;
}

/** Steps inside steps, so many levels of them. */
function nested(levels: number): string {
  const inside = (level: number): string =>
    level === 0
      ? "{type: pass, name: p}"
      : `{type: parallel, name: p${level}, branches: [{steps: [${inside(level - 1)}]}]}`;
  return `${HEAD}  - ${inside(levels)}\n`;
}

const HTTP = "resourceArn: 'https://x.example/'";

/** What is refused today stands for what a later release will refuse: a smaller limit, a key that is gone, a new rule. */
const REFUSED: readonly [what: string, text: string][] = [
  ["a key that nobody knows, at the top", `${HEAD}${PASS}colour: red\n`],
  ["a key that nobody knows, in a step", pass("colour: red")],
  ["a key that nobody knows, deep in a step", pass("outputMappings: [{target: a, source: 1, colour: red}]")],
  ["a time that is too long", `${HEAD}${PASS}timeoutSeconds: ${EXECUTION_SECONDS_MAX + 1}\n`],
  ["a time of a task that is too short", `${HEAD}  - {type: task, name: t, ${HTTP}, timeoutSeconds: 0}\n`],
  ["a name that is too long", pass("end: true").replace("name: p", `name: ${"p".repeat(NAME_LENGTH + 1)}`)],
  ["a name of another form", pass("end: true").replace("name: p", "name: 1st-step!")],
  ["steps too deep in each other", nested(STEP_NESTING_MAX + 1)],
  [
    "values too deep in each other",
    pass(`outputMappings: [{target: a, source: ${"[".repeat(JSON_DEPTH)}${"]".repeat(JSON_DEPTH)}}]`),
  ],
  ["a text that is too long", `${HEAD}${PASS}#${"x".repeat(DEFINITION_BYTES)}\n`],
  [
    "too many anchors",
    pass(
      `outputMappings: [{target: a, source: &a 1}, {target: b, source: [${"*a, ".repeat(YAML_ALIASES_MAX + 1)}]}]`,
    ),
  ],
  ["a path out of its place", `${HEAD}  - {type: fail, name: f, error: E, cause: $context.flow.name}\n`],
  ["a target that is a path", pass("outputMappings: [{target: $.a, source: 1}]")],
  ["a number that is none", pass("outputMappings: [{target: a, source: .inf}]")],
  ["a wait for nothing", `${HEAD}  - {type: wait, name: w}\n`],
  [
    "a parameter that is gone",
    `${HEAD}  - {type: task, name: t, resourceArn: "acs:mns:::/queues/q/messages", serviceParams: {Colour: red}}\n`,
  ],
  ["signs of life of a call", `${HEAD}  - {type: task, name: t, ${HTTP}, heartbeatSeconds: 5}\n`],
  [
    "a condition that is too long",
    `${HEAD}  - {type: choice, name: c, choices: [{condition: '$.a == 1${" ".repeat(CONDITION_LENGTH)}', goto: p}]}\n${PASS}`,
  ],
  ["a pattern that it cannot be called with", `${HEAD}  - {type: task, name: t, ${HTTP}, pattern: sync}\n`],
];

describe("a definition that was stored before it would be refused", () => {
  test.each(REFUSED)("has all its steps: %s", (_, text) => {
    const { flow, diagnostics } = compileDefinition(text);
    expect(flow).toBeUndefined();
    expect(diagnostics.filter(({ severity }) => severity === "error")).not.toEqual([]);
    const [root] = loadDefinition(text).lists;
    expect(root?.steps.length).toBe(text.match(/^ {2}- /gm)?.length);
  });

  test("keeps what is refused of it as it was", () => {
    const text = `${HEAD}  - {type: task, name: t, ${HTTP}, timeoutSeconds: ${2 * EXECUTION_SECONDS_MAX}, retry: [{errors: [A], multiplier: 0.5}]}\n`;
    expect(loadDefinition(text).lists[0]?.steps[0]).toMatchObject({
      timeoutSeconds: 2 * EXECUTION_SECONDS_MAX,
      retry: [{ errors: ["A"], multiplier: 0.5, intervalSeconds: 1, maxAttempts: 3 }],
    });
  });

  test("is the same as ever where nothing is refused", () => {
    const text = `${HEAD}${PASS}`;
    expect(loadDefinition(text)).toEqual(compileDefinition(text).flow);
  });

  /** Without a meaning it could not have been stored: rather an internal error than other steps than were written. */
  test.each([
    ["a step of a type that is not known", `${HEAD}${PASS}  - {type: nap, name: n}\n`],
    [
      "a jump to nowhere",
      `${HEAD}  - {type: choice, name: c, choices: [{condition: '1 == 1', goto: nowhere}]}\n`,
    ],
  ])("never runs without a part of it: %s", (_, text) => {
    expect(() => loadDefinition(text)).toThrow("Broken invariant");
  });
});
