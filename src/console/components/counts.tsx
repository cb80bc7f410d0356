import type { Counts } from "../model/heat.ts";
import { type State, toneOf } from "../model/states.ts";
import { words } from "../words/index.ts";
import { Icon, type IconName } from "./icon.tsx";

const SHOWN: readonly (readonly [State, IconName])[] = [
  ["succeeded", "check"],
  ["failed", "close"],
  ["retrying", "retrying"],
  ["running", "running"],
  ["stopped", "square"],
  ["skipped", "skipped"],
];

/** How many are in which state: a shape and a number each, the word on hover. */
export function CountMarks({
  counts,
  hasPending = true,
}: {
  readonly counts: Counts;
  readonly hasPending?: boolean;
}) {
  const { state: names, number, graph } = words();
  const pending = counts.pending ?? 0;
  return (
    <span class="counts">
      {SHOWN.map(([state, icon]) => {
        const n = counts[state] ?? 0;
        if (n === 0) return null;
        return (
          <span key={state} class={`count-mark tone-${toneOf(state)}`} title={names[state]}>
            <Icon name={icon} size={12} class={icon === "square" ? "filled" : ""} />
            {number(n)}
            <span class="hidden-text"> {names[state]}</span>
          </span>
        );
      })}
      {hasPending && pending > 0 && (
        <span class="count-mark quiet">
          <Icon name="circle" size={11} />
          {graph.notStarted(pending)}
        </span>
      )}
    </span>
  );
}
