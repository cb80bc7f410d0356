import type { Fact } from "../state/fact.ts";
import type { Packed, ValueStore } from "../state/values.ts";

/** A frame as it was when a row of facts first spoke of it: with these a row's events can be told without other rows. */
export interface FrameView {
  readonly list: number;
  position: number;
  round: number;
  entered: number;
  last: number;
  local: Packed;
  /** Of a frame in which a foreach is open. */
  scope?: Packed;
}

/** The facts of one commit, or of a part of it: rows are numbered from 1 without gaps. */
export interface JournalRow {
  readonly seq: number;
  /** The first visible event of the row. */
  readonly event: number;
  readonly at: number;
  readonly frames: Readonly<Record<string, FrameView>>;
  readonly facts: readonly Fact[];
}

/** What the journal is asked for without reading facts. */
export interface JournalMark {
  readonly seq: number;
  readonly event: number;
  readonly at: number;
}

/**
 * Where an execution is kept. The journal is what happened; cells are records as they were at the last checkpoint;
 * values are shared parts of both. All calls are synchronous and belong to the transaction around them.
 */
export interface ExecutionStore extends ValueStore {
  appendRow(mark: JournalMark, body: string): void;
  readRow(seq: number): JournalRow | undefined;
  /** The last row whose `seq` or `event` is not above the given one. */
  findMark(by: "seq" | "event", atMost: number): JournalMark | undefined;
  writeValue(id: number, text: string): void;
  writeCell(key: string, text: string): void;
  deleteCell(key: string): void;
  readCell(key: string): string | undefined;
  /** Texts of the cells with keys in [from, to), in the order of their keys. */
  readCells(from: string, to: string): Iterable<string>;
}
