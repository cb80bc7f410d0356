import type { TaskWork } from "../../core/engine/state/fact.ts";
import type { StepMore, StepTuple } from "../../core/execution-views.ts";
import { given } from "../../core/given.ts";
import type { FanOut, StepState } from "./fan-out.ts";

/** One run of one list of steps while it is under way. */
export interface Track {
  /** Its address, with rounds. */
  readonly path: string;
  /** The same without rounds and indexes of iterations: `each[]/pick[1]`. */
  readonly place: string;
  list: number;
  readonly owner?: Track;
  /** It is one of these iterations itself. */
  readonly iteration?: Iteration;
  /** The iteration that it is in, of the outermost foreach, and where its steps are counted there. */
  readonly inside?: Iteration & { readonly prefix: string };
  position: number;
  round: number;
  open?: OpenStep | undefined;
  /** Its step failed for good, and is visited anew if the execution goes on. */
  isRevisited?: boolean;
  /** Lists under way inside the open step, by their paths. */
  children?: Map<string, Track>;
}

export interface Iteration {
  readonly fanOut: FanOut;
  readonly key: string;
  readonly index: number;
}

/** A step that was entered and is not over. */
export interface OpenStep {
  readonly name: string;
  enteredAt: number;
  attempts: number;
  state: StepState;
  /** What it was at when the execution ended. */
  before?: StepState | undefined;
  /** When its attempt, or the pause before the next one, began; undefined while neither is under way. */
  since?: number | undefined;
  isTimedOut: boolean;
  by?: TaskWork | undefined;
  /** Its iterations, if it is a foreach in no other one. */
  fanOut?: FanOut;
  more: StepMore;
}

/** An attempt at a step, the pause before the next one, or a visit of a step that has no attempts. */
export interface Span {
  /** Path of the step without rounds and indexes of iterations: `each[]/work`. */
  readonly place: string;
  /** `s` succeeded, `f` failed, `x` stopped, `y` a pause before a retry, `r` not over. */
  readonly state: "s" | "f" | "x" | "y" | "r";
  readonly from: number;
  readonly to: number;
  /** Whose work it was, and when he took it: until then it waited. */
  readonly by?: TaskWork | undefined;
}

export function stepPath({ path, round }: Track, name: string): string {
  return `${path === "" ? "" : `${path}/`}${name}${round === 1 ? "" : `#${round}`}`;
}

/** The same place in every round. */
function withoutRounds(path: string): string {
  return path.replaceAll(/#\d+/g, "");
}

export function placeOf({ place }: Track, name: string): string {
  return place === "" ? name : `${place}/${name}`;
}

export function tupleOf(
  path: string,
  { state, attempts, enteredAt, more }: OpenStep,
  endedAt: number,
): StepTuple {
  const tuple = [path, state, attempts, enteredAt, endedAt] as const;
  return Object.keys(more).length > 0 ? [...tuple, more] : tuple;
}

/** How the end of a step shows in time. */
export const SPAN_LETTER = {
  Running: "r",
  Retrying: "y",
  Succeeded: "s",
  Failed: "f",
  TimedOut: "f",
  Stopped: "x",
} as const satisfies Readonly<Record<StepState, Span["state"]>>;

/** Of a step, by the path of its list: the same in every round. */
export function keyOf({ path }: Track, name: string): string {
  const list = withoutRounds(path);
  return list === "" ? name : `${list}/${name}`;
}

interface Begun {
  readonly list: number;
  readonly index: number;
  readonly isIteration: boolean;
}

/** A list that begins inside the open step of another one. */
export function childOf(owner: Track, open: OpenStep, { list, index, isIteration }: Begun): Track {
  const { name, fanOut } = open;
  const shown = isIteration ? "" : index;
  const iteration = fanOut && { fanOut, key: keyOf(owner, name), index };
  const prefix = `${owner.inside?.prefix ?? ""}${name}[${shown}]/`;
  const inside = iteration ? { ...iteration, prefix: "" } : owner.inside && { ...owner.inside, prefix };
  return {
    path: `${stepPath(owner, name)}[${index}]`,
    place: `${placeOf(owner, name)}[${shown}]`,
    list,
    owner,
    position: 0,
    round: 1,
    ...given({ iteration, inside }),
  };
}

/** What the open step is at, as far as it has come. */
export function openSpan(track: Track, now: number): Span | undefined {
  const { open } = track;
  if (open?.since === undefined) return undefined;
  const state = open.state === "Retrying" ? "y" : "r";
  return { place: placeOf(track, open.name), state, from: open.since, to: Math.max(now, open.since) };
}

/** The list of an iteration inside the open step, if it is under way. */
export function iterationAt({ open, children, ...track }: Track, index: number): Track | undefined {
  return open && children?.get(`${stepPath(track, open.name)}[${index}]`);
}
