import { parseFrameAddress } from "../../core/engine/state/addresses.ts";
import { listAt } from "../../core/engine/state/navigation.ts";
import type { Packed } from "../../core/engine/state/values.ts";
import type { Flow, Step } from "../../core/fdl/flow.ts";
import { assert } from "../../core/result.ts";
import type { Flows } from "./flows.ts";
import type { Track } from "./track.ts";

/** The lists under way, by their paths, and the version that they run under. */
export class Tracks {
  private readonly flows: Flows;
  private flow: Flow;
  private readonly byPath = new Map<string, Track>();

  constructor(flows: Flows) {
    this.flows = flows;
    this.flow = flows.first;
  }

  begin(): void {
    this.add({ path: "", place: "", list: 0, position: 0, round: 1 });
  }

  at(path: string): Track | undefined {
    return this.byPath.get(path);
  }

  all(): Iterable<Track> {
    return this.byPath.values();
  }

  add(track: Track): void {
    this.byPath.set(track.path, track);
  }

  remove({ path }: Track): void {
    this.byPath.delete(path);
  }

  /** Only the flow's own list is left, before another step. */
  goBack(): void {
    const root = this.at("");
    this.byPath.clear();
    if (root) this.add({ path: "", place: "", list: root.list, position: 0, round: root.round + 1 });
  }

  /** From now on another version tells what comes next. */
  changeFlow(start: Packed): void {
    const flow = this.flows.of(start);
    for (const track of this.all()) moveTrack(track, this.flow, flow);
    this.flow = flow;
  }

  stepOf({ list, position }: Track): Step {
    const step = this.flow.lists[list]?.steps[position];
    assert(step, "a step that is entered is in the flow");
    return step;
  }

  siblingOf({ list }: Track, position: number): string | undefined {
    return this.flow.lists[list]?.steps[position]?.name;
  }
}

/** What is under way in a list finds its place in another version, by names. */
function moveTrack(track: Track, from: Flow, to: Flow): void {
  const address = parseFrameAddress(track.path);
  const list = address && listAt(to, address);
  if (!list) return;
  const before = from.lists[track.list]?.steps[track.position];
  const position = list.steps.findIndex(({ name }) => name === before?.name);
  track.list = list.id;
  track.position = Math.max(0, position);
  // Nothing waits any more where a wait was.
  if (!track.open || before?.type !== "wait" || list.steps[position]?.type === "wait") return;
  track.open = undefined;
  track.round++;
}
