import * as z from "zod";

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type Direction = "input" | "output";

const PREFIX = "#/components/schemas/";

/** Collects the JSON Schemas of the contract's shapes: those with an id under their names, once. */
export class Schemas {
  readonly named: Record<string, JsonSchema> = {};

  /** A shape as it is sent (`input`) or answered (`output`); named shapes are referred to. */
  of(shape: z.ZodType, direction: Direction): JsonSchema {
    const { properties, $defs = {} } = z.toJSONSchema(z.strictObject({ shape }), {
      io: direction,
      unrepresentable: "any",
      override,
    });
    for (const [name, schema] of Object.entries($defs)) this.add(name, withReferences(schema));
    const schema = properties?.shape;
    if (typeof schema !== "object") throw new Error("Broken invariant: a shape has a schema");
    return withReferences(schema);
  }

  /** As `of`; a shape without an id is given this name, unless nothing can be in it. */
  referTo(shape: z.ZodType, direction: Direction, name: string): JsonSchema {
    const schema = this.of(shape, direction);
    const isEmpty = schema.type === "object" && Object.keys(schema.properties ?? {}).length === 0;
    if (schema.$ref !== undefined || isEmpty) return schema;
    this.add(name, schema);
    return { $ref: `${PREFIX}${name}` };
  }

  private add(name: string, schema: JsonSchema): void {
    const known = this.named[name];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema))
      throw new Error(`Broken invariant: "${name}" is two shapes, or differs by direction`);
    this.named[name] = schema;
  }

  /** The schema that a reference means. */
  resolve(schema: JsonSchema): JsonSchema {
    const found = schema.$ref === undefined ? schema : this.named[schema.$ref.slice(PREFIX.length)];
    if (!found) throw new Error(`Broken invariant: ${schema.$ref} is a named schema`);
    return found;
  }
}

interface Overridden {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: JsonSchema;
}

function override({ zodSchema, jsonSchema }: Overridden): void {
  if (zodSchema instanceof z.ZodUnion && jsonSchema.anyOf) {
    const { options } = zodSchema;
    // What takes anything, so that it can be refused alone, is not a shape that anyone should send.
    jsonSchema.anyOf = jsonSchema.anyOf.filter((_, position) => !(options[position] instanceof z.ZodUnknown));
  }
  // Wider in some languages than in ours.
  if (jsonSchema.pattern !== undefined) jsonSchema.pattern = jsonSchema.pattern.replaceAll("\\d", "[0-9]");
  const { propertyNames } = jsonSchema;
  // That keys are text needs no saying.
  if (typeof propertyNames !== "object" || propertyNames.pattern === undefined)
    delete jsonSchema.propertyNames;
}

function withReferences(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) =>
    key === "$ref" && typeof value === "string" ? value.replace("#/$defs/", PREFIX) : value,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same schema, with other references
  return JSON.parse(text) as JsonSchema;
}
