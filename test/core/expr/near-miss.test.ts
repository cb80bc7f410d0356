import { describe, expect, test } from "vitest";
import { likelyPath } from "../../../src/core/expr/near-miss.ts";

const MEANT: readonly [text: string, path: string][] = [
  ["$inptu.x", "$input.x"],
  ["$Input.x", "$input.x"],
  ["$loacl[*].y", "$local[*].y"],
  ["$contex.task.token", "$context.task.token"],
  ["$output.a", "$local.a"],
  ["context.task.token", "$context.task.token"],
  ["input.workerName", "$input.workerName"],
  ["local[0]", "$local[0]"],
  [".input.name", "$input.name"],
  [" $.x", "$.x"],
  ["\t$input", "$input"],
  [" $local.x ", "$local.x"],
  ["${input.x}", "$input.x"],
  ["${$.x}", "$.x"],
  ["{{ $input.x }}", "$input.x"],
  ["￥input.x", "$input.x"],
  ["＄.x", "$.x"],
];

const CONSTANTS = [
  "hello",
  "",
  " ",
  "$100",
  "$",
  " $ ",
  "$HOME",
  "$HOME/bin",
  "input",
  "local",
  "input.csv",
  "context.json",
  "inputs.x",
  "Input.x",
  "the input.x of it",
  "localhost",
  "local time",
  "${HOME}",
  "{{ name }}",
  "{}",
  "￥100",
  "https://example.com/input.x",
];

describe("a text", () => {
  test.each(MEANT)("%j was meant to be %s", (text, path) => expect(likelyPath(text)).toBe(path));
  test.each(CONSTANTS)("%j is a constant", (text) => expect(likelyPath(text)).toBeUndefined());
});
