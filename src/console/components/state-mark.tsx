import { type State, toneOf } from "../model/states.ts";
import { words } from "../words/index.ts";
import { Icon, type IconName } from "./icon.tsx";

const SHAPES: Readonly<Record<State, IconName>> = {
  succeeded: "succeeded",
  on: "succeeded",
  running: "running",
  retrying: "retrying",
  failed: "failed",
  timedOut: "timedOut",
  stopped: "stopped",
  pending: "pending",
  line: "line",
  late: "late",
  missed: "missed",
  paused: "paused",
  skipped: "skipped",
  caught: "caught",
};

/** The shape of a state in its colour; a word must stand beside it. */
export function StateShape({ state, size = 16 }: { readonly state: State; readonly size?: number }) {
  const turning = state === "running" ? "turning" : "";
  return <Icon name={SHAPES[state]} size={size} class={`tone-${toneOf(state)} ${turning}`} />;
}

export interface StateMarkProps {
  readonly state: State;
  /** Other than the state's own word. */
  readonly word?: string;
  readonly isPill?: boolean;
}

/** Colour, shape and word. */
export function StateMark({ state, word, isPill = false }: StateMarkProps) {
  const tone = toneOf(state);
  const pill = isPill ? `pill soft-${tone}` : "";
  return (
    <span class={`state tone-${tone} ${pill}`}>
      <StateShape state={state} />
      {word ?? words().state[state]}
    </span>
  );
}
