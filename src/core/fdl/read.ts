import type * as z from "zod";
import type { Place } from "../expr/place.ts";
import { given } from "../given.ts";
import { type Json, type JsonObject, isJsonObject } from "../json.ts";
import { LIST_LIMIT_MAX, STEP_NESTING_MAX } from "../limits.ts";
import { nearest } from "../names.ts";
import { checkValue } from "./check-value.ts";
import type { Diagnostic, DocumentPath } from "./diagnostic.ts";
import { type DefinitionDocument, readDocument } from "./document.ts";
import { likelyErrorName } from "./error-names.ts";
import type { Findings, Purpose } from "./findings.ts";
import { STEP_TYPES, stepDefinition } from "./language.ts";
import { PLACES } from "./places.ts";
import { type RawFlow, flow as flowSchema } from "./schema.ts";
import { type Finding, readWith } from "./schema-diagnostics.ts";
import { type Jump, type Reporter, type StepDefinition, jumpAt, listAt, valueAt } from "./step-definition.ts";

/** A step that was read with its own schema, and the lists inside it. */
export interface ReadStep {
  readonly definition: StepDefinition;
  readonly raw: z.output<z.ZodObject>;
  readonly name: string;
  readonly lists: readonly ReadList[];
}

export type ReadList = readonly ReadStep[];

export interface ReadDefinition {
  /** Present when nothing was found that forbids what it is read for. */
  readonly flow?: { readonly raw: RawFlow; readonly steps: ReadList };
  readonly diagnostics: readonly Diagnostic[];
}

/** What a definition is meant for; of what is absent nothing is known, and nothing is said. */
export interface DefinitionContext {
  /** The flow that it is to be stored as. */
  readonly name?: string | undefined;
  /** The secrets of the service that is to run it. */
  readonly secrets?: ReadonlySet<string>;
}

/** Reads a definition, to be stored or to be run because it was stored once, and finds all that is wrong with it. */
export function readDefinition(
  text: string,
  purpose: Purpose,
  context: DefinitionContext = {},
): ReadDefinition {
  const { document, findings } = readDocument(text, purpose);
  return document
    ? new DefinitionReader(document, findings, context, purpose).read()
    : { diagnostics: findings.all() };
}

type Problem = Pick<Finding, "code" | "path" | "message" | "suggestion"> & {
  readonly at?: "key" | "value";
};

class DefinitionReader {
  private readonly document: DefinitionDocument;
  private readonly findings: Findings;
  private readonly context: DefinitionContext;
  private readonly purpose: Purpose;
  /** No step had to be left out. */
  private isWhole = true;
  /** Where each step name was first used, to warn of the same name in another list. */
  private readonly names = new Map<string, DocumentPath>();

  constructor(
    document: DefinitionDocument,
    findings: Findings,
    context: DefinitionContext,
    purpose: Purpose,
  ) {
    this.document = document;
    this.findings = findings;
    this.context = context;
    this.purpose = purpose;
  }

  read(): ReadDefinition {
    const { value } = this.document;
    const { data, findings } = readWith(flowSchema, value, this.purpose);
    this.addAll(findings, []);
    this.checkName(valueAt(value, ["name"]));
    this.checkMappings(value, [], "inputMappings", PLACES.flowInputMappings);
    this.checkMappings(value, [], "outputMappings", PLACES.flowOutputMappings);
    // The steps are read even so: a mistyped key at the top must not hide what is wrong below.
    const steps = this.readList(listAt(value, ["steps"]) ?? [], ["steps"]);
    const isRefused = this.findings.hasErrors || !this.isWhole;
    return { ...(data && !isRefused && { flow: { raw: data, steps } }), diagnostics: this.findings.all() };
  }

  private checkName(own: Json | undefined): void {
    const { name } = this.context;
    if (name === undefined || typeof own !== "string" || own === name) return;
    const message = `the definition names itself "${own}", but it is stored as "${name}": make them equal`;
    this.add({ code: "InvalidName", path: ["name"], message });
  }

