import * as fc from "fast-check";
import type { OpenApi } from "../../src/http/openapi/shapes.ts";
import type { JsonSchema } from "../../src/http/openapi/schemas.ts";

/** Nothing is learnt by waiting, only time is lost. */
const WAITS = /wait/i;
const ITEMS_MAX = 4;

/** Values that fit a JSON Schema of the document, whatever it is for. */
export function fitting(api: OpenApi, schema: JsonSchema, name = ""): fc.Arbitrary<unknown> {
  const { $ref, const: only, enum: values, oneOf, anyOf } = schema;
  const inner = (part: unknown, key = "") => fitting(api, part as JsonSchema, key);
  if ($ref !== undefined) return inner(api.components.schemas[$ref.split("/").at(-1) ?? ""], name);
  if (only !== undefined) return fc.constant(only);
  if (values) return fc.constantFrom(...values);
  const types = Array.isArray(schema.type)
    ? schema.type.map((type: JsonSchema["type"]) => ({ ...schema, type }))
    : undefined;
  const options = oneOf ?? anyOf ?? types;
  if (options) return fc.oneof(...options.map((option) => inner(option, name)));
  switch (schema.type) {
    case "string":
      return textOf(schema);
    case "integer":
      return WAITS.test(name) ? fc.constant(0) : integerOf(schema);
    case "number": {
      const { minimum: min = -1e9, maximum: max = 1e9 } = schema;
      return fc.double({ min, max, noNaN: true });
    }
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "array": {
      const { minItems = 0, maxItems = ITEMS_MAX } = schema;
      return fc.array(inner(schema.items), { minLength: minItems, maxLength: Math.min(maxItems, ITEMS_MAX) });
    }
    case "object":
      return objectOf(schema, inner);
    default:
      return fc.jsonValue();
  }
}

function textOf({ pattern, minLength = 0, maxLength }: JsonSchema): fc.Arbitrary<string> {
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, "u"));
  const longest = maxLength === undefined ? {} : { maxLength };
  return fc.string({ unit: "binary", minLength, ...longest });
}

function integerOf({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): fc.Arbitrary<number> {
  const all = fc.bigInt({ min: BigInt(minimum), max: BigInt(maximum) }).map((value) => Number(value));
  return fc.oneof(fc.constantFrom(minimum, maximum), all);
}

function objectOf(
  { properties = {}, required = [], additionalProperties, propertyNames, maxProperties }: JsonSchema,
  inner: (part: unknown, key: string) => fc.Arbitrary<unknown>,
): fc.Arbitrary<object> {
  const parts = Object.entries(properties).map(([key, part]) => [key, inner(part, key)] as const);
  if (parts.length === 0 && additionalProperties !== false) {
    const keys = typeof propertyNames === "object" ? textOf(propertyNames) : fc.string();
    const values =
      typeof additionalProperties === "object" ? inner(additionalProperties, "") : fc.jsonValue();
    return fc.dictionary(keys, values, maxProperties === undefined ? {} : { maxKeys: maxProperties });
  }
  return fc.record(Object.fromEntries(parts), { requiredKeys: required });
}
