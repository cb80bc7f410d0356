import type { JsonPath } from "../expr/jsonpath.ts";
import { parseSource } from "../expr/mapping.ts";
import { likelyPath, pathsInside } from "../expr/near-miss.ts";
import { type Constant, type Place, checkPath, missingOf, rootsOf } from "../expr/place.ts";
import { given } from "../given.ts";
import type { Json } from "../json.ts";
import { DIAGNOSTICS_MAX } from "../limits.ts";
import { nearest } from "../names.ts";
import type { DiagnosticCode, DocumentPath } from "./diagnostic.ts";

/** What is wrong with a value; `path` is relative to it. */
export interface ValueProblem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly path: DocumentPath;
  readonly suggestion?: string;
}

/** All that is wrong, or looks wrong, with a path or a constant at its place. */
export function checkValue(value: Json, place: Place, constant: Constant = place.constant): ValueProblem[] {
  const parsed = parseSource(value);
  if (!parsed.ok) return [{ code: "InvalidPath", message: parsed.detail, path: [] }];
  if ("path" in parsed.source) return checkPathAt(parsed.source.path, textOf(value), place);
  if (!constant.accepts(value)) return [wrongConstant(value, place, constant)];
  return typeof value === "string" ? nearMiss(value, place) : innerPaths(value);
}

function checkPathAt(path: JsonPath, text: string, place: Place): ValueProblem[] {
  const checked = checkPath(path, text, place);
  if (!checked.ok) return [{ code: "PathOutOfPlace", message: checked.detail, path: [] }];
  return [...findsNothing(path, text, place), ...bare(path, text, place)];
}

function findsNothing(path: JsonPath, text: string, place: Place): ValueProblem[] {
  const missing = missingOf(path, place);
  if (!missing) return [];
  const { key, known, before } = missing;
  const meant = nearest(key, known);
  const others = known.length > 0 ? `${before} has ${known.join(", ")} here` : `${before} is empty here`;
  const remedy = meant === undefined ? others : `did you mean "${before}.${meant}"?`;
  return [
    { code: "FindsNothing", message: `"${text}" is always null in ${place.name}: ${remedy}`, path: [] },
  ];
}

function bare({ root }: JsonPath, text: string, { isBareUnclear, reads }: Place): ValueProblem[] {
  if (root !== "self" || isBareUnclear !== true) return [];
  const message = `"${text}" reads ${reads.self}: say $input or $local to be clear`;
  return [{ code: "BarePath", message, path: [] }];
}

function wrongConstant(value: Json, place: Place, { rule }: Constant): ValueProblem {
  const meant = typeof value === "string" ? likelyPath(value) : undefined;
  const remedy = meant === undefined ? "" : `: did you mean "${meant}"?`;
  const [root] = rootsOf(place);
  return {
    code: "InvalidValue",
    message: `must be ${rule}, or a path into ${place.reads.self} such as "${root}.key"${remedy}`,
    path: [],
    ...given({ suggestion: meant }),
  };
}

function nearMiss(text: string, place: Place): ValueProblem[] {
  const meant = likelyPath(text);
  if (meant === undefined) return [];
  const message = `"${text}" is a constant text in ${place.name}: did you mean the path "${meant}"?`;
  return [{ code: "NearlyAPath", message, path: [], suggestion: meant }];
}

function innerPaths(value: Json): ValueProblem[] {
  return pathsInside(value, DIAGNOSTICS_MAX).map(({ path, text }) => ({
    code: "PathInConstant",
    message: `"${text}" is not read inside a constant: give the whole value as one path, or map each key by itself`,
    path,
  }));
}

function textOf(value: Json): string {
  return typeof value === "string" ? value : "";
}
