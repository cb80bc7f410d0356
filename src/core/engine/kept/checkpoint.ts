import type { ParkedRow } from "../../durable/effects.ts";
import { parseOwn } from "../../json.ts";
import type { ExecutionEffect } from "../state/effect.ts";
import type { CompiledFlows } from "../compiled-flows.ts";
import { restoreFrame } from "../frame-changes.ts";
import type { IterationResult, Visit } from "../state/closed.ts";
import { parseFrameAddress } from "../state/addresses.ts";
import {
  type ExecutionReader,
  type ExecutionState,
  type Frame,
  type HeadRecord,
  newState,
} from "../state/execution-state.ts";
import { packedLocalOf } from "../state/navigation.ts";
import type { Packed, Values } from "../state/values.ts";
import { assert } from "../../result.ts";
import {
  type ControlPhase,
  type FailedPhase,
  type ForeachPhase,
  type KeptVisit,
  type Phase,
  type ReadyPhase,
  type RetryPhase,
  type SettledPhase,
  type Wave,
  isControl,
} from "../state/phase.ts";
import type { ExecutionStore, JournalRow } from "./store.ts";
import { VISITS_IN_BLOCK } from "../state/visits.ts";

/** Closed iterations are kept in blocks of this many indexes, so that a page of them is found without reading all. */
const RESULT_BLOCK = 256;
const HEAD_KEY = "head";
/** Sorts after every character of a key. */
const END = "\uffff";

interface HeadCell {
  readonly head: HeadRecord;
  readonly effects: readonly ExecutionEffect[];
  /** Absent when none is. */
  readonly parked?: readonly ParkedRow[];
  /** The last row of the journal that the cells already contain. */
  readonly seq: number;
}

/** The records of an execution: what a restart reads instead of the whole journal. */
export class Checkpoint implements ExecutionReader {
  private readonly store: ExecutionStore;
  private readonly stored = new Set<string>();

  constructor(store: ExecutionStore) {
    this.store = store;
  }

  read(values: Values, flows: CompiledFlows): { snapshot: ExecutionState; seq: number } | undefined {
    const text = this.store.readCell(HEAD_KEY);
    if (text === undefined) return undefined;
    const { head, effects, parked = [], seq } = parseOwn<HeadCell>(text);
    const state = newState(flows.ofStart(values, head.eras?.at(-1)?.start ?? head.start), head);
    for (const effect of effects) state.effects.set(effect.id, effect);
    for (const row of parked) state.parked.set(row.id, row);
    for (const cell of this.store.readCells("frame:", `frame:${END}`)) {
      const frame = parseFrame(cell);
      restoreFrame(state, frame);
      this.stored.add(frame.address.text);
    }
    return { snapshot: state, seq };
  }

  /** Writes what changed since the last checkpoint. */
  write(state: ExecutionState, seq: number): void {
    this.writeResults(state, seq);
    for (const path of state.touched) this.writeFrame(path, state.frames.get(path));
    state.touched.clear();
    const { head, effects, parked } = state;
    const cell: HeadCell = {
      head,
      effects: [...effects.values()],
      ...(parked.size > 0 && { parked: [...parked.values()] }),
      seq,
    };
    this.store.writeCell(HEAD_KEY, JSON.stringify(cell));
  }

  readResults(foreachPath: string, from: number, to: number): IterationResult[] {
    const first = resultKey(foreachPath, from, 0);
    const last =
      to === Number.POSITIVE_INFINITY ? `result:${foreachPath}:${END}` : resultKey(foreachPath, to - 1, END);
    const found: IterationResult[] = [];
    for (const text of this.store.readCells(first, last)) found.push(...parseOwn<IterationResult[]>(text));
    return found.filter(({ index }) => from <= index && index < to);
  }

  readVisits(framePath: string, block: number): Visit[] {
    const text = this.store.readCell(visitKey(framePath, block));
    return text === undefined ? [] : parseOwn<Visit[]>(text);
  }

  readFacts(event: number): JournalRow | undefined {
    return this.store.readRow(this.store.findMark("event", event)?.seq ?? 0);
  }

  private writeFrame(path: string, frame: Frame | undefined): void {
    if (frame) {
      this.writeVisits(frame);
      this.store.writeCell(`frame:${path}`, serializeFrame(frame));
      this.stored.add(path);
    } else if (this.stored.delete(path)) {
      this.store.deleteCell(`frame:${path}`);
    }
  }

