import type * as z from "zod";
import { parseSource } from "../expr/mapping.ts";
import { type Json, isJsonObject } from "../json.ts";
import { DIAGNOSTICS_MAX, LIST_LIMIT_MAX, STEP_NESTING_MAX } from "../limits.ts";
import { nearest } from "../names.ts";
import type { Diagnostic, DiagnosticCode, DocumentPath } from "./diagnostic.ts";
import { type DefinitionDocument, readDocument } from "./document.ts";
import { STEP_TYPES, stepDefinition } from "./language.ts";
import { type RawFlow, type RawMapping, everyStep, flow as flowSchema } from "./schema.ts";
import { describeIssues } from "./schema-diagnostics.ts";
import type { Jump, Reporter, StepDefinition } from "./step-definition.ts";

/** A step that was read with its own schema, and the lists inside it. */
export interface ReadStep {
  readonly definition: StepDefinition;
  readonly raw: z.output<z.ZodObject>;
  readonly name: string;
  readonly lists: readonly ReadList[];
}

export type ReadList = readonly ReadStep[];

export interface ReadDefinition {
  /** Present when nothing was found that forbids running the definition. */
  readonly flow?: { readonly raw: RawFlow; readonly steps: ReadList };
  readonly diagnostics: readonly Diagnostic[];
}

/** What is known of the service that is to run a definition; absent: nothing, and nothing is said of it. */
export interface DefinitionContext {
  readonly secrets?: ReadonlySet<string>;
}

/** Reads a definition and finds all that is wrong with it, at once. */
export function readDefinition(text: string, context: DefinitionContext = {}): ReadDefinition {
  const { document, diagnostics } = readDocument(text);
  return document
    ? new DefinitionReader(document, diagnostics, context).read()
    : { diagnostics: diagnostics.slice(0, DIAGNOSTICS_MAX) };
}

class DefinitionReader {
  private readonly diagnostics: Diagnostic[];
  private readonly document: DefinitionDocument;
  private readonly context: DefinitionContext;
  /** Where each step name was first used, to warn of the same name in another list. */
  private readonly names = new Map<string, DocumentPath>();

  constructor(document: DefinitionDocument, found: readonly Diagnostic[], context: DefinitionContext) {
    this.document = document;
    this.context = context;
    this.diagnostics = [...found];
  }

  read(): ReadDefinition {
    const { value } = this.document;
    const parsed = flowSchema.safeParse(value);
    if (!parsed.success) this.reportIssues(flowSchema, value, parsed.error, []);
    // The steps are read even so: a mistyped key at the top must not hide what is wrong below.
    const rawSteps =
      isJsonObject(value) && Array.isArray(value.steps) ? (value.steps as readonly Json[]) : [];
    const steps = this.readList(rawSteps, ["steps"]);
    if (parsed.success) {
      this.checkMappings(parsed.data.inputMappings, ["inputMappings"]);
      this.checkMappings(parsed.data.outputMappings, ["outputMappings"]);
    }
    const sorted = this.diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const broken = sorted.some(({ severity }) => severity === "error");
    return {
      ...(parsed.success && !broken && { flow: { raw: parsed.data, steps } }),
      diagnostics: sorted,
    };
  }

  private readList(steps: readonly Json[], path: DocumentPath, depth = 1): ReadList {
    if (depth > STEP_NESTING_MAX) {
      this.add(
        "TooDeep",
        path,
        `steps lie more than ${STEP_NESTING_MAX} levels deep: move some to a flow of their own`,
      );
      return [];
    }
    const read = steps.map((step, position) => this.readStep(step, [...path, position], depth));
    this.checkNames(steps, path);
    this.checkJumps(read, steps, path);
    this.checkReachable(read, path);
    return read.filter((step) => step !== undefined);
  }

  private readStep(step: Json, path: DocumentPath, depth: number): ReadStep | undefined {
    if (this.isFull()) return undefined;
    const type = isJsonObject(step) ? step.type : undefined;
    if (typeof type !== "string") {
      const message = `a step is a mapping with a "type": ${STEP_TYPES.join(", ")}`;
      this.add("MissingKey", path, message);
      return undefined;
    }
    const definition = stepDefinition(type);
    if (!definition) {
      const meant = nearest(type, STEP_TYPES);
      const remedy = meant ? `did you mean "${meant}"?` : `known: ${STEP_TYPES.join(", ")}`;
      this.add("UnknownStepType", [...path, "type"], `"${type}" is not a step type: ${remedy}`);
      return undefined;
    }
    return this.readKnownStep(definition, step, path, depth);
  }