  private readList(steps: readonly Json[], path: DocumentPath, depth = 1): ReadList {
    if (depth > STEP_NESTING_MAX && this.purpose === "storing") {
      const message = `steps lie more than ${STEP_NESTING_MAX} levels deep: move some to a flow of their own`;
      this.add({ code: "TooDeep", path, message });
      return [];
    }
    const read = steps.map((step, position) => this.readStep(step, [...path, position], depth));
    this.checkNames(steps, path);
    this.checkJumps(steps, path);
    this.checkReachable(read, steps, path);
    this.isWhole &&= !read.includes(undefined);
    return read.filter((step) => step !== undefined);
  }

  private readStep(step: Json, path: DocumentPath, depth: number): ReadStep | undefined {
    if (this.findings.isFull()) return undefined;
    const type = isJsonObject(step) ? step.type : undefined;
    if (!isJsonObject(step) || typeof type !== "string") {
      const message = `a step is a mapping with a "type": ${STEP_TYPES.join(", ")}`;
      this.add({ code: "MissingKey", path, message });
      return undefined;
    }
    const definition = stepDefinition(type);
    if (!definition) {
      const meant = nearest(type, STEP_TYPES);
      const remedy = meant ? `did you mean "${meant}"?` : `known: ${STEP_TYPES.join(", ")}`;
      const message = `"${type}" is not a step type: ${remedy}`;
      this.add({
        code: "UnknownStepType",
        path: [...path, "type"],
        message,
        ...given({ suggestion: meant }),
      });
      return undefined;
    }
    return this.readKnownStep(definition, step, path, depth);
  }

  private readKnownStep(
    definition: StepDefinition,
    step: JsonObject,
    path: DocumentPath,
    depth: number,
  ): ReadStep | undefined {
    const { data, parts, unreadable, findings } = readWith(definition.schema, step, this.purpose);
    this.addAll(findings, path);
    const inner = definition.innerLists?.(step) ?? [];
    const lists = inner.map((list) => this.readList(list.steps, [...path, ...list.path], depth + 1));
    const { inputMappings = PLACES.inputMappings, outputMappings = PLACES.outputMappings } =
      definition.places ?? {};
    this.checkMappings(step, path, "inputMappings", inputMappings);
    this.checkMappings(step, path, "outputMappings", outputMappings);
    this.checkHandling(step, path);
    const reporter = this.reporter(path);
    definition.checkWritten?.(step, reporter);
    for (const check of definition.checks ?? []) {
      if (check.of.every((key) => !unreadable.has(key))) check.run(parts, reporter);
    }
    return data && { definition, raw: data, name: String(data.name), lists };
  }

  private checkNames(steps: readonly Json[], path: DocumentPath): void {
    const here = new Set<string>();
    for (const [position, step] of steps.entries()) {
      const name = nameOf(step);
      if (name === undefined) continue;
      const at = [...path, position, "name"];
      if (here.has(name)) {
        const message = `"${name}" is already the name of another step of this list: names must differ`;
        this.add({ code: "DuplicateName", path: at, message });
      } else if (this.names.has(name)) {
        const message = `"${name}" is also the name of a step of another list: history shows only the name`;
        this.add({ code: "NameUsedElsewhere", path: at, message });
      }
      here.add(name);
    }
    for (const name of here) this.names.set(name, path);
  }

  private checkJumps(steps: readonly Json[], path: DocumentPath): void {
    const siblings = new Set(steps.flatMap((step) => nameOf(step) ?? []));
    for (const [position, step] of steps.entries()) {
      for (const { target, path: at } of jumpsOf(step)) {
        if (siblings.has(target) || this.findings.isFull()) continue;
        const meant = nearest(target, [...siblings].slice(0, LIST_LIMIT_MAX));
        const remedy = meant ? `did you mean "${meant}"?` : `a goto leads to a step of the same list`;
        const message = `there is no step "${target}" here: ${remedy}`;
        const place = [...path, position, ...at];
        this.add({ code: "UnknownGotoTarget", path: place, message, ...given({ suggestion: meant }) });
      }
    }
  }

