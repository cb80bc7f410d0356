import { type FdlGroup, FDL_KEYS, type FdlKey, groupAt, keyOf } from "./fdl-keys.ts";
import type { CaretPlace } from "./yaml-caret.ts";

export interface Completion {
  readonly label: string;
  /** What is written. */
  readonly text: string;
  /** The key that it is about. */
  readonly key: string;
  readonly kind: "key" | "value" | "path" | "step" | "queue";
}

export interface KnownNames {
  /** Steps that a goto can lead to. */
  readonly steps: readonly string[];
  readonly queues: readonly string[];
  /** What the step around has mapped into its input. */
  readonly inputs: readonly string[];
}

const INDENT = 2;
/** Keys whose values may be paths, and the roots that these may begin with. */
const FROM_ALL = ["$input", "$local", "$context"];
const FROM_INPUT = ["$"];
const PATH_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ["source", FROM_ALL],
  ["collection", FROM_INPUT],
  ["condition", FROM_INPUT],
  ["duration", FROM_INPUT],
  ["timestamp", FROM_INPUT],
  ["error", FROM_INPUT],
  ["cause", FROM_INPUT],
]);
const CONTEXT = [
  "execution.name",
  "execution.startedTime",
  "flow.name",
  "flow.id",
  "step.name",
  "step.eventId",
];
const TOKEN = "task.token";

/** What may be written at the caret. */
export function completionsAt(place: CaretPlace, names: KnownNames): Completion[] {
  const { keys, siblings, key } = place;
  const group = groupAt(keys, siblings.get("type")?.trim());
  if (key !== undefined) return valuesOf(place, key, group, names);
  // A step without its type yet may be given one, and a name.
  if (group === undefined) return isStepList(keys) ? keysOf("pass", place, ["type", "name"]) : [];
  return keysOf(group, place, Object.keys(FDL_KEYS[group]));
}

/** The key whose help belongs to what stands at the end of a way of keys: its own in this mapping, if it has one. */
export function helpKeyOf(
  key: string,
  group: FdlGroup | undefined,
  has: (key: string) => boolean,
): string | undefined {
  const own = `${group}.${key}`;
  if (has(own)) return own;
  return has(key) ? key : undefined;
}

function isStepList(keys: readonly (string | 0)[]): boolean {
  return keys.at(-2) === "steps" && keys.at(-1) === 0;
}

function keysOf(
  group: FdlGroup,
  { siblings, column, isInline }: CaretPlace,
  keys: readonly string[],
): Completion[] {
  return keys
    .filter((key) => !siblings.has(key))
    .map((key) => ({
      label: key,
      key,
      kind: "key",
      text: written(key, keyOf(group, key), column, isInline),
    }));
}

/** A key with what must follow it: a space, an entry, or a key further in. */
function written(key: string, known: FdlKey | undefined, column: number, isInline: boolean): string {
  const holds = known?.group !== undefined || known?.isFree === true;
  if (!holds || isInline) return `${key}: `;
  const indent = " ".repeat(column + INDENT);
  return `${key}:\n${indent}${known?.isList === true ? "- " : ""}`;
}

function valuesOf(
  place: CaretPlace,
  key: string,
  group: FdlGroup | undefined,
  names: KnownNames,
): Completion[] {
  const as = (kind: Completion["kind"]) => (label: string) => ({ label, text: label, key, kind });
  if (key === "goto") return names.steps.map(as("step"));
  if (key === "resourceArn")
    return names.queues.map((queue) => as("queue")(`acs:mns:::/queues/${queue}/messages`));
  const isStep = group === undefined && isStepList(place.keys);
  const values = group === undefined ? undefined : keyOf(group, key)?.values;
  if (values) return values.map(as("value"));
  if (isStep && key === "type") return (keyOf("pass", "type")?.values ?? []).map(as("value"));
  const roots = place.keys.includes("serviceParams") ? FROM_INPUT : PATH_KEYS.get(key);
  return roots ? pathsFrom(roots, names.inputs, place).map(as("path")) : [];
}

function pathsFrom(roots: readonly string[], inputs: readonly string[], { keys }: CaretPlace): string[] {
  return roots.flatMap((root) => {
    if (root === "$context")
      return [...CONTEXT, ...(keys.includes("inputMappings") ? [TOKEN] : [])].map((key) => `$context.${key}`);
    return root === "$" ? [root, ...inputs.map((key) => `$.${key}`)] : [root];
  });
}
