import type { TimelineLane, TimelineQuery } from "../../core/execution-views.ts";
import type { Flow } from "../../core/fdl/flow.ts";
import { graphOf } from "../../core/fdl/graph.ts";
import { given } from "../../core/given.ts";
import { TIMELINE_LANES_KEPT, TIMELINE_LANES_MAX } from "../../core/view-limits.ts";
import { writeRuns } from "./runs.ts";
import type { Span } from "./track.ts";

/** Of several spans in one pixel the worst shows: the letters from nothing to what failed. */
const LETTERS = ".wsxryf";
/** A bar that is so wide leaves its last pixel free: so two in a row are told apart. */
const GAP_FROM = 4;

/** Which stretch of time is drawn, and how wide. */
export type Scale = Required<Pick<TimelineQuery, "from" | "to" | "width">>;

interface Lane {
  /** A place in `LETTERS` for each pixel. */
  readonly pixels: Uint8Array;
  done: number;
  failed: number;
  failing?: { readonly since: number; count: number } | undefined;
}

/** An execution's spans, drawn as they come: a lane for each step, or for each worker. */
export class Timeline {
  private readonly by: TimelineQuery["by"];
  private readonly scale: Scale;
  private readonly flow: Flow;
  private readonly lanes = new Map<string, Lane>();
  /** Names of lanes for which there was no room. */
  private readonly untold = new Set<string>();

  constructor(by: TimelineQuery["by"], scale: Scale, flow: Flow) {
    this.by = by;
    this.scale = scale;
    this.flow = flow;
  }

  readonly add = (span: Span): void => {
    const { by, state, from, to } = span;
    const name = this.by === "step" ? span.place : by?.worker;
    const lane = name === undefined ? undefined : this.lane(name);
    if (!lane) return;
    const begin = this.beginOf(span);
    if (this.by === "step" && begin > from) this.paint(lane, "w", from, begin);
    this.paint(lane, state, begin, to);
    if (state === "s") {
      lane.done++;
      lane.failing = undefined;
    } else if (state === "f") {
      lane.failed++;
      lane.failing ??= { since: begin, count: 0 };
      lane.failing.count++;
    }
  };

  /** Those with the most failures, then those with the most that was done; each in the order of its kind. */
  view(): { readonly lanes: readonly TimelineLane[]; readonly more: number } {
    const worstFirst = [...this.lanes].toSorted(([, a], [, b]) => b.failed - a.failed || b.done - a.done);
    const shown = new Set(worstFirst.slice(0, TIMELINE_LANES_MAX).map(([name]) => name));
    const lanes = Array.from(this.lanes, laneOf).filter(({ name }) => shown.has(name));
    return {
      lanes: this.by === "step" ? inOrder(lanes, this.flow) : lanes.toSorted(byName),
      more: this.lanes.size - shown.size + this.untold.size,
    };
  }

  /** Of a worker that did not say when it took a task, only the report is known. */
  private beginOf({ by, from, to }: Span): number {
    if (by?.takenAt !== undefined) return Math.min(Math.max(from, by.takenAt), to);
    return this.by === "step" ? from : to;
  }

  private lane(name: string): Lane | undefined {
    const known = this.lanes.get(name);
    if (known) return known;
    if (this.lanes.size >= TIMELINE_LANES_KEPT) {
      if (this.untold.size < TIMELINE_LANES_KEPT) this.untold.add(name);
      return undefined;
    }
    const lane = { pixels: new Uint8Array(this.scale.width), done: 0, failed: 0 };
    this.lanes.set(name, lane);
    return lane;
  }

  private paint({ pixels }: Lane, letter: string, from: number, to: number): void {
    const { scale } = this;
    if (to < scale.from || from > scale.to) return;
    const first = Math.min(this.pixelAt(Math.max(from, scale.from)), scale.width - 1);
    const last = Math.max(first + 1, this.pixelAt(Math.min(to, scale.to)));
    const hasEnd = letter !== "w" && to <= scale.to && last - first >= GAP_FROM;
    const value = LETTERS.indexOf(letter);
    for (let at = first; at < (hasEnd ? last - 1 : last); at++) pixels[at] = Math.max(pixels[at] ?? 0, value);
  }

  private pixelAt(time: number): number {
    const { from, to, width } = this.scale;
    return Math.floor(((time - from) / (to - from)) * width);
  }
}

const collator = new Intl.Collator("en", { numeric: true });

function byName(a: TimelineLane, b: TimelineLane): number {
  return collator.compare(a.name, b.name);
}

/** As the steps stand in the flow, each followed by those inside it; last those that only an earlier version had. */
function inOrder(lanes: readonly TimelineLane[], flow: Flow): TimelineLane[] {
  const lists = new Map(graphOf(flow).lists.map(({ path, steps }) => [path, steps]));
  const insideOf = (place: string) =>
    [...lists.keys()].filter(
      (path) => path.startsWith(`${place}[`) && path.lastIndexOf("[") === place.length,
    );
  const placesIn = (path: string): string[] =>
    (lists.get(path) ?? []).flatMap(({ name }) => {
      const place = path === "" ? name : `${path}/${name}`;
      return [place, ...insideOf(place).flatMap(placesIn)];
    });
  const known = new Map(lanes.map((lane) => [lane.name, lane]));
  const places = new Set(placesIn(""));
  const gone = lanes.filter(({ name }) => !places.has(name));
  return [...[...places].flatMap((place) => known.get(place) ?? []), ...gone];
}

function laneOf([name, { pixels, done, failed, failing }]: readonly [string, Lane]): TimelineLane {
  const codes = pixels.map((badness) => LETTERS.charCodeAt(badness));
  return { name, done, failed, states: writeRuns(codes), ...given({ failing }) };
}
