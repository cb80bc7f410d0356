import type { Json } from "../json.ts";
import { EXECUTION_EVENTS_MAX, FACTS_PER_TURN, OBJECT_MEMORY_BYTES } from "../limits.ts";
import type { Context, Execution, Turn } from "./contract.ts";
import { excessOf } from "./data-limits.ts";
import { seal } from "./seal.ts";
import { type FrameAddress, ROOT } from "./state/addresses.ts";
import type { Draft } from "./state/draft.ts";
import type { ExecutionState } from "./state/execution-state.ts";
import type { Fact } from "./state/fact.ts";
import { isRunning } from "./state/navigation.ts";
import { checkMove } from "./steps/transitions.ts";

/** Notes a fact and lets it take effect. */
export type Recording = (fact: Fact, frame: FrameAddress) => void;

/** What is emitted is written when the command is over. */
export class CommandTurn implements Turn {
  readonly state: ExecutionState;
  readonly context: Context;
  readonly now: number;
  private readonly record: Recording;
  private budget = FACTS_PER_TURN;

  constructor({ state, context }: Execution, now: number, record: Recording) {
    this.state = state;
    this.context = context;
    this.now = now;
    this.record = record;
  }

  get hasBudget(): boolean {
    return this.budget > 0;
  }

  emit(draft: Draft): void {
    const frame = "frame" in draft ? draft.frame : ROOT;
    const fact = seal(this, draft);
    checkMove(this.state, fact.type, frame, () => this.record(fact, frame));
    this.budget--;
    if (isRunning(this.state) && this.state.head.nextEvent > EXECUTION_EVENTS_MAX) {
      this.fail("FnF.EventLimitExceeded", `the execution has more than ${EXECUTION_EVENTS_MAX} events`);
    }
    if (isRunning(this.state) && this.state.memory.room < 0) {
      const cause = `what runs in it at the same time takes more than ${OBJECT_MEMORY_BYTES} bytes of memory`;
      this.fail("FnF.DataLimitExceeded", cause);
    }
  }

  fail(error: string, cause: string): void {
    this.emit({ type: "executionFailed", error, cause });
  }

  fits(value: Json, what: string): boolean {
    const excess = excessOf(value);
    if (excess !== undefined) this.fail("FnF.DataLimitExceeded", `${what} ${excess}`);
    return excess === undefined;
  }
}