  private writeVisits(frame: Frame): void {
    while (frame.visits.length > VISITS_IN_BLOCK) {
      const block = frame.visits.slice(0, VISITS_IN_BLOCK);
      this.store.writeCell(
        visitKey(frame.address.text, frame.storedVisits / VISITS_IN_BLOCK),
        JSON.stringify(block),
      );
      frame.storedVisits += VISITS_IN_BLOCK;
      frame.visits = frame.visits.slice(VISITS_IN_BLOCK);
    }
  }

  private writeResults({ results }: ExecutionState, seq: number): void {
    for (const [path, unsaved] of results) {
      const blocks = Map.groupBy(unsaved, ({ index }) => Math.floor(index / RESULT_BLOCK));
      for (const [block, part] of blocks) {
        this.store.writeCell(resultKey(path, block * RESULT_BLOCK, pad(seq)), JSON.stringify(part));
      }
    }
    results.clear();
  }
}

function resultKey(foreachPath: string, index: number, rest: string | number): string {
  return `result:${foreachPath}:${pad(Math.floor(index / RESULT_BLOCK))}:${rest}`;
}

function visitKey(framePath: string, block: number): string {
  return `visit:${framePath}:${pad(block)}`;
}

function pad(number: number): string {
  return String(number).padStart(10, "0");
}

type StoredWave = Omit<Wave, "open"> & { readonly open: readonly (readonly [number, number])[] };
type StoredForeach = Omit<ForeachPhase, "waves"> & { readonly waves: StoredWave[] };
type StoredPhase =
  | Exclude<Phase, ForeachPhase | ReadyPhase | RetryPhase | SettledPhase | FailedPhase>
  | StoredForeach
  | Revisited<ReadyPhase>
  | Revisited<RetryPhase>
  | Kept<SettledPhase>
  | (Omit<FailedPhase, "kept"> & { readonly kept?: Kept<KeptVisit> });
/** With what was open when it failed. */
type Kept<P extends { readonly was?: ControlPhase }> = Omit<P, "was"> & { readonly was?: StoredPhase };
/** What the text calls `again` is a revisit here: the word is taken. */
type Revisited<P extends ReadyPhase | RetryPhase> = Omit<P, "revisit"> & { readonly again?: true };
type StoredFrame = Omit<Frame, "address" | "phase" | "localText" | "charged"> & {
  readonly path: string;
  readonly packedLocal: Packed;
  readonly phase: StoredPhase;
};

function serializeFrame(frame: Frame): string {
  const { address, phase, localText: _, charged: __, ...kept } = frame;
  const stored: StoredFrame = {
    path: address.text,
    packedLocal: packedLocalOf(frame),
    ...kept,
    phase: toStored(phase),
  };
  return JSON.stringify(stored);
}

function toStored(phase: Phase): StoredPhase {
  if (phase.is === "settled") return withWas(phase, toStored);
  if (phase.is === "failed") {
    const { kept, ...rest } = phase;
    return { ...rest, ...(kept && { kept: withWas(kept, toStored) }) };
  }
  if (phase.is === "foreach") {
    const { waves, ...kept } = phase;
    return { ...kept, waves: waves.map((wave) => ({ ...wave, open: [...wave.open] })) };
  }
  if (phase.is !== "ready" && phase.is !== "retry") return phase;
  const { revisit, ...kept } = phase;
  return { ...kept, ...(revisit && { again: true }) };
}

function withWas<W, S, P extends { readonly was?: W }>(phase: P, change: (was: W) => S) {
  const { was, ...rest } = phase;
  return { ...rest, ...(was && { was: change(was) }) };
}

function parseFrame(text: string): Frame {
  const { path, phase, packedLocal, ...kept } = parseOwn<StoredFrame>(text);
  const address = parseFrameAddress(path);
  assert(address, `"${path}" names a frame`);
  const localText = JSON.stringify(packedLocal);
  return { ...kept, address, phase: fromStored(phase), localText, charged: 0 };
}

function fromStored(phase: StoredPhase): Phase {
  if (phase.is === "settled") return withWas(phase, controlFromStored);
  if (phase.is === "failed") {
    const { kept, ...rest } = phase;
    return { ...rest, ...(kept && { kept: withWas(kept, controlFromStored) }) };
  }
  if (phase.is === "foreach") {
    return { ...phase, waves: phase.waves.map((wave) => ({ ...wave, open: new Map(wave.open) })) };
  }
  if (phase.is !== "ready" && phase.is !== "retry") return phase;
  const { again, ...kept } = phase;
  return { ...kept, ...(again && { revisit: true }) };
}

function controlFromStored(stored: StoredPhase): ControlPhase {
  const phase = fromStored(stored);
  assert(isControl(phase), "what was open when a step failed are lists inside it");
  return phase;
}
