import * as z from "zod";
import type { Json } from "../json.ts";
import { ERROR_LENGTH, EXECUTION_SECONDS_MAX, NAME_LENGTH, RETRY_INTERVAL_SECONDS_MAX } from "../limits.ts";
import { NAME_PATTERN, NAME_RULE } from "../names.ts";

/** Where paths and constants may stand, what is taken says the place (places.ts). */
export const json = z.custom<Json>((value) => value !== undefined, "a value is required");
export const name = z.string().regex(NAME_PATTERN, `must be ${NAME_RULE}`);
const errorName = z.string().min(1).max(ERROR_LENGTH);
export const timeoutSeconds = z.int().min(1).max(EXECUTION_SECONDS_MAX);

export const PLAIN_KEY_RULE = 'must be a plain key, as it is to be named: no path, no "$"';

/** What is given a name is no path: `a`, not `$.a`. */
export function isPlainKey(target: string): boolean {
  return !target.startsWith("$");
}

const mapping = z.strictObject({
  target: z.string().min(1).max(NAME_LENGTH).refine(isPlainKey, PLAIN_KEY_RULE),
  source: json,
});
export const mappings = z.array(mapping);
export type RawMapping = z.infer<typeof mapping>;

/** What every step may say. */
export const stepKeys = {
  name,
  inputMappings: mappings.optional(),
  outputMappings: mappings.optional(),
};
export const end = z.boolean().optional();
export type RawStepKeys = z.infer<z.ZodObject<typeof stepKeys>> & { readonly end?: boolean | undefined };

const errors = z.array(errorName).min(1);
const retry = z.array(
  z.strictObject({
    errors,
    intervalSeconds: z.number().min(0).max(RETRY_INTERVAL_SECONDS_MAX).default(1),
    maxIntervalSeconds: z.number().min(0).max(RETRY_INTERVAL_SECONDS_MAX).default(RETRY_INTERVAL_SECONDS_MAX),
    maxAttempts: z.int().min(0).default(3),
    multiplier: z.number().min(1).default(2),
    jitter: z.number().min(0).max(1).default(0),
  }),
);
const catches = z.array(z.strictObject({ errors, goto: name }));

/** What a step may say of its failure. In the original only tasks may (spec: FDL sections 6.2 and 6.3; the rest is ours). */
export const handling = {
  retry: retry.default([]),
  catch: catches.default([]),
  errorMappings: mappings.optional(),
};
export type RawHandling = z.output<z.ZodObject<typeof handling>>;

/** A serial list, of which only the outside is checked here: its steps are read one by one (read.ts). */
export const steps = z.array(json).min(1, "at least one step is required");

/** The document around the steps (spec: FDL section 1). */
export const flow = z.strictObject({
  version: z.enum(["v1", "v1beta1"]),
  type: z.literal("flow"),
  name: name.optional(),
  timeoutSeconds: timeoutSeconds.default(EXECUTION_SECONDS_MAX),
  inputMappings: mappings.optional(),
  outputMappings: mappings.optional(),
  steps,
});
export type RawFlow = z.output<typeof flow>;
