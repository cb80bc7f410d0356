import type { Execution } from "../../core/engine/contract.ts";
import { flowAt } from "../../core/engine/state/navigation.ts";
import type { Packed } from "../../core/engine/state/values.ts";
import type { Flow } from "../../core/fdl/flow.ts";
import { assert } from "../../core/result.ts";

/** The versions that an execution runs under: the first one, and each that it goes on with. */
export interface Flows {
  readonly first: Flow;
  of(start: Packed): Flow;
}

/** Whoever keeps the execution may read it anew meanwhile, so it is asked for each time. */
export function flowsOf(kept: { readonly execution: Execution | undefined }): Flows {
  const now = () => {
    const { execution } = kept;
    assert(execution, "what is followed was started");
    return execution;
  };
  return {
    first: flowAt(now(), 1),
    of: (start) => now().context.flows.ofStart(now().context.values, start),
  };
}
