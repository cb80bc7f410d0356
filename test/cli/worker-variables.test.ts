import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unstable_getVarsForDev as variablesOfWrangler } from "wrangler";
import { fileOf } from "../../src/cli/local/worker-variables.ts";

const VARIABLES = {
  FUNCTIONS: '{"a": {"url": "https://example.com/?a=1#b"}}',
  NOTIFY_URL: "https://example.com/$FUNCTIONS?a=${NOTIFY_URL}&b=$5",
  MILLRACE_SECRET_QUOTE: "it's",
  MILLRACE_SECRET_MARKS: '"`$`"',
  MILLRACE_SECRET_SPACES: "  # no comment  ",
  MILLRACE_SECRET_LINES: "one\ntwo",
  MILLRACE_SECRET_BACKSLASH: String.raw`a\nb\$c\\$d`,
  MILLRACE_SECRET_EMPTY: "",
  LOG: "bugs",
};

test("wrangler reads each variable as it is", () => {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-variables-")), "variables.env");
  writeFileSync(file, fileOf(VARIABLES));
  const read = Object.entries(variablesOfWrangler(undefined, [file], {}, undefined, true));
  const values = read.map(([name, binding]) => [name, "value" in binding ? binding.value : undefined]);
  expect(Object.fromEntries(values)).toEqual(VARIABLES);
});

test.each(["'`", "ends with a \\"])("what its files cannot hold is refused: %s", (value) => {
  expect(() => fileOf({ MILLRACE_SECRET_ODD: value })).toThrow(
    /^MILLRACE_SECRET_ODD .* serve without --wrangler$/,
  );
});
