import { UNKNOWN_EXECUTIONS_TOLD_MS } from "../inspection-limits.ts";
import { finding } from "../inspection.ts";
import type { Finding } from "../inspection-views.ts";
import type { FlowOutcome } from "./command.ts";
import type { FlowMemory } from "./flow-memory.ts";
import type { Reporting } from "./unknown-executions.ts";

/**
 * Nobody finds an execution that its index does not know, nor would retention ever remove it: it is stopped and removed.
 * One that was started is known before its object hears of it.
 */
export function removeUnknown(memory: FlowMemory, { generation, name }: Reporting, now: number): FlowOutcome {
  const { effects, unknown } = memory;
  const id = removalOf({ generation, name });
  if (!effects.has({ id })) {
    effects.add({ kind: "removeUnknown", id, since: now, generation, name });
    unknown.note({ generation, name }, now);
  }
  return { ok: true };
}

/** Told for as long as each round of inspections needs to hear of it. */
export function unknownFound({ effects, unknown }: FlowMemory, now: number): Finding[] {
  const detail = "it told its end, a pause or its callbacks to a flow whose index does not know it";
  return Array.from(unknown.newerThan(now - UNKNOWN_EXECUTIONS_TOLD_MS), ({ at, ...one }) =>
    finding("unknownExecution", at, detail, { name: one.name, healed: !effects.has({ id: removalOf(one) }) }),
  );
}

function removalOf({ generation, name }: Reporting): string {
  return `unknown:${generation}:${name}`;
}
