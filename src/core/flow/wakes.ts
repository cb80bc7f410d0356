import type { FlowMemory } from "./flow-memory.ts";
import { isHolding } from "./release.ts";

/** What a flow does by itself, and when. */
export interface Wake {
  readonly type: "removeOld" | "releaseHeld" | "growUp";
  readonly at: number;
}

/** The next one. */
export function nextWake(memory: FlowMemory): Wake | undefined {
  const { effects, retention, unreadable, held, newcomers } = memory;
  const growUp = { type: "growUp", at: newcomers.nextAt } as const;
  // How long its executions are to be kept nobody knows then.
  if (unreadable) return earliest([growUp]);
  // While some are being removed, their objects are waited for.
  const isRemoving = effects.some((one) => one.kind === "removeExecutions" && !effects.parkedOf(one));
  return earliest([
    { type: "releaseHeld", at: held.nextAt(isHolding(memory)) },
    growUp,
    { type: "removeOld", at: isRemoving ? undefined : retention.nextAt },
  ]);
}

/** Of several at the same time the first of the list. */
function earliest(
  wakes: readonly { readonly type: Wake["type"]; readonly at: number | undefined }[],
): Wake | undefined {
  let first: Wake | undefined;
  for (const { type, at } of wakes) if (at !== undefined && (!first || at < first.at)) first = { type, at };
  return first;
}
