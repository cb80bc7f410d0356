import { loadDefinition } from "../fdl/compile.ts";
import type { Flow } from "../fdl/flow.ts";
import { assert } from "../result.ts";
import type { Packed, Values } from "./state/values.ts";

/** Many executions of one isolate run the same definition: it is compiled once. */
const compiled = new Map<string, Flow>();
const COMPILED_MAX = 200;

/** The flow that an execution was started with. */
export function flowOfStart(values: Values, start: Packed): Flow {
  const { definition } = values.unpack(start);
  assert(typeof definition === "string", "an execution keeps its definition");
  return flowOf(definition);
}

function flowOf(definition: string): Flow {
  const known = compiled.get(definition);
  if (known) return known;
  const flow = loadDefinition(definition);
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(definition, flow);
  return flow;
}
