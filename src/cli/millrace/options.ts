import { InvalidArgumentError, Option } from "commander";
import * as z from "zod";
import { parseJsonValue } from "../../core/schema-words.ts";
import { UsageError } from "../usage-error.ts";
import { readJsonOption, readTime } from "./input.ts";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** One value of a shape: what lies in objects is named by the way to it, `--catch-up-mode` for `catchUp.mode`. */
interface Field {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
  readonly isNeeded: boolean;
}

/** Options of a command, read off a shape of the API: what the API learns, the command line knows. */
export function optionsFrom(shape: z.ZodObject): Option[] {
  return fieldsOf(shape).flatMap((field) => optionsOf(field));
}

function fieldsOf(shape: z.ZodObject): Field[] {
  const { $defs = {}, ...schema } = inside(shape, "output");
  const { required = [] } = inside(shape, "input");
  return leaves({ path: [], schema: { ...schema, required }, isNeeded: true }, $defs);
}

/** A shape that has a name of its own is only referred to by it. */
function inside(shape: z.ZodObject, io: "input" | "output"): JsonSchema {
  const schema = z.toJSONSchema(shape, { io, unrepresentable: "any" });
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : { ...schema, ...schema.$defs?.[name] };
}

function leaves({ path, schema, isNeeded }: Field, defs: Readonly<Record<string, JsonSchema>>): Field[] {
  const { properties, required = [] } = schema;
  if (!properties) return [{ path, schema, isNeeded }];
  return Object.entries(properties).flatMap(([name, part]) => {
    if (typeof part !== "object") return [];
    const target = part.$ref?.split("/").at(-1);
    const inner = target === undefined ? part : { ...defs[target], ...part };
    const field = { path: [...path, name], schema: inner, isNeeded: isNeeded && required.includes(name) };
    return leaves(field, defs);
  });
}

function optionsOf({ path, schema, isNeeded }: Field): Option[] {
  const words = wordsOf(schema);
  const name = flagOf(path);
  if (schema.type === "boolean") return [new Option(`--${name}`, words), new Option(`--no-${name}`)];
  return [
    reading(new Option(`--${name} ${placeholder(schema)}`, words), schema).makeOptionMandatory(isNeeded),
  ];
}

function reading(option: Option, schema: JsonSchema): Option {
  const { type, format, enum: values } = schema;
  if (isList(schema)) return list(option, schema);
  if (values) return option.choices(values.map(String));
  if (type === "integer") return option.argParser(readInteger);
  if (format === "date-time") return option.argParser((text: string) => readTime(text, Date.now()));
  if (type === "string") return option;
  return option.argParser((text: string) => readJsonOption(text, option.long ?? ""));
}

function list(option: Option, schema: JsonSchema): Option {
  const { items } = schema;
  // Shown; another word is refused by the shape.
  if (typeof items === "object" && !Array.isArray(items) && items.enum)
    option.argChoices = items.enum.map(String);
  if (canBeEmpty(schema)) option.description = `${option.description} ("" for none)`.trim();
  return repeatable(option);
}

function canBeEmpty({ type, minItems = 0 }: JsonSchema): boolean {
  return type === "array" && minItems === 0;
}

/** An option that can be given several times, and takes one value each time: so it takes no argument away. */
export function repeatable(option: Option): Option {
  option.description = `${option.description} (as often as you like)`.trim();
  return option.argParser((text: string, before: unknown) => [
    ...(Array.isArray(before) ? before.map(String) : []),
    text,
  ]);
}

function isList(schema: JsonSchema): boolean {
  return schema.type === "array" || isOneOrMany(schema);
}

/** Takes a text, or a list of them. */
function isOneOrMany({ anyOf = [] }: JsonSchema): boolean {
  const types = new Set(anyOf.map((option) => option.type));
  return types.has("string") && types.has("array");
}

function placeholder(schema: JsonSchema): string {
  const { type, format, enum: values } = schema;
  if (format === "date-time") return "<time>";
  if (type === "integer") return "<n>";
  return type === "string" || values || isList(schema) ? "<text>" : "<json>";
}

