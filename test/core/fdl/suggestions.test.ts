import { describe, expect, test } from "vitest";
import { compileDefinition } from "../../../src/core/fdl/compile.ts";

const HEAD = "version: v1\ntype: flow\nsteps:\n";
const TASK = `  - type: task
    name: one
    resourceArn: acs:mns:::/queues/media/messages
    timeoutSeconds: 60
    serviceParams: { MessageBody: $ }
`;

/** The text with every suggestion in place of what it is about. */
function mended(text: string): string {
  const lines = text.split("\n");
  for (const { line, column, suggestion } of compileDefinition(text).diagnostics) {
    if (suggestion === undefined) continue;
    const before = lines[line - 1] ?? "";
    const rest = before.slice(column - 1).replace(/^[^\s,:\]}]+/, suggestion);
    lines[line - 1] = before.slice(0, column - 1) + rest;
  }
  return lines.join("\n");
}

describe("what a diagnostic suggests, written at its place, mends it", () => {
  test.each([
    ["a key", `${HEAD}${TASK}    retrys: [{ errors: [FnF.ALL] }]\n`],
    ["a key inside a policy", `${HEAD}${TASK}    retry: [{ errors: [FnF.ALL], maxAttemps: 2 }]\n`],
    ["the type of a step", `${HEAD}  - { type: pas, name: one }\n`],
    [
      "a step to go to",
      `${HEAD}${TASK}    catch: [{ errors: [FnF.ALL], goto: lst }]\n  - { type: pass, name: last }\n`,
    ],
    ["an error", `${HEAD}${TASK}    retry: [{ errors: [FnF.AL] }]\n`],
    ["one of some values", `${HEAD}${TASK}    pattern: waitForCalback\n`],
    ["a path", `${HEAD}  - type: pass\n    name: one\n    inputMappings: [{ target: a, source: local.a }]\n`],
  ])("of %s", (_, text) => {
    expect(compileDefinition(text).diagnostics.some(({ suggestion }) => suggestion !== undefined)).toBe(true);
    expect(compileDefinition(mended(text)).diagnostics.filter(({ severity }) => severity !== "info")).toEqual(
      [],
    );
  });
});
