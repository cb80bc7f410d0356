import type { Counts } from "../model/heat.ts";
import { type State, toneOf } from "../model/states.ts";

const ORDER: readonly State[] = ["succeeded", "failed", "retrying", "running", "stopped", "skipped"];

/** How many of all are in which state, as parts of a line; numbers must stand beside it. */
export function ItemsBar({ counts, total }: { readonly counts: Counts; readonly total: number }) {
  return (
    <span class="bar" aria-hidden="true">
      {ORDER.map((state) => {
        const n = counts[state] ?? 0;
        if (n === 0) return null;
        return <span key={state} class={`mark-${toneOf(state)}`} style={{ flex: `${n} 0 2px` }} />;
      })}
      <span
        style={{ flex: `${total - ORDER.reduce((all, state) => all + (counts[state] ?? 0), 0)} 0 0px` }}
      />
    </span>
  );
}
