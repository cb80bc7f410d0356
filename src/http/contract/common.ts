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

/** The shapes of the native API: what requests are read with, and what every client of it builds on. */

export const name = z.string().regex(NAME_PATTERN, `must be ${NAME_RULE}`);
export const queueName = z.string().regex(QUEUE_NAME_PATTERN, `must be ${QUEUE_NAME_RULE}`);
export const json = z.custom<Json>((value) => value !== undefined, "is required");
export const jsonObject = z.custom<JsonObject>(isJsonObject, "must be a JSON object");
export const instant = z.iso.datetime({ offset: true, error: "must be a time such as 2026-11-23T04:00:00Z" });
export const description = z.string().max(DESCRIPTION_LENGTH);

/** A number in a query string. */
export function queryNumber(low: number, high: number) {
  return z.coerce
    .number(`must be a number from ${low} to ${high}`)
    .int("must be a whole number")
    .min(low)
    .max(high);
}

export const limit = queryNumber(1, LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT);

/** How a list is asked for; its cursors have a form of their own, and are not to be made up. */
export function pageBy(cursor: RegExp) {
  return {
    limit,
    cursor: z.string().regex(cursor, "must be the cursor of an earlier page of this list").optional(),
  };
}
/** A cursor that is a position: it can also be given as `after` or `from`. */
export const position = queryNumber(0, Number.MAX_SAFE_INTEGER).optional();
export const waitSeconds = queryNumber(0, EXECUTION_WAIT_SECONDS_MAX).default(0);

export const healthAnswer = z.strictObject({ status: z.literal("ok"), version: z.string() });
export const nothing = z.strictObject({});
export const namesQuery = z.strictObject(pageBy(/^[\w-]{1,128}$/));