  /** A step after one that always ends the list is reached by a goto only. */
  private checkReachable(
    read: readonly (ReadStep | undefined)[],
    steps: readonly Json[],
    path: DocumentPath,
  ): void {
    const targets = new Set(steps.flatMap((step) => jumpsOf(step).map(({ target }) => target)));
    let over = false;
    for (const [position, step] of read.entries()) {
      if (!step) return;
      if (targets.has(step.name)) over = false;
      if (over) {
        const message = `no way leads to "${step.name}": the step before it ends the list`;
        this.add({ code: "UnreachableStep", path: [...path, position, "name"], message });
      }
      if (step.definition.endsList?.(step.raw) ?? step.raw.end === true) over = true;
    }
  }

  private checkMappings(holder: Json, base: DocumentPath, key: string, place: Place): void {
    for (const [position, mapping] of (listAt(holder, [key]) ?? []).entries()) {
      const source = valueAt(mapping, ["source"]);
      if (source === undefined) continue;
      this.addAll(checkValue(source, place), [...base, key, position, "source"]);
    }
  }

  /** What a step says of its failure (spec: FDL sections 6.2 and 6.3). */
  private checkHandling(step: JsonObject, path: DocumentPath): void {
    for (const key of ["retry", "catch"]) {
      for (const [nth, policy] of (listAt(step, [key]) ?? []).entries()) {
        this.checkErrorNames(listAt(policy, ["errors"]) ?? [], [...path, key, nth, "errors"]);
      }
    }
    this.checkMappings(step, path, "errorMappings", PLACES.errorMappings);
    if (!Array.isArray(step.errorMappings) || (listAt(step, ["catch"]) ?? []).length > 0) return;
    const message = "errorMappings work only where a catch matches";
    this.add({ code: "UnusedErrorMappings", path: [...path, "errorMappings"], message });
  }

  private checkErrorNames(names: readonly Json[], path: DocumentPath): void {
    for (const [position, name] of names.entries()) {
      if (typeof name !== "string") continue;
      const meant = likelyErrorName(name);
      if (meant === undefined) continue;
      const message = `nothing here gives an error "${name}": did you mean "${meant}"?`;
      this.add({ code: "NearlyAnErrorName", path: [...path, position], message, suggestion: meant });
    }
  }

  private reporter(base: DocumentPath): Reporter {
    return {
      isFlowTimed: valueAt(this.document.value, ["timeoutSeconds"]) !== undefined,
      report: (code, path, message, more = {}) =>
        this.add({ code, path: [...base, ...path], message, ...more }),
      value: (value, place, path, constant) =>
        this.addAll(checkValue(value, place, constant), [...base, ...path]),
      knowsSecret: (name) => this.context.secrets?.has(name) ?? true,
    };
  }

  private addAll(problems: readonly Problem[], base: DocumentPath): void {
    for (const problem of problems) this.add({ ...problem, path: [...base, ...problem.path] });
  }

  private add({ code, path, message, ...more }: Problem): void {
    if (this.findings.takes(code)) this.findings.add(this.document.diagnose(code, path, message, more));
  }
}

function nameOf(step: Json): string | undefined {
  const name = valueAt(step, ["name"]);
  return typeof name === "string" ? name : undefined;
}

/** Where a step can go besides on: its own jumps, and those of its catch. */
function jumpsOf(step: Json): readonly Jump[] {
  if (!isJsonObject(step) || typeof step.type !== "string") return [];
  const caught = (listAt(step, ["catch"]) ?? []).flatMap((_, nth) => jumpAt(step, "catch", nth, "goto"));
  return [...(stepDefinition(step.type)?.jumps?.(step) ?? []), ...caught];
}