  private readKnownStep(
    definition: StepDefinition,
    step: Json,
    path: DocumentPath,
    depth: number,
  ): ReadStep | undefined {
    const parsed = definition.schema.safeParse(step);
    if (!parsed.success) this.reportIssues(definition.schema, step, parsed.error, path);
    const inner = isJsonObject(step) ? (definition.innerLists?.(step) ?? []) : [];
    const lists = inner.map((list) => this.readList(list.steps, [...path, ...list.path], depth + 1));
    if (!parsed.success) return undefined;
    const raw = parsed.data;
    const { name, inputMappings, outputMappings, errorMappings } = everyStep.parse(raw);
    this.checkMappings(inputMappings, [...path, "inputMappings"]);
    this.checkMappings(outputMappings, [...path, "outputMappings"]);
    this.checkMappings(errorMappings, [...path, "errorMappings"]);
    if (errorMappings && "catch" in raw && Array.isArray(raw.catch) && raw.catch.length === 0) {
      const message = "errorMappings work only where a catch matches";
      this.add("UnusedErrorMappings", [...path, "errorMappings"], message);
    }
    definition.check?.(raw, this.reporter(path));
    return { definition, raw, name, lists };
  }

  private checkNames(steps: readonly Json[], path: DocumentPath): void {
    const here = new Set<string>();
    for (const [position, step] of steps.entries()) {
      const name = isJsonObject(step) ? step.name : undefined;
      if (typeof name !== "string") continue;
      const at = [...path, position, "name"];
      if (here.has(name)) {
        this.add(
          "DuplicateName",
          at,
          `"${name}" is already the name of another step of this list: names must differ`,
        );
      } else if (this.names.has(name)) {
        const message = `"${name}" is also the name of a step of another list: history shows only the name`;
        this.add("NameUsedElsewhere", at, message);
      }
      here.add(name);
    }
    for (const name of here) this.names.set(name, path);
  }

  private checkJumps(
    read: readonly (ReadStep | undefined)[],
    steps: readonly Json[],
    path: DocumentPath,
  ): void {
    const siblings = new Set(
      steps.flatMap((step) => (isJsonObject(step) && typeof step.name === "string" ? [step.name] : [])),
    );
    for (const [position, step] of read.entries()) {
      for (const { target, path: at } of step ? jumpsOf(step) : []) {
        if (siblings.has(target) || this.isFull()) continue;
        const meant = nearest(target, [...siblings].slice(0, LIST_LIMIT_MAX));
        const remedy = meant ? `did you mean "${meant}"?` : `a goto leads to a step of the same list`;
        this.add(
          "UnknownGotoTarget",
          [...path, position, ...at],
          `there is no step "${target}" here: ${remedy}`,
        );
      }
    }
  }

  /** A step after one that always ends the list is reached by a goto only. */
  private checkReachable(read: readonly (ReadStep | undefined)[], path: DocumentPath): void {
    const targets = new Set(read.flatMap((step) => (step ? jumpsOf(step) : []).map(({ target }) => target)));
    let over = false;
    for (const [position, step] of read.entries()) {
      if (!step) return;
      if (targets.has(step.name)) over = false;
      if (over) {
        const message = `no way leads to "${step.name}": the step before it ends the list`;
        this.add("UnreachableStep", [...path, position, "name"], message);
      }
      if (step.definition.endsList?.(step.raw) ?? step.raw.end === true) over = true;
    }
  }

  private checkMappings(mappings: readonly RawMapping[] | undefined, path: DocumentPath): void {
    for (const [position, { source }] of (mappings ?? []).entries()) {
      const at = [...path, position, "source"];
      this.checkSource(source, at);
      if (typeof source === "string" && /^\$(\.|\[|$)/.test(source)) {
        const place = path.at(-1) === "inputMappings" ? "the merged input" : "the step's own input";
        this.add("BarePath", at, `"${source}" reads ${place}: say $input or $local to be clear`);
      }
    }
  }

  private checkSource(value: Json, path: DocumentPath): void {
    const parsed = parseSource(value);
    if (!parsed.ok) this.add("InvalidPath", path, parsed.detail);
  }

  private reporter(base: DocumentPath): Reporter {
    return {
      report: (code, path, message, at) => this.add(code, [...base, ...path], message, at),
      source: (value, path) => this.checkSource(value, [...base, ...path]),
      knowsSecret: (name) => this.context.secrets?.has(name) ?? true,
    };
  }

  private reportIssues(schema: z.ZodType, value: Json, error: z.ZodError, base: DocumentPath): void {
    for (const { code, path, message, at } of describeIssues(schema, value, error)) {
      this.add(code, [...base, ...path], message, at);
    }
  }

  private isFull(): boolean {
    return this.diagnostics.length >= DIAGNOSTICS_MAX;
  }

  private add(code: DiagnosticCode, path: DocumentPath, message: string, at?: "key" | "value"): void {
    if (this.isFull()) return;
    this.diagnostics.push(this.document.diagnose(code, path, message, at));
  }
}

/** Where a step can go besides on: its own jumps, and those of its catch. */
function jumpsOf({ definition, raw }: ReadStep): readonly Jump[] {
  const caught = everyStep.parse(raw).catch.map(({ goto }, position) => ({
    target: goto,
    path: ["catch", position, "goto"],
  }));
  return [...(definition.jumps?.(raw) ?? []), ...caught];
}
