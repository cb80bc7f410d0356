import { InvalidArgumentError, Option } from "commander";
import * as z from "zod";
import { UsageError } from "../usage-error.ts";
import { readJson, readTime } from "./input.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Options of a command, read off a shape of the API: what the API learns, the command line knows. */
export function optionsFrom(shape: z.ZodObject): Option[] {
  const { properties = {}, $defs = {} } = z.toJSONSchema(shape, { io: "output", unrepresentable: "any" });
  const needed = new Set(z.toJSONSchema(shape, { io: "input", unrepresentable: "any" }).required ?? []);
  return Object.entries(properties).flatMap(([name, part]) => {
    if (typeof part !== "object") return [];
    return optionsOf(name, resolved(part, $defs)).map((option) =>
      option.makeOptionMandatory(needed.has(name)),
    );
  });
}

function resolved(part: JsonSchema, defs: Record<string, JsonSchema>): JsonSchema {
  const name = part.$ref?.split("/").at(-1);
  return name === undefined ? part : { ...defs[name], ...part };
}

function optionsOf(name: string, schema: JsonSchema): Option[] {
  const flag = `--${kebab(name)}`;
  const words = wordsOf(schema);
  if (schema.type === "boolean")
    return [new Option(flag, words), new Option(`--no-${kebab(name)}`, `not ${name}`)];
  const option = new Option(`${flag} ${placeholder(schema)}`, words);
  if (schema.enum) return [option.choices(schema.enum.map(String))];
  if (schema.type === "integer") return [option.argParser(readInteger)];
  if (schema.format === "date-time") return [option.argParser((text: string) => readTime(text, Date.now()))];
  const isText = schema.type === "string" || schema.type === "array";
  return [isText ? option : option.argParser((text: string) => readJson(text, flag))];
}

function placeholder({ type, format, enum: values }: JsonSchema): string {
  if (format === "date-time") return "<time>";
  if (type === "integer") return "<n>";
  if (type === "array") return "<text...>";
  return type === "string" || values ? "<text>" : "<json>";
}

function wordsOf({ description = "", minimum, maximum, default: usual, examples }: JsonSchema): string {
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const notes = [
    isBounded ? `${minimum ?? 0} to ${maximum}` : "",
    usual === undefined || usual === "" ? "" : `${JSON.stringify(usual)} unless given`,
    Array.isArray(examples) && typeof examples[0] === "string" ? `such as "${examples[0]}"` : "",
  ].filter((note) => note !== "");
  return [description, notes.length > 0 ? `(${notes.join("; ")})` : ""]
    .filter((part) => part !== "")
    .join(" ");
}

function readInteger(text: string): number {
  if (!/^-?\d{1,16}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** What was given on the command line, as the API will read it; throws with the option's name. */
export function readOptions<S extends z.ZodType>(
  shape: S,
  given: Readonly<Record<string, unknown>>,
): z.output<S> {
  const known = shape instanceof z.ZodObject ? Object.keys(shape.shape) : undefined;
  const entries = Object.entries(given).filter(
    ([name, value]) => value !== undefined && (known?.includes(name) ?? true),
  );
  const read = shape.safeParse(Object.fromEntries(entries));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const [name, ...rest] = issue?.path.map(String) ?? [];
  const place = name === undefined ? "" : `${[`--${kebab(name)}`, ...rest].join(".")}: `;
  const isMissing = issue?.code === "invalid_type" && name !== undefined && given[name] === undefined;
  throw new UsageError(`${place}${isMissing ? "is needed" : (issue?.message ?? "is not valid")}`);
}
