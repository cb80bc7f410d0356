import { JOURNAL_ROW_LENGTH } from "../../limits.ts";
import { type FrameAddress, ROOT } from "../state/addresses.ts";
import type { ExecutionState, Frame } from "../state/execution-state.ts";
import type { Fact, FactType } from "../state/fact.ts";
import { frameAt, packedLocalOf } from "../state/navigation.ts";
import type { ExecutionStore, FrameView } from "./store.ts";

/** Facts whose events show the input of their frame, so the frame that gives it must be known. */
const SHOWS_INPUT: ReadonlySet<FactType> = new Set(["stepEntered", "taskScheduled", "childEntered"]);

/** Collects the facts of a commit into rows. */
export class JournalWriter {
  private readonly store: ExecutionStore;
  private nextSeq: number;
  private row = emptyRow(1);
  private isAlone = false;
  private closed: { event: number; body: string }[] = [];

  constructor(store: ExecutionStore, lastSeq: number) {
    this.store = store;
    this.nextSeq = lastSeq + 1;
  }

  /** Hears of a fact before it takes effect. */
  note(state: ExecutionState | undefined, fact: Fact, frame: FrameAddress): void {
    const nextEvent = state?.head.nextEvent ?? 1;
    if (this.row.length > JOURNAL_ROW_LENGTH || this.isAlone || fact.type === ALONE) this.closeRow(nextEvent);
    this.isAlone = fact.type === ALONE;
    if (this.row.facts.length === 0) this.row.event = nextEvent;
    if (state) for (const address of framesToldBy(state, fact, frame)) this.view(state, address);
    const text = JSON.stringify(fact);
    this.row.facts.push(text);
    this.row.length += text.length;
  }

  /** The number of the last row that was written. */
  get lastSeq(): number {
    return this.nextSeq - 1;
  }

  /** Writes the rows; gives the length of all. */
  write(at: number): number {
    this.closeRow(0);
    const rows = this.closed;
    this.closed = [];
    for (const { event, body } of rows) this.store.appendRow({ seq: this.nextSeq++, event, at }, body);
    return rows.reduce((sum, { body }) => sum + body.length, 0);
  }

  private closeRow(nextEvent: number): void {
    const { event, frames, facts } = this.row;
    if (facts.length > 0) {
      const body = `{"frames":${JSON.stringify(Object.fromEntries(frames))},"facts":[${facts.join(",")}]}`;
      this.closed.push({ event, body });
    }
    this.row = emptyRow(nextEvent);
  }

  private view(state: ExecutionState, address: FrameAddress): void {
    const { text } = address;
    if (this.row.frames.has(text)) return;
    const frame = frameAt(state, address);
    if (!frame) return;
    const view = viewOf(frame);
    this.row.frames.set(text, view);
    this.row.length += JSON.stringify(view).length + text.length;
  }
}

/** It changes many frames at once, so no row tells frames of before and of after it. */
const ALONE: FactType = "executionRedriven";

/** Facts that concern no frame that anybody is told of with them. */
const UNTOLD: ReadonlySet<FactType> = new Set([
  "executionStarted",
  "effectDone",
  "effectParked",
  "effectsRetried",
]);

/** The frames that must be known to tell a fact's events. */
function framesToldBy(state: ExecutionState, fact: Fact, frame: FrameAddress): Iterable<FrameAddress> {
  if (UNTOLD.has(fact.type)) return [];
  // The end of an execution is caused by the last event of the flow's own list.
  if (!("frame" in fact)) return [ROOT];
  return SHOWS_INPUT.has(fact.type) ? framesUpFrom(state, frame) : [frame];
}

/** A frame and those that its input comes from; the way up ends at a foreach, which keeps what it gives. */
function* framesUpFrom(state: ExecutionState, address: FrameAddress): Generator<FrameAddress> {
  for (let next: FrameAddress | undefined = address; next; next = next.owner?.frame) {
    yield next;
    if (next !== address && frameAt(state, next)?.phase.is === "foreach") return;
  }
}

function emptyRow(event: number) {
  return { event, frames: new Map<string, FrameView>(), facts: [] as string[], length: 0 };
}

export function viewOf(frame: Frame): FrameView {
  const { list, position, round, entered, last, phase } = frame;
  return {
    list,
    position,
    round,
    entered,
    last,
    local: packedLocalOf(frame),
    ...(phase.is === "foreach" && { scope: phase.scope }),
  };
}
