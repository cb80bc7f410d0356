import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { compileDefinition } from "../../../src/core/fdl/compile.ts";
import { PLACES } from "../../../src/core/fdl/places.ts";

const QUEUE = "resourceArn: acs:mns:::/queues/q/messages";
const CAUGHT = "catch: [{errors: [E], goto: t}]";

/** A flow with a value at each place where a path may stand. */
const FLOWS: Readonly<Record<keyof typeof PLACES, (value: string) => string>> = {
  flowInputMappings: (value) =>
    flow("{type: pass, name: p}", `inputMappings: [{target: a, source: ${value}}]`),
  flowOutputMappings: (value) =>
    flow("{type: pass, name: p}", `outputMappings: [{target: a, source: ${value}}]`),
  inputMappings: (value) => flow(`{type: pass, name: p, inputMappings: [{target: a, source: ${value}}]}`),
  taskInputMappings: (value) => flow(task(`inputMappings: [{target: a, source: ${value}}]`)),
  outputMappings: (value) => flow(task(`outputMappings: [{target: a, source: ${value}}]`)),
  plainOutputMappings: (value) =>
    flow(`{type: pass, name: p, outputMappings: [{target: a, source: ${value}}]}`),
  errorMappings: (value) => flow(task(`${CAUGHT}, errorMappings: [{target: a, source: ${value}}]`)),
  condition: (value) => flow(`{type: choice, name: c, choices: [{condition: ${value}, goto: c}]}`),
  collection: (value) =>
    flow(
      `{type: foreach, name: f, iterationMapping: {collection: ${value}, item: i}, outputMappings: [], steps: [{type: pass, name: p}]}`,
    ),
  duration: (value) => flow(`{type: wait, name: w, duration: ${value}}`),
  timestamp: (value) => flow(`{type: wait, name: w, timestamp: ${value}}`),
  error: (value) => flow(`{type: fail, name: f, error: ${value}}`),
  cause: (value) => flow(`{type: fail, name: f, cause: ${value}}`),
  queueName: (value) =>
    flow(
      `{type: task, name: t, resourceArn: 'acs:mns:::/queues/q-{${value.replaceAll('"', "")}}/messages', serviceParams: {MessageBody: $}}`,
    ),
  serviceParams: (value) => flow(task(`serviceParams: {MessageBody: $, DelaySeconds: ${value}}`)),
};

function flow(step: string, more = ""): string {
  return `version: v1\ntype: flow\n${more}\nsteps:\n  - ${step}\n`;
}

function task(more: string): string {
  const params = more.startsWith("serviceParams") ? "" : "serviceParams: {MessageBody: $}, ";
  return `{type: task, name: t, ${QUEUE}, ${params}${more}}`;
}

function errorsOf(text: string): string[] {
  const { diagnostics } = compileDefinition(text);
  return diagnostics.filter(({ severity }) => severity === "error").map(({ code }) => code);
}

const ROOTS = { self: "$", input: "$input", local: "$local", context: "$context" };
const EVERYWHERE = Object.entries(FLOWS).flatMap(([name, text]) =>
  Object.entries(ROOTS).map(([root, written]) => [name, `${written}.key`, root, text] as const),
);

describe("a path", () => {
  test.each(EVERYWHERE)(
    "in %s that begins %s is taken or refused, as the table says",
    (name, path, root, text) => {
      const { reads } = Object.entries(PLACES).find(([key]) => key === name)?.[1] ?? { reads: {} };
      const refusal = name === "condition" ? "InvalidCondition" : "PathOutOfPlace";
      expect(errorsOf(text(path))).toEqual(Object.hasOwn(reads, root) ? [] : [refusal]);
    },
  );

  test.each(Object.entries(FLOWS))(
    "in %s that finds many values is taken where many can be used",
    (name, text) => {
      const takesMany = Object.entries(PLACES).find(([key]) => key === name)?.[1].takesMany;
      expect(errorsOf(text('"$.list[*]"')).length).toBe(takesMany === true ? 0 : 1);
    },
  );
});

const TOLD: Readonly<Record<string, readonly string[]>> = {
  // The tutorial's own flow, which is to run as it is.
  "alibaba-drop-in": ["NoTimeLimit", "ResultsStayInside"],
  // Its machines are runners, which are given a token with each task.
  "three-machines": ["TokenNotMapped"],
};

describe("the flows of the examples", () => {
  const root = join(import.meta.dirname, "../../../examples");
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    /(^|\/)flow[^/]*\.ya?ml$/.test(file),
  );

  test("are there", () => expect(files.length).toBeGreaterThan(10));

  test.each(files)("%s gives nothing to tell", (file) => {
    const { diagnostics } = compileDefinition(readFileSync(join(root, file), "utf8"));
    const found = diagnostics.map(({ code }) => code).toSorted();
    expect(found).toEqual(TOLD[dirname(file)] ?? []);
  });
});
