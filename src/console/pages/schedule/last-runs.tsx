import type { Firing } from "../../api/types.ts";
import type { State } from "../../model/states.ts";
import { verdictOf } from "../../model/verdicts.ts";
import { words } from "../../words/index.ts";

/** The newest runs, counted. */
export function LastRuns({ firings }: { readonly firings: readonly Firing[] }) {
  const { schedules: texts, overview, number } = words();
  const states = firings.map(verdictOf);
  const count = (...wanted: State[]) => states.filter((state) => wanted.includes(state)).length;
  const tiles = [
    ["ok", count("succeeded"), overview.tally.well],
    ["warn", count("late"), overview.tally.late],
    ["bad", count("failed", "timedOut"), overview.tally.failed],
    ["miss", count("missed"), overview.tally.missed],
  ] as const;
  return (
    <section class="card" aria-label={texts.lastRuns(firings.length)}>
      <div class="card-head">
        <h2>{texts.lastRuns(firings.length)}</h2>
      </div>
      <div class="last-runs">
        {tiles.map(([tone, n, title]) => (
          <div key={tone}>
            <div class={`figure ${n === 0 ? "quiet" : ""}`}>{number(n)}</div>
            <div class={n === 0 ? "quiet" : `tone-${tone}`}>{title}</div>
          </div>
        ))}
      </div>
    </section>
  );
}
