import { type ExecutionId, executionObjectName } from "../../names.ts";
import type { TaskPattern } from "../../fdl/resource.ts";

/** Which executions wait for one, handed down from parent to child with each start. */
export interface Lineage {
  /** How many executions wait for it, each for the next one; 0 if nobody's task does. */
  readonly depth: number;
  /** The objects of those whose end stops it, the outermost first. */
  readonly ancestors: readonly string[];
}

/** Of an execution that no task started, or none that waits. */
export const NO_LINEAGE: Lineage = { depth: 0, ancestors: [] };

/**
 * What a task hands down to the execution that it starts. A `sync` child is stopped when its parent ends; one that is
 * to report a task token is waited for, but outlives its parent; one that nobody waits for stands for itself, so a
 * flow may start its own successor over and over; how many of it run at once is bounded for each flow.
 */
export function childLineage(
  { id, lineage = NO_LINEAGE }: { readonly id: ExecutionId; readonly lineage?: Lineage },
  pattern: TaskPattern,
): Lineage {
  if (pattern === "requestResponse") return NO_LINEAGE;
  const ancestors = pattern === "sync" ? [...lineage.ancestors, executionObjectName(id)] : [];
  return { depth: lineage.depth + 1, ancestors };
}
