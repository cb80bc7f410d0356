import * as z from "zod";

/** Whole numbers of many digits are read as such; where a schema takes any number they are one. */
const ANY_NUMBER = z.union([z.number(), z.bigint().transform(Number)]);

/** A schema of the same form that takes values of any size, and passes over keys that it does not know. */
export function withoutRules(schema: z.core.$ZodType): z.ZodType {
  if (schema instanceof z.ZodObject) return z.object(shapeWithoutRules(schema));
  if (schema instanceof z.ZodArray) return z.array(withoutRules(schema.element));
  if (schema instanceof z.ZodRecord) return z.record(z.string(), withoutRules(schema.valueType));
  if (schema instanceof z.ZodOptional) return withoutRules(schema.unwrap()).optional();
  if (schema instanceof z.ZodDefault) return withoutRules(schema.unwrap()).default(schema.def.defaultValue);
  if (schema instanceof z.ZodString) return z.string();
  if (schema instanceof z.ZodNumber) return ANY_NUMBER;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every schema here was made by the whole library
  return schema as z.ZodType;
}

function shapeWithoutRules({ shape }: z.ZodObject): Record<string, z.ZodType> {
  return Object.fromEntries(Object.entries(shape).map(([key, part]) => [key, withoutRules(part)]));
}
