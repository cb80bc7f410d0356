import { type Json, jsonDepth, jsonSize } from "../json.ts";
import { EXECUTION_DATA_SIZE, JSON_DEPTH } from "../limits.ts";

/**
 * What is too much about a value, in words that follow its name; undefined when it may be carried on. It is measured as
 * it would be written, and no further than to the limit: mappings make values that nobody could write.
 */
export function excessOf(value: Json, limit = EXECUTION_DATA_SIZE): string | undefined {
  if (jsonSize(value, limit) > limit) return `is larger than ${limit} bytes of JSON`;
  return jsonDepth(value, JSON_DEPTH) > JSON_DEPTH ? `lies more than ${JSON_DEPTH} levels deep` : undefined;
}
