import type * as z from "zod";
import type { Mapping, Source } from "../expr/mapping.ts";
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
  report(code: DiagnosticCode, path: DocumentPath, message: string, at?: "key" | "value"): void;
  /** Reports a value that looks like a path and is none. */
  source(value: Json, path: DocumentPath): void;
  /** Whether the service has this secret; true as well where nobody knows. */
  knowsSecret(name: string): boolean;
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
  check?(raw: z.output<S>, reporter: Reporter): void;
  /** Whether the list is over after this step, whatever happens; default: the key `end`. */
  endsList?(raw: z.output<S>): boolean;
  /** Where the step can go besides on; what its catch says is known without this. */
  jumps?(raw: z.output<S>): readonly Jump[];
  compile(raw: z.output<S>, compiler: StepCompiler): Step;
}

/** The list at a path of a step, if there is one. */
export function innerList(step: Json, ...path: DocumentPath): InnerList[] {
  const found = path.reduce<Json | undefined>((value, key) => {
    if (typeof key === "number") return Array.isArray(value) ? (value as readonly Json[])[key] : undefined;
    return value !== undefined && isJsonObject(value) ? own(value, key) : undefined;
  }, step);
  return Array.isArray(found) ? [{ path, steps: found as readonly Json[] }] : [];
}

/** How many entries stand under a key, if it holds a list. */
export function countUnder(step: JsonObject, key: string): number {
  const found = own(step, key);
  return Array.isArray(found) ? found.length : 0;
}
