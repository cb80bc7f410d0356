import { StateShape } from "../../components/state-mark.tsx";
import type { Night } from "../../api/types.ts";
import { STATE_OF } from "../../model/night.ts";
import { toneOf } from "../../model/states.ts";
import { words } from "../../words/index.ts";

const ORDER = ["well", "running", "waiting", "late", "failed", "missed", "stopped", "skipped"] as const;

/** Schedules by the worst that became of their runs: a bar, and the same in words. */
export function Tally({ counts }: { readonly counts: Night["counts"] }) {
  const { overview: texts, number } = words();
  const parts = ORDER.flatMap((judgement) => {
    const count = counts[judgement] ?? 0;
    return count === 0 ? [] : [{ judgement, count, state: STATE_OF[judgement] }];
  });
  if (parts.length === 0) return null;
  return (
    <div class="tally">
      <div class="tally-bar" aria-hidden="true">
        {parts.map(({ judgement, count, state }) => (
          <span key={judgement} class={`mark-${toneOf(state)}`} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul class="tally-words">
        {parts.map(({ judgement, count, state }) => (
          <li key={judgement}>
            <StateShape state={state} size={15} /> <b>{number(count)}</b> {texts.tally[judgement]}
          </li>
        ))}
      </ul>
    </div>
  );
}