function wordsOf({ description = "", minimum, maximum, default: usual, examples }: JsonSchema): string {
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  const notes = [
    isBounded ? `${minimum ?? 0} to ${maximum}` : "",
    usual === undefined || usual === "" ? "" : `${JSON.stringify(usual)} by default`,
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

function flagOf(path: readonly string[]): string {
  return path.map((name) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)).join("-");
}

/** The name that the parser of arguments gives to an option. */
function attributeOf(path: readonly string[]): string {
  return path
    .map((name, position) => (position === 0 ? name : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`))
    .join("");
}

interface Nested {
  [name: string]: unknown;
}

/** What was given on the command line, as the API will read it; throws with the option's name. */
export function readOptions<S extends z.ZodType>(
  shape: S,
  given: Readonly<Record<string, unknown>>,
): z.output<S> {
  return checked(shape, shape instanceof z.ZodObject ? gathered(fieldsOf(shape), given) : given, given);
}

/** What `--unset` is: for commands that change something. */
export const UNSET = ["--unset <option...>", "give an option its default again, by its name"] as const;

/**
 * What was given on the command line as a merge patch of what is there. Options that lie in one object are options of
 * their own here, so those that were not given stay, and `--unset` takes single ones away.
 */
export function readChanges<P extends z.ZodType>(
  shape: z.ZodObject,
  patch: P,
  given: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
): z.output<P> {
  const fields = fieldsOf(shape);
  const changes = gathered(fields, given);
  for (const [key, value] of Object.entries(changes)) {
    const isTaken = fields.some(({ path }) => path.length > 1 && path[0] === key);
    if (isTaken) changes[key] = { ...asObject(before[key]), ...asObject(value) };
  }
  const unset = Array.isArray(given.unset) ? given.unset.map(String) : [];
  for (const name of unset) {
    const path = pathNamed(fields, name);
    if (given[attributeOf(path)] !== undefined)
      throw new UsageError(`--${flagOf(path)} is given and unset: leave one of them out`);
    takeAway(changes, path, before);
  }
  return checked(patch, changes, given);
}

/** The way to an option, or to several that lie in one object. */
function pathNamed(fields: readonly Field[], name: string): readonly string[] {
  const wanted = name.replace(/^--/, "");
  const paths = fields.flatMap(({ path }) => path.map((_, position) => path.slice(0, position + 1)));
  const found = paths.find((path) => flagOf(path) === wanted);
  if (!found) throw new UsageError(`--unset takes the name of an option that can be set here, not "${name}"`);
  return found;
}

function takeAway(
  changes: Nested,
  [key = "", inner]: readonly string[],
  before: Readonly<Record<string, unknown>>,
): void {
  if (inner === undefined) {
    changes[key] = null;
    return;
  }
  const { [inner]: _, ...rest } = asObject(changes[key] ?? before[key]);
  changes[key] = Object.keys(rest).length === 0 ? null : rest;
}

function asObject(value: unknown): Nested {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function checked<S extends z.ZodType>(
  shape: S,
  value: unknown,
  given: Readonly<Record<string, unknown>>,
): z.output<S> {
  const read = parseJsonValue(shape, value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  // Without positions in lists: options are named, what they are given is not.
  const path = issue?.path.filter((part) => typeof part === "string") ?? [];
  const place = path.length === 0 ? "" : `--${flagOf(path)}: `;
  const isMissing = issue?.path.length === path.length && given[attributeOf(path)] === undefined;
  // Of several ways to read it the first is the usual one.
  const said = issue?.code === "invalid_union" ? issue.errors[0]?.[0]?.message : issue?.message;
  throw new UsageError(`${place}${isMissing ? "is needed" : (said ?? "is not valid")}`);
}

function gathered(fields: readonly Field[], given: Readonly<Record<string, unknown>>): Nested {
  const all: Nested = {};
  for (const { path, schema } of fields) {
    const value = given[attributeOf(path)];
    if (value !== undefined) put(all, path, meantBy(value, schema));
  }
  return all;
}

/** A list of one stands for the one where that is taken, and a list of one empty text for none. */
function meantBy(value: unknown, schema: JsonSchema): unknown {
  if (!Array.isArray(value) || value.length !== 1) return value;
  if (canBeEmpty(schema) && value[0] === "") return [];
  return isOneOrMany(schema) ? value[0] : value;
}

function put(into: Nested, [name = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    into[name] = value;
    return;
  }
  const inner: Nested = {};
  const known = into[name];
  if (typeof known === "object" && known !== null) Object.assign(inner, known);
  put(inner, rest, value);
  into[name] = inner;
}
