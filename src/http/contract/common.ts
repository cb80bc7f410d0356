import * as z from "zod";
import type { Json, JsonObject } from "../../core/json.ts";
import { isJsonObject } from "../../core/json.ts";
import {
  DESCRIPTION_LENGTH,
  EXECUTION_WAIT_SECONDS_MAX,
  LIST_LIMIT_DEFAULT,
  LIST_LIMIT_MAX,
} from "../../core/limits.ts";
import { NAME_PATTERN, NAME_RULE, QUEUE_NAME_PATTERN, QUEUE_NAME_RULE } from "../../core/names.ts";

/**
 * The shapes of the native API: what requests are read with, what every client of it builds on, and what its document is
 * made of. A shape with an id has this name in the document; `meta` says in JSON Schema what a check by code means.
 * Patterns use no \d and \w, which are wider in some languages than in ours.
 */

export const name = z.string().regex(NAME_PATTERN, `must be ${NAME_RULE}`);
export const queueName = z.string().regex(QUEUE_NAME_PATTERN, `must be ${QUEUE_NAME_RULE}`);
export const json = z
  .custom<Json>((value) => value !== undefined, "is required")
  .meta({ description: "Any JSON value" });
export const jsonObject = z
  .custom<JsonObject>(isJsonObject, "must be a JSON object")
  .meta({ type: "object", additionalProperties: true });
export const instant = z.iso
  .datetime({ offset: true, error: "must be a time such as 2026-11-23T04:00:00Z" })
  .meta({ id: "Instant", examples: ["2026-11-23T04:00:00.000Z"] });

/** Text of so many characters, counted as JSON Schema counts them: whatever they take in UTF-16. */
export function text(longest: number, shortest = 0) {
  const rule = `must have ${shortest > 0 ? `${shortest} to` : "at most"} ${longest} characters`;
  const fits = (value: string) => {
    if (value.length > 2 * longest) return false;
    const length = Array.from(value).length;
    return length >= shortest && length <= longest;
  };
  const minLength = shortest > 0 ? { minLength: shortest } : {};
  return z
    .string()
    .refine(fits, rule)
    .meta({ ...minLength, maxLength: longest });
}

type Patchable<S extends z.ZodRawShape> = { [K in keyof S]: z.ZodOptional<z.ZodNullable<S[K]>> };

/** What a PATCH takes of these parts: none is needed, and `null` restores a default (RFC 7396, of the top level). */
export function mergePatch<S extends z.ZodRawShape>(shape: S): z.ZodObject<Patchable<S>, z.core.$strict> {
  const parts = Object.entries(z.object(shape).shape).map(([key, part]) => [
    key,
    z.optional(z.nullable(part)),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets the keys
  return z.strictObject(Object.fromEntries(parts) as Patchable<S>);
}

export const description = text(DESCRIPTION_LENGTH).meta({ description: "In your own words" });

const DECIMAL = /^-?[0-9]{1,16}$/;

/** A whole number in a query string: in digits, and nothing else that JavaScript would take for a number. */
export function queryNumber(low: number, high: number) {
  return z.preprocess(
    (value) => (typeof value === "string" && DECIMAL.test(value) ? Number(value) : value),
    z.int(`must be a whole number from ${low} to ${high}`).min(low).max(high),
  );
}

/** Yes or no in a query string. */
export const queryFlag = z.enum(["true", "false"]).optional();

export const limit = queryNumber(1, LIST_LIMIT_MAX)
  .default(LIST_LIMIT_DEFAULT)
  .describe("Entries in one page, at the most");

/** How a list is asked for; its cursors have a form of their own, and are not to be made up. */
export function pageBy(cursor: RegExp) {
  return {
    limit,
    cursor: z
      .string()
      .regex(cursor, "must be the cursor of an earlier page of this list")
      .optional()
      .describe("The cursor of the page before: the answer goes on behind it"),
  };
}
/** A cursor that is a position: it can also be given as `after` or `from`. */
export const position = queryNumber(0, Number.MAX_SAFE_INTEGER)
  .optional()
  .describe("The cursor of the page before: the answer goes on behind it");
export const waitSeconds = queryNumber(0, EXECUTION_WAIT_SECONDS_MAX)
  .default(0)
  .describe("Holds the answer until the execution ends, for so many seconds at the most");
export const nextCursor = z
  .string()
  .optional()
  .describe("Asks for the next page; without it this is the last one");

export const leftOut = z
  .array(z.strictObject({ name: z.string(), reason: z.string() }))
  .optional()
  .describe("What the page goes without, because it cannot be read, and why; without it the page is whole");

export const healthAnswer = z
  .strictObject({ status: z.literal("ok"), version: z.string() })
  .meta({ id: "Health" });
export const nothing = z.strictObject({});
export const namesQuery = z.strictObject(pageBy(/^[A-Za-z0-9_-]{1,128}$/));

export const from = instant.optional().describe("Not before this time");
export const to = instant.optional().describe("Not after this time");
export const flowName = name.meta({ description: "Name of a flow", examples: ["nightly-checks"] });
