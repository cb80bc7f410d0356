import { textMemory } from "../durable/memory.ts";
import type { CachePart, SharedCache } from "../durable/shared-cache.ts";
import { loadDefinition } from "../fdl/compile.ts";
import type { Flow } from "../fdl/flow.ts";
import { assert } from "../result.ts";
import type { Packed, Values } from "./state/values.ts";

/** A compiled flow takes 2 to 33 bytes for each character of its definition: conditions and long paths the most. */
const COMPILED_BYTES_A_CHARACTER = 24;

/** Many executions of one isolate run the same definition: it is compiled once. */
export class CompiledFlows {
  private readonly compiled: CachePart<string, Flow>;

  constructor(cache: SharedCache) {
    this.compiled = cache.part();
  }

  /** The flow that an execution was started with, or went on with. */
  ofStart(values: Values, start: Packed): Flow {
    const { definition } = values.unpack(start);
    assert(typeof definition === "string", "an execution keeps its definition");
    return this.of(definition);
  }

  of(definition: string): Flow {
    const known = this.compiled.get(definition);
    if (known) return known;
    const flow = loadDefinition(definition);
    const bytes = textMemory(definition) + COMPILED_BYTES_A_CHARACTER * definition.length;
    this.compiled.set(definition, flow, bytes);
    return flow;
  }
}
