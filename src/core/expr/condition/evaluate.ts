import { type Json, compareNumbers, isNumber, jsonEqual, wholeNumber } from "../../json.ts";
import { evaluatePath } from "../jsonpath.ts";
import type { Comparison, Condition } from "./parse.ts";

/** Whether a condition holds for an input; with `problem` it could not be told, and counts as false. */
export interface Verdict {
  readonly holds: boolean;
  readonly problem?: string;
}

/** Never fails: a path that finds nothing is null (spec: FDL sections 2.4.1 and 12.5). */
export function evaluateCondition(condition: Condition, input: Json): Verdict {
  try {
    return { holds: isTrue(valueOf(condition, input)) };
  } catch (error) {
    if (error instanceof NotANumber) return { holds: false, problem: error.message };
    throw error;
  }
}

/** Ends the evaluation; never leaves this file. */
class NotANumber extends Error {}

function valueOf(condition: Condition, input: Json): Json {
  switch (condition.kind) {
    case "or":
      return condition.of.some((part) => isTrue(valueOf(part, input)));
    case "and":
      return condition.of.every((part) => isTrue(valueOf(part, input)));
    case "not":
      return !isTrue(valueOf(condition.of, input));
    case "minus":
      return negated(valueOf(condition.of, input));
    case "compare":
      return compare(condition.operator, valueOf(condition.left, input), valueOf(condition.right, input));
    case "constant":
      return condition.value;
    case "path":
      return evaluatePath(condition.path, input);
  }
}

function negated(value: Json): number | bigint {
  if (!isNumber(value))
    throw new NotANumber(
      `the minus stands before ${JSON.stringify(value).slice(0, 80)}, which is not a number`,
    );
  return -value;
}

/** Of a value that stands alone. */
function isTrue(value: Json): boolean {
  return (
    value === true ||
    value === "true" ||
    value === "TRUE" ||
    (isNumber(value) && compareNumbers(value, 0) !== 0)
  );
}

/** Loosely typed, as the original's flows expect: the first rule that fits decides. */
function compare(operator: Comparison, left: Json, right: Json): boolean {
  if (operator === "!=") return !equals(left, right);
  if (operator === "==") return equals(left, right);
  const order = orderOf(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

function equals(left: Json, right: Json): boolean {
  const [one, other] = [booleanOf(left), booleanOf(right)];
  const isBoolean = typeof left === "boolean" || typeof right === "boolean";
  if (isBoolean && one !== undefined && other !== undefined) return one === other;
  if (!isScalar(left) || !isScalar(right)) return jsonEqual(left, right);
  return orderOf(left, right) === 0;
}

/** Below, at or above zero; undefined for what has no order. Numbers count as numbers when one side is one. */
function orderOf(left: Json, right: Json): number | undefined {
  if (!isScalar(left) || !isScalar(right)) return undefined;
  if (isNumber(left) || isNumber(right)) {
    const [one, other] = [numberOf(left), numberOf(right)];
    if (one !== undefined && other !== undefined) return compareNumbers(one, other);
  }
  return compareText(String(left), String(right));
}

function isScalar(value: Json): value is string | number | bigint | boolean {
  return typeof value === "string" || isNumber(value) || typeof value === "boolean";
}

function booleanOf(value: Json): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "TRUE") return true;
  return value === "false" || value === "FALSE" ? false : undefined;
}

function numberOf(value: Json): number | bigint | undefined {
  if (isNumber(value)) return value;
  if (typeof value !== "string") return undefined;
  if (/^-?\d+$/.test(value)) return wholeNumber(value);
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(value) ? Number(value) : undefined;
}

/** By code points; plain comparison of texts goes by halves of them. */
function compareText(left: string, right: string): number {
  const [one, other] = [Array.from(left), Array.from(right)];
  for (let position = 0; position < Math.min(one.length, other.length); position++) {
    const difference = (one[position]?.codePointAt(0) ?? 0) - (other[position]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}
