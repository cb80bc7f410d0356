import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DIAGNOSTICS } from "../../src/core/fdl/diagnostic.ts";
import { PROBLEMS } from "../../src/http/problem.ts";
import { en } from "../../src/console/words/en/index.ts";
import { zh } from "../../src/console/words/zh/index.ts";

type Node = string | ((...values: never[]) => unknown) | { readonly [key: string]: Node };

function leaves(node: Node, path = ""): [path: string, leaf: Node][] {
  if (typeof node !== "object") return [[path, node]];
  return Object.entries(node).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

const ENGLISH = leaves(en);
const CHINESE = new Map(leaves(zh));
/** Names, and what a language writes as the other does. */
const SAME = new Set(["startedBy.other", "startedBy.access", "units.gap", "number", "frame.language"]);
/** Chosen by a value of the API. */
const BY_VALUE = new Set(["schedules.overlapFirst", "schedules.overlapSecond"]);

describe("the two languages", () => {
  test("say the same things", () => {
    expect([...CHINESE.keys()].toSorted()).toEqual(ENGLISH.map(([path]) => path).toSorted());
  });

  test("have the values of a text in the same number", () => {
    const differing = ENGLISH.filter(([path, leaf]) => {
      const other = CHINESE.get(path);
      return typeof leaf === "function" && typeof other === "function" && leaf.length !== other.length;
    });
    expect(differing.map(([path]) => path)).toEqual([]);
  });

  test("have words for every problem and every diagnostic, where the service does not speak the language", () => {
    const untold = [
      ...Object.keys(PROBLEMS).filter((code) => zh.service.problem(code) === undefined),
      ...Object.keys(DIAGNOSTICS).filter((code) => zh.service.diagnostic(code) === undefined),
    ];
    expect(untold).toEqual([]);
  });

  test("leave no text untranslated or empty", () => {
    const plain = ENGLISH.filter(([path, leaf]) => typeof leaf === "string" && !SAME.has(path));
    const untold = plain.filter(([path, leaf]) => CHINESE.get(path) === leaf || CHINESE.get(path) === "");
    expect(untold.map(([path]) => path)).toEqual([]);
  });

  test("are told without exclamation marks", () => {
    const loud = [...ENGLISH, ...CHINESE].filter(
      ([, leaf]) => typeof leaf === "string" && /[!！]/.test(leaf),
    );
    expect(loud).toEqual([]);
  });

  test("have no text that no page shows", () => {
    const folder = join(import.meta.dirname, "../../src/console");
    const code = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !name.startsWith("words"))
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .join("\n");
    const unused = ENGLISH.map(([path]) => path).filter((path) => {
      const [, name = "", inner] = path.split(".");
      if (BY_VALUE.has(path)) return false;
      return inner === undefined && name !== "" && !new RegExp(String.raw`\b${name}\b`).test(code);
    });
    expect(unused).toEqual([]);
  });
});

test("English tells one from many", () => {
  expect(en.panel.showItems(1)).toBe("Show 1 item");
  expect(en.panel.showItems(1200)).toBe("Show 1,200 items");
  expect(zh.panel.showItems(1200)).toBe("查看 1,200 项");
});
