/** Everything that colour, shape and word stand for together: a state is never told by colour alone. */
export const STATES = [
  "succeeded",
  "running",
  "retrying",
  "failed",
  "timedOut",
  "stopped",
  "pending",
  "line",
  "late",
  "missed",
  "paused",
  "skipped",
  "on",
  "caught",
] as const;
export type State = (typeof STATES)[number];

/** The family of colours that a state has in tokens.css. */
export type Tone = "ok" | "run" | "warn" | "bad" | "miss" | "idle";

const TONES: Readonly<Record<State, Tone>> = {
  succeeded: "ok",
  on: "ok",
  running: "run",
  retrying: "warn",
  late: "warn",
  caught: "warn",
  failed: "bad",
  timedOut: "bad",
  missed: "miss",
  stopped: "idle",
  pending: "idle",
  line: "idle",
  paused: "idle",
  skipped: "idle",
};

export function toneOf(state: State): Tone {
  return TONES[state];
}

const OF_STATUS: Readonly<Record<string, State>> = {
  Starting: "running",
  Running: "running",
  Retrying: "retrying",
  Succeeded: "succeeded",
  Failed: "failed",
  TimedOut: "timedOut",
  Stopped: "stopped",
  Skipped: "skipped",
};

/** The state of an execution or a step by the API's word for it; what is not known yet has not started. */
export function stateOfStatus(status: string | undefined): State {
  return OF_STATUS[status ?? ""] ?? "pending";
}

/** Of an execution: one whose start waits for its flow stands in line, whatever else is said of it. */
export function stateOfExecution({
  status,
  held,
}: {
  readonly status: string;
  readonly held?: unknown;
}): State {
  return held === undefined ? stateOfStatus(status) : "line";
}

const ENDED: ReadonlySet<State> = new Set(["succeeded", "failed", "timedOut", "stopped"]);

export function isOver(state: State): boolean {
  return ENDED.has(state);
}
