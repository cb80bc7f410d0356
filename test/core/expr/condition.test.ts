import { describe, expect, test } from "vitest";
import { evaluateCondition } from "../../../src/core/expr/condition/evaluate.ts";
import { parseCondition } from "../../../src/core/expr/condition/parse.ts";
import { PLACES } from "../../../src/core/fdl/places.ts";
import type { Json } from "../../../src/core/json.ts";

const INPUT = {
  a: 1,
  ten: "10",
  t: true,
  f: false,
  text: "sale",
  word: "TRUE",
  no: null,
  deep: { list: [1, { x: 2 }], empty: {} },
  same: { list: [1, { x: 2 }], empty: {} },
  "odd key": 5,
  id: 1234567890123456789n,
  idText: "1234567890123456789",
  list: [1234567890123456789n],
  sameList: [1234567890123456789n],
};

function holds(text: string, input: Json = INPUT): boolean | string {
  const parsed = parseCondition(text, PLACES.condition);
  if (!parsed.ok) return parsed.detail;
  const verdict = evaluateCondition(parsed.condition, input);
  return verdict.problem ?? verdict.holds;
}

describe("a condition", () => {
  test.each<[text: string, holds: boolean]>([
    // numbers, and numeric text against numbers
    ["$.a == 1", true],
    ["$.a > 0.5 && $.a <= 1", true],
    ["$.ten == 10", true],
    ["10 == $.ten", true],
    ["$.ten > 9", true],
    ["$.ten == 10.0", true],
    ["-1 < $.a", true],
    ["-$.a == -1", true],
    ["1e1 == $.ten", true],
    // digits that a double cannot hold count, each of them
    ["$.id == 1234567890123456789", true],
    ["$.id == 1234567890123456788", false],
    ["$.id > 1234567890123456788 && $.id < 1234567890123456790", true],
    ["$.id == $.idText", true],
    ['$.id == "1234567890123456788"', false],
    ["-$.id == -1234567890123456789", true],
    ["$.id > 1e18 && $.id < 1.3e18", true],
    ["100000000000000000000 == 1e20", true],
    ["$.id", true],
    ["$.list == $.sameList", true],
    // two texts are compared as text
    ['$.ten < "9"', true],
    ['"b" > "a"', true],
    ['"ab" > "a"', true],
    ['"" < "a"', true],
    // code points, not halves of them
    ['"\\uffee" < "😀"', true],
    // a number against other text counts as text
    ['$.a != "one"', true],
    ['$.a < "one"', true],
    ["$.a == ``", false],
    // booleans
    ["$.t", true],
    ["!$.t", false],
    ["$.t == true", true],
    ['$.t == "true"', true],
    ['$.t == "TRUE"', true],
    ['$.f == "false"', true],
    ['$.t == "yes"', false],
    ['$.t != "yes"', true],
    ["$.t == 1", false],
    ["true != false", true],
    ['"true" == "TRUE"', false],
    // what stands alone
    ["$.a", true],
    ["0", false],
    ["$.word", true],
    ["$.text", false],
    ["$.deep", false],
    ["$.no", false],
    ["!$.missing", true],
    // null and what is missing
    ["$.missing == null", true],
    ["$.no == $.missing", true],
    ['$.missing != "x"', true],
    ["$.missing == 0", false],
    ["$.missing == false", false],
    ["$.missing < 1", false],
    ["$.missing >= null", false],
    // objects and arrays
    ["$.deep == $.same", true],
    ["$.deep.list == $.deep.empty", false],
    ["$.deep != $.deep.list", true],
    ["$.deep > 1", false],
    ['$.deep.empty == "{}"', false],
    // logic: && before ||, both of them short
    ["true || true && false", true],
    ["(true || true) && false", false],
    ["$.a == 2 || $.text == `sale`", true],
    ["$.text == 'sale' && ($.a > 100 || $.t)", true],
    ["false && -$.text == 1", false],
    // paths
    ["$.deep.list[1].x == 2", true],
    ["$.deep['list'][0] == 1", true],
    ["$['odd key'] == 5", true],
    ["$.deep.list[-1].x == 2", true],
    ["$.deep.list[7] == null", true],
    ["$ == null", false],
    // text
    ["'it\\'s' == \"it's\"", true],
    ['`\\n` == "\\\\n"', true],
    ["  $.a==1&&$.t  ", true],
  ])("%s is %s", (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test("that cannot be told is false, and says why", () => {
    expect(holds("-$.text == 1")).toBe('the minus stands before "sale", which is not a number');
    expect(holds("-$.ten == -10")).toContain('before "10"');
  });

  test.each([
    ["", "column 1: the condition ends where a value is expected"],
    ["$.a =", 'column 5: "=" means nothing here: equality is =='],
    ["$.a = 1", 'column 5: "=" means nothing here: equality is =='],
    ["$.a == ", "column 8: the condition ends where a value is expected"],
    ["$.a == x", 'column 8: "x" is not known: put text into quotes, and "$." before a key'],
    ["status == 1", 'column 1: "status" is not known'],
    ["$.a & $.t", 'column 5: "&" means nothing here: and is &&'],
    ["$.a + 1", 'column 5: "+" means nothing here: conditions have no arithmetic'],
    ["($.a", 'column 5: the "(" of column 1 is not closed'],
    ["$.a)", 'column 4: ")" is not expected after a whole condition'],
    ["1 < $.a < 3", "column 9: one comparison at a time"],
    ['"abc', "column 1: the text that begins here never ends"],
    ["$.a == 'abc", "column 8: the text that begins here never ends"],
    ['"\\q"', "column 1: the text that begins here has an escape"],
    ["$input.a == 1", 'column 1: "$input.a" reads past the step\'s input'],
    ["$.deep.list[*] == 1", 'column 1: "$.deep.list[*]" finds many values'],
    ["$.deep[x] == 1", 'column 1: "$.deep[x]" is not a path: see column 7'],
    ["$. == 1", 'column 2: "." means nothing here: a path begins with $'],
    ["$.a > 1 && $inptu.x > 1", '"$inptu.x" is not a path: see column 2; here a path begins with $'],
    ["input.x > 1", 'column 6: "." means nothing here: a path begins with $'],
    ["(".repeat(60) + "1" + ")".repeat(60), "more than 50 levels deep"],
    ["!".repeat(60) + "true", "more than 50 levels deep"],
    [`$.a == "${"x".repeat(5000)}"`, "at most 4096 characters"],
  ])("%s is refused with the column", (text, detail) => {
    expect(holds(text)).toContain(detail);
  });
});
