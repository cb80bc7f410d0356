import type { Constant } from "../expr/place.ts";
import { type Json, isJsonObject } from "../json.ts";

/** Anything that JSON can say. */
export const ANYTHING: Constant = { rule: "a value", accepts: () => true };
export const OBJECT: Constant = { rule: "a mapping", accepts: isJsonObject };

export const numberOrNumbers: Constant = {
  rule: "a number or a list of numbers",
  accepts: (value) => (Array.isArray(value) ? value : [value]).every((one) => typeof one === "number"),
};

export function oneOf(...words: readonly string[]): Constant {
  return {
    rule: `one of ${words.join(", ")}`,
    accepts: (value) => typeof value === "string" && words.includes(value),
  };
}

/** The same, in capitals or not. */
export function oneOfAnyCase(...words: readonly string[]): Constant {
  const exact = oneOf(...words);
  return {
    rule: exact.rule,
    accepts: (value) => typeof value === "string" && exact.accepts(value.toUpperCase()),
  };
}

export function textOfLength(low: number, high: number): Constant {
  return {
    rule: `text of ${low === 0 ? "at most" : `${low} to`} ${high} characters`,
    accepts: (value) => typeof value === "string" && value.length >= low && value.length <= high,
  };
}

export function textLike(pattern: RegExp, rule: string): Constant {
  return { rule, accepts: (value) => typeof value === "string" && pattern.test(value) };
}

export function listOf(constant: Constant, most: number): Constant {
  return {
    rule: `a list of at most ${most}, each ${constant.rule}`,
    accepts: (value) =>
      Array.isArray(value) && value.length <= most && value.every((one) => constant.accepts(one)),
  };
}

export function wholeNumberFrom(low: number, high: number): Constant {
  return {
    rule: `a whole number, ${low} to ${high}`,
    accepts: (value) => wholeNumber(value, low, high) !== undefined,
  };
}

/** `null` counts as not given. */
export function optional(constant: Constant): Constant {
  return { rule: constant.rule, accepts: (value) => value === null || constant.accepts(value) };
}

/** A whole number in a range, also one that is written as text; else undefined. */
export function wholeNumber(value: Json, low: number, high: number): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number)) return undefined;
  return number >= low && number <= high ? number : undefined;
}
