import { expect, test } from "vitest";
import { COMMAND_DEFINITION } from "../../../src/cli/crontab/command-flow.ts";
import { compileDefinition } from "../../../src/core/fdl/compile.ts";

test("the flow that runs imported lines is valid, and nothing in it is worth a warning", () => {
  const { diagnostics } = compileDefinition(COMMAND_DEFINITION);
  expect(diagnostics.filter(({ severity }) => severity !== "info")).toEqual([]);
});
