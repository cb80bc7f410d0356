import type { Commit, JournalStore } from "../../durable/journal.ts";
import type { Happened } from "../execution-memory.ts";
import type { Context } from "../contract.ts";
import type { FrameAddress } from "../state/addresses.ts";
import type { ExecutionState } from "../state/execution-state.ts";
import type { Fact } from "../state/fact.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { JournalWriter } from "./journal-rows.ts";
import type { ExecutionStore } from "./store.ts";

/** An execution's journal is its history: it is kept whole, and a commit may be several rows. Rows are what is numbered. */
export class KeptExecution implements JournalStore<Happened, ExecutionState> {
  private readonly store: ExecutionStore;
  private readonly context: Pick<Context, "values" | "flows">;
  private readonly checkpoints: Checkpoint;
  private readonly writer: JournalWriter;

  constructor(store: ExecutionStore, context: Pick<Context, "values" | "flows">, checkpoints: Checkpoint) {
    this.store = store;
    this.context = context;
    this.checkpoints = checkpoints;
    this.writer = new JournalWriter(store, store.findMark("seq", Number.MAX_SAFE_INTEGER)?.seq ?? 0);
  }

  /** Hears of a fact before it takes effect: rows tell how frames were until then. */
  note(state: ExecutionState | undefined, fact: Fact, frame: FrameAddress): void {
    this.writer.note(state, fact, frame);
  }

  load() {
    const { values, flows } = this.context;
    return this.checkpoints.read(values, flows) ?? { seq: 0 };
  }

  *tail(after: number): Generator<Commit<Happened>> {
    let seq = after + 1;
    for (let row = this.store.readRow(seq); row; row = this.store.readRow(++seq)) {
      yield { seq, at: row.at, facts: row.facts.map((fact) => ({ fact })) };
    }
  }

  append({ at }: Commit<Happened>): number {
    const length = this.writer.write(at);
    for (const [id, text] of this.context.values.takeUnsaved()) this.store.writeValue(id, text);
    return length;
  }

  checkpoint(state: ExecutionState): void {
    this.checkpoints.write(state, this.writer.lastSeq);
  }
}
