import { type Mapping, type Source, parseSource } from "../expr/mapping.ts";
import type { Json } from "../json.ts";
import { assert } from "../result.ts";
import type { Diagnostic } from "./diagnostic.ts";
import type { Flow, Step, StepList } from "./flow.ts";
import {
  type DefinitionContext,
  type ReadDefinition,
  type ReadList,
  type ReadStep,
  readDefinition,
} from "./read.ts";
import type { RawMapping } from "./schema.ts";
import type { StepCompiler } from "./step-definition.ts";

export interface CompiledDefinition {
  /** Present when there is no diagnostic of severity error. */
  readonly flow?: Flow;
  readonly diagnostics: readonly Diagnostic[];
}

/** From a definition's text to the graph that the engine runs, or to the list of what is wrong with it. */
export function compileDefinition(text: string, context: DefinitionContext = {}): CompiledDefinition {
  const { flow, diagnostics } = readDefinition(text, "storing", context);
  return { ...(flow && { flow: compile(flow) }), diagnostics };
}

/** The same of a definition that was stored: also one that would be refused now runs on as it did, if it has any meaning. */
export function loadDefinition(text: string): Flow {
  const { flow } = readDefinition(text, "running");
  assert(flow, "a stored definition compiles");
  return compile(flow);
}

function compile({ raw, steps }: NonNullable<ReadDefinition["flow"]>): Flow {
  const compiler = new Compiler();
  compiler.compileList(steps);
  return {
    timeoutSeconds: raw.timeoutSeconds,
    ...(raw.inputMappings && { inputMappings: compileMappings(raw.inputMappings) }),
    ...(raw.outputMappings && { outputMappings: compileMappings(raw.outputMappings) }),
    lists: compiler.lists,
  };
}

class Compiler {
  readonly lists: StepList[] = [];

  /** Numbers a list and compiles it with all that lies in it. */
  compileList(list: ReadList): number {
    const id = this.lists.length;
    const steps: Step[] = [];
    this.lists.push({ id, steps });
    const names = list.map(({ name }) => name);
    for (const [position, step] of list.entries()) {
      const inner = step.lists.map((body) => this.compileList(body));
      steps.push(step.definition.compile(step.raw, stepCompiler(step, id, position, names, inner)));
    }
    return id;
  }
}

function stepCompiler(
  step: ReadStep,
  list: number,
  position: number,
  names: readonly string[],
  inner: readonly number[],
): StepCompiler {
  return {
    common: (raw) => ({
      name: step.name,
      list,
      position,
      end: raw.end ?? false,
      ...(raw.inputMappings && { inputMappings: compileMappings(raw.inputMappings) }),
      ...(raw.outputMappings && { outputMappings: compileMappings(raw.outputMappings) }),
    }),
    handling: (raw) => ({
      retry: raw.retry,
      catch: raw.catch.map(({ errors, goto }) => ({ errors, goto: positionIn(names, goto) })),
      ...(raw.errorMappings && { errorMappings: compileMappings(raw.errorMappings) }),
    }),
    mappings: compileMappings,
    source: compileSource,
    sibling: (name) => positionIn(names, name),
    list: (nth) => {
      const id = inner[nth];
      assert(id !== undefined, "a step compiles the lists it declared");
      return id;
    },
  };
}

function positionIn(names: readonly string[], name: string): number {
  const position = names.indexOf(name);
  assert(position >= 0, "a checked definition jumps to steps of the same list");
  return position;
}

function compileMappings(mappings: readonly RawMapping[]): Mapping[] {
  return mappings.map(({ target, source }) => ({ target, source: compileSource(source) }));
}

function compileSource(value: Json): Source {
  const parsed = parseSource(value);
  assert(parsed.ok, "a checked definition has only well-formed paths");
  return parsed.source;
}
