import * as z from "zod";
import { maskTokensIn } from "../../auth/task-token.ts";
import { type Json, type JsonObject, isJsonObject, readJson } from "../../core/json.ts";
import {
  CAUSE_LENGTH,
  DESCRIPTION_LENGTH,
  ERROR_LENGTH,
  FNF_EXECUTIONS_LISTED_MAX,
  FNF_KEPT_TEXT_BYTES,
  FNF_LIST_LIMIT_DEFAULT,
  LIST_LIMIT_MAX,
} from "../../core/limits.ts";
import { NAME_PATTERN, NAME_RULE } from "../../core/names.ts";
import { utf8Length } from "../../core/text.ts";
import { parseRfc3339 } from "../../core/time.ts";

/** The shapes of parameters. All values are text on the wire (spec: api.md section 2). */

export const name = z.string().regex(NAME_PATTERN, `must be ${NAME_RULE}`);
export const text = z.string().min(1);
/** An empty one is a value, too. */
export const description = atMost(DESCRIPTION_LENGTH);
export const freeText = atMost(DESCRIPTION_LENGTH);
export const error = atMost(ERROR_LENGTH).min(1);
export const cause = atMost(CAUSE_LENGTH).min(1);

function atMost(length: number) {
  return z.string().max(length, `has at most ${length} characters`);
}

export function integer(low: number, high: number) {
  const rule = `must be a whole number from ${low} to ${high}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, rule)
    .transform(Number)
    .pipe(z.number().min(low, rule).max(high, rule));
}

/** Python says `True`, JavaScript `true`, PHP `1`. */
export const boolean = z
  .string()
  .regex(/^(?:true|false|1|0)$/i, "must be true or false, or 1 or 0")
  .transform((value) => /^(?:true|1)$/i.test(value));

export const instant = z.string().transform((value, context) => {
  const at = parseRfc3339(value);
  if (at !== undefined) return at;
  context.addIssue({ code: "custom", message: "must be a time such as 2026-11-23T04:00:00.000Z" });
  return z.NEVER;
});

/** The value of a text of JSON. */
export const json = z.string().transform((value, context): Json => {
  const read = readJson(value);
  if (read.ok) return read.value;
  context.addIssue({
    code: "custom",
    message: read.code === "NotJson" ? `is not JSON: ${read.detail}` : read.detail,
  });
  return z.NEVER;
});

export const jsonObject = json.pipe(z.custom<JsonObject>(isJsonObject, "must be the text of a JSON object"));

/** A document that is given back as it was written: clients compare. */
export interface Written {
  readonly value: JsonObject;
  /** Absent where it is our own writing, holds a task token, or is too long to be kept. */
  readonly text?: string;
}

/** The text of a JSON object; an empty one is a text of its own, and means the empty object. */
export const written = z.string().transform((given, context): Written => {
  const parsed = given === "" ? { success: true as const, data: {} } : jsonObject.safeParse(given);
  if (parsed.success) return writtenAs(given, parsed.data);
  for (const { message } of parsed.error.issues) context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** What was not given is given back as nothing. */
export const NOTHING_WRITTEN: Written = { value: {}, text: "" };

function writtenAs(given: string, value: JsonObject): Written {
  const own = JSON.stringify(value);
  const isKept = given !== own && utf8Length(given) <= FNF_KEPT_TEXT_BYTES;
  // A token could be written with escapes, and would not be known when it is shown.
  return isKept && maskTokensIn(own) === own ? { value, text: given } : { value };
}

export const limit = integer(1, LIST_LIMIT_MAX).default(FNF_LIST_LIMIT_DEFAULT);
export const executionsLimit = integer(1, FNF_EXECUTIONS_LISTED_MAX).default(FNF_LIST_LIMIT_DEFAULT);

/** Where a list goes on; tokens have a form of their own, and are not to be made up. */
export function nextToken(form: RegExp) {
  return z.string().regex(form, "must be the NextToken of an earlier page of this list").optional();
}

/** Of newer clients: something that is not here, so only its default will do. */
export function onlyDefault(...values: string[]) {
  const rule = `is not known here: leave it out, or say ${values.join(" or ")}`;
  return z
    .string()
    .refine((value) => values.includes(value), rule)
    .optional();
}
