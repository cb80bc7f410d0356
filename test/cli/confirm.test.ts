import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { confirm } from "../../src/cli/millrace/confirm.ts";

/** Somebody at a terminal, or a script, who says this. */
function at(isTTY: boolean, said: string) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  input.end(said);
  return { input, output };
}

function shown({ output }: ReturnType<typeof at>): string {
  return String(output.read() ?? "");
}

test.each(["y\n", "Yes\n", " y \n"])("whoever answers %j is sure", async (said) => {
  const terminal = at(true, said);
  await confirm("Delete it?", undefined, terminal);
  expect(shown(terminal)).toContain("Delete it? [y/N] ");
});

test.each(["\n", "n\n", "yesterday\n", ""])("whoever answers %j is not", async (said) => {
  await expect(confirm("Delete it?", undefined, at(true, said))).rejects.toThrow("nothing was deleted");
});

test("a script is not asked, and neither is who has said --yes", async () => {
  for (const [isTTY, isSure] of [
    [false, undefined],
    [true, true],
  ] as const) {
    const terminal = at(isTTY, "n\n");
    await confirm("Delete it?", isSure, terminal);
    expect(shown(terminal)).toBe("");
  }
});
