import type * as z from "zod";
import type { Mapping, Source } from "../expr/mapping.ts";
import type { Constant, Place } from "../expr/place.ts";
import { type Json, type JsonObject, isJsonObject, own } from "../json.ts";
import type { DiagnosticCode, DocumentPath } from "./diagnostic.ts";
import type { Handling, Step } from "./flow.ts";
import type { RawHandling, RawMapping, RawStepKeys } from "./schema.ts";

/** A serial list inside a step, not yet read, and where it stands in the step. */
export interface InnerList {
  readonly path: DocumentPath;
  readonly steps: readonly Json[];
}

/** A sibling that a step can jump to, and where that is written in the step. */
export interface Jump {
  readonly target: string;
  readonly path: DocumentPath;
}

/** Where a step's own checks write what they find; paths are relative to the step. */
export interface Reporter {
  /** The flow as a whole has a time limit of its own. */
  readonly isFlowTimed: boolean;
  /** Whether the service has this secret; true as well where nobody knows. */
  knowsSecret(name: string): boolean;
  report(
    code: DiagnosticCode,
    path: DocumentPath,
    message: string,
    more?: { readonly at?: "key" | "value" },
  ): void;
  /** Reports what is wrong with a path or a constant at its place. */
  value(value: Json, place: Place, path: DocumentPath, constant?: Constant): void;
}

/** A check of some of a step's keys. It runs when these can be read, whatever is wrong with the rest of the step. */
export interface StepCheck<Raw> {
  readonly of: readonly string[];
  run(raw: Raw, reporter: Reporter): void;
}

/** Names the keys that a check reads, so that it cannot read others. */
export function checkOf<Raw, K extends keyof Raw & string>(
  of: readonly K[],
  run: (raw: Pick<Raw, K>, reporter: Reporter) => void,
): StepCheck<Raw> {
  return { of, run };
}

/** Turns the parts of a checked document into their compiled forms. */
export interface StepCompiler {
  common(
    raw: RawStepKeys,
  ): Pick<Step, "name" | "list" | "position" | "end" | "inputMappings" | "outputMappings">;
  mappings(raw: readonly RawMapping[]): readonly Mapping[];
  source(raw: Json): Source;
  handling(raw: RawHandling): Handling;
  /** Position of a step of the same list; check has seen to it that it is there. */
  sibling(name: string): number;
  /** Number of the step's nth inner list. */
  list(inner: number): number;
}

/** One step type of the language: its schema, its own checks, its compiled form. */
export interface StepDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly schema: S;
  /** The lists inside, as far as they can be made out of a step that may be wrong otherwise. */
  innerLists?(step: JsonObject): readonly InnerList[];
  readonly checks?: readonly StepCheck<z.output<S>>[];
  /** Checks what is written deep inside a key, which something else under that key can make unreadable as a whole. */
  checkWritten?(step: JsonObject, reporter: Reporter): void;
  /** Whether the list is over after this step, whatever happens; default: the key `end`. */
  endsList?(raw: z.output<S>): boolean;
  /** Where the step can go besides on, as far as it can be read; what its catch says is known without this. */
  jumps?(step: JsonObject): readonly Jump[];
  /** Where the paths of its mappings stand, if not where those of most steps do. */
  readonly places?: { readonly inputMappings?: Place; readonly outputMappings?: Place };
  compile(raw: z.output<S>, compiler: StepCompiler): Step;
}

/** What stands at a path of a value, whatever is wrong elsewhere. */
export function valueAt(value: Json, path: DocumentPath): Json | undefined {
  return path.reduce<Json | undefined>((found, key) => {
    if (typeof key === "number") return Array.isArray(found) ? (found as readonly Json[])[key] : undefined;
    return found !== undefined && isJsonObject(found) ? own(found, key) : undefined;
  }, value);
}

/** The list at a path of a step, if there is one. */
export function innerList(step: Json, ...path: DocumentPath): InnerList[] {
  const steps = listAt(step, path);
  return steps ? [{ path, steps }] : [];
}

export function listAt(value: Json, path: DocumentPath): readonly Json[] | undefined {
  const found = valueAt(value, path);
  return Array.isArray(found) ? (found as readonly Json[]) : undefined;
}

/** The jump that is written at a path of a step, if there is one. */
export function jumpAt(step: Json, ...path: DocumentPath): Jump[] {
  const target = valueAt(step, path);
  return typeof target === "string" ? [{ target, path }] : [];
}

/** How many entries stand under a key, if it holds a list. */
export function countUnder(step: JsonObject, key: string): number {
  return listAt(step, [key])?.length ?? 0;
}
