import { type State, toneOf } from "../model/states.ts";

/** One of the last ends. */
export interface Tick {
  readonly key: number;
  readonly state: State;
  readonly title: string;
}

const PLACES = 10;

/** The last ends as bars, the newest at the right: what went wrong stands higher. */
export function Ticks({ ticks, label }: { readonly ticks: readonly Tick[]; readonly label: string }) {
  const missing = Math.max(0, PLACES - ticks.length);
  return (
    <span class="ticks" role="img" aria-label={label}>
      {Array.from({ length: missing }, (_, nth) => (
        <span key={`none${nth}`} class="tick none" />
      ))}
      {ticks.map(({ key, state, title }) => (
        <span key={key} class={`tick mark-${toneOf(state)} of-${state}`} title={title} />
      ))}
    </span>
  );
}
