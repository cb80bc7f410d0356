import * as z from "zod";
import { describe, expect, test } from "vitest";
import { FDL_KEYS, type FdlKey, STEP_TYPES, groupAt } from "../../src/console/model/fdl-keys.ts";
import { STEP_TYPES as OF_THE_LANGUAGE, stepDefinition } from "../../src/core/fdl/language.ts";
import { flow } from "../../src/core/fdl/schema.ts";

/** The object schema that a schema holds: behind what is optional, has a default, or is a list. */
function inner(schema: unknown): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodArray) return inner(schema.element);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return inner(schema.unwrap());
  return undefined;
}

function compare(group: Readonly<Record<string, FdlKey>>, { shape }: z.ZodObject): void {
  expect(Object.keys(group).toSorted()).toEqual(Object.keys(shape).toSorted());
  for (const [key, part] of Object.entries(shape)) {
    const holds = inner(part);
    const known = group[key]?.group;
    expect([key, known !== undefined && known !== "step"]).toEqual([key, holds !== undefined]);
    if (holds && known !== undefined && known !== "step") compare(FDL_KEYS[known], holds);
  }
}

describe("the keys that the editor knows", () => {
  test("are those of the flow's schema", () => compare(FDL_KEYS.flow, flow));

  test("name all types of steps", () =>
    expect([...STEP_TYPES].toSorted()).toEqual(OF_THE_LANGUAGE.toSorted()));

  test.each(STEP_TYPES)("are those of the schema of a %s", (type) => {
    const definition = stepDefinition(type);
    if (!definition) throw new Error(`no ${type}`);
    compare(FDL_KEYS[type], definition.schema);
  });

  test.each([
    [[], undefined, "flow"],
    [["inputMappings", 0], undefined, "mapping"],
    [["steps", 3], "task", "task"],
    [["steps", 3], "tusk", undefined],
    [["steps", 3, "retry", 0], "task", "retry"],
    [["steps", 3, "retry"], "task", undefined],
    [["steps", 0, "steps", 1], "wait", "wait"],
    [["steps", 0, "choices", 1], "choice", "option"],
    [["steps", 0, "default"], "choice", "otherwise"],
    [["steps", 0, "branches", 1, "steps", 0, "catch", 0], "task", "catch"],
    [["steps", 0, "serviceParams"], "task", undefined],
  ] as const)("at %j of a %s are those of: %s", (keys, type, group) => {
    expect(groupAt(keys, type)).toBe(group);
  });
});
