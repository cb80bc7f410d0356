import type * as z from "zod";
import type { Mapping, Source } from "../expr/mapping.ts";
import type { Json } from "../json.ts";
import type { DiagnosticCode, DocumentPath } from "./diagnostic.ts";
import type { Step } from "./flow.ts";
import type { RawMapping, RawStepKeys } from "./schema.ts";

/** A serial list inside a step, not yet read, and where it stands in the step. */
export interface InnerList {
  readonly path: DocumentPath;
  readonly steps: readonly Json[];
}

/** Where a step's own checks write what they find; paths are relative to the step. */
export interface Reporter {
  report(code: DiagnosticCode, path: DocumentPath, message: string, at?: "key" | "value"): void;
  /** Reports a value that looks like a path and is none. */
  source(value: Json, path: DocumentPath): void;
}

/** Turns the parts of a checked document into their compiled forms. */
export interface StepCompiler {
  common(
    raw: RawStepKeys,
  ): Pick<Step, "name" | "list" | "position" | "end" | "inputMappings" | "outputMappings">;
  mappings(raw: readonly RawMapping[]): readonly Mapping[];
  source(raw: Json): Source;
  /** Position of a step of the same list; check has seen to it that it is there. */
  sibling(name: string): number;
  /** Number of the step's nth inner list. */
  list(inner: number): number;
}

/** One step type of the language: its schema, its own checks, its compiled form. */
export interface StepDefinition<S extends z.ZodObject = z.ZodObject> {
  readonly schema: S;
  innerLists?(raw: z.output<S>): readonly InnerList[];
  check?(raw: z.output<S>, reporter: Reporter): void;
  /** Whether the list is over after this step, whatever happens; default: the key `end`. */
  endsList?(raw: z.output<S>): boolean;
  /** Names of siblings that the step can jump to, and where they are written. */
  jumps?(raw: z.output<S>): readonly { readonly target: string; readonly path: DocumentPath }[];
  compile(raw: z.output<S>, compiler: StepCompiler): Step;
}
