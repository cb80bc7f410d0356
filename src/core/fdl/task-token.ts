import type { JsonPath } from "../expr/jsonpath.ts";
import { parseSource } from "../expr/mapping.ts";
import type { Json, JsonObject } from "../json.ts";
import type { ServiceParams } from "./resource.ts";
import type { RawMapping } from "./schema.ts";

const TOKEN_PATH = ["task", "token"];

/** Whether the task's token is in what a task sends: its inputMappings take it, and its parameters pass it on. */
export function sendsToken(
  { sendsInputWithout }: ServiceParams,
  given: JsonObject,
  inputMappings: readonly RawMapping[],
): boolean {
  const keys = new Set(
    inputMappings.flatMap(({ target, source }) => (isToken(pathOf(source)) ? [target] : [])),
  );
  const sendsInput = sendsInputWithout?.every((name) => !Object.hasOwn(given, name)) ?? false;
  if (keys.size === 0 || sendsInput) return keys.size > 0;
  return Object.values(given).some((value) => readsOneOf(keys, pathOf(value)));
}

function pathOf(value: Json): JsonPath | undefined {
  const parsed = parseSource(value);
  return parsed.ok && "path" in parsed.source ? parsed.source.path : undefined;
}

/** The token, or something that it lies in. */
function isToken(path: JsonPath | undefined): boolean {
  if (path?.root !== "context" || path.segments.length > TOKEN_PATH.length) return false;
  return path.segments.every(
    (segment, depth) =>
      segment.kind === "all" || (segment.kind === "key" && segment.key === TOKEN_PATH[depth]),
  );
}

/** A parameter reads the step's input only: all of it, or a key of it. */
function readsOneOf(keys: ReadonlySet<string>, path: JsonPath | undefined): boolean {
  const [first] = path?.segments ?? [];
  if (!path || first?.kind === "index") return false;
  return first === undefined || first.kind === "all" || keys.has(first.key);
}
