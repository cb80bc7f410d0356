import type { Execution } from "../core/engine/contract.ts";
import type { ExecutionStore } from "../core/engine/kept/store.ts";
import type { StepAddress } from "../core/engine/state/addresses.ts";
import { addressOf, frameAt } from "../core/engine/state/navigation.ts";
import { unpackScope } from "../core/engine/steps/foreach.ts";
import type { Json } from "../core/json.ts";

/** Rows behind the one in which a foreach was entered: it takes its items in the same one, or when its turn comes. */
const ROWS_TO_START = 10;

/** What a visit of a foreach goes through, unpacked once for all its items; `entered` is the event it began with, if it is over. */
export function readItems(
  { state, context }: Execution,
  store: Pick<ExecutionStore, "findMark" | "readRow">,
  address: StepAddress,
  entered: number | undefined,
): readonly Json[] | undefined {
  const frame = frameAt(state, address.frame);
  if (frame?.phase.is === "foreach" && addressOf(state, frame).text === address.text)
    return unpackScope(context.values, frame.phase.scope).items;
  const seq = entered === undefined ? undefined : store.findMark("event", entered)?.seq;
  if (seq === undefined) return undefined;
  for (let row = store.readRow(seq); row && row.seq < seq + ROWS_TO_START; row = store.readRow(row.seq + 1)) {
    for (const fact of row.facts) {
      const isMeant = fact.type === "foreachStarted" && fact.frame === address.frame.text;
      if (isMeant) return unpackScope(context.values, fact.scope).items;
    }
  }
  return undefined;
}

export function hasText(item: Json | undefined, text: string): boolean {
  return item !== undefined && JSON.stringify(item).includes(text);
}
