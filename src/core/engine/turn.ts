import type { Json, JsonObject } from "../json.ts";
import { EXECUTION_DATA_SIZE, EXECUTION_EVENTS_MAX, FACTS_PER_TURN, JSON_DEPTH } from "../limits.ts";
import { jsonDepth, jsonSize } from "../json.ts";
import type { Execution } from "./state/execution-state.ts";
import type { Fact } from "./state/fact.ts";
import { applyFact } from "./apply-fact.ts";

/** Hears each fact before it changes the memory. */
export type FactListener = (execution: Execution, fact: Fact) => void;

/** One command's work on an execution: what is emitted takes effect at once and is written when the command is over. */
export class Turn {
  readonly execution: Execution;
  readonly now: number;
  private readonly listener: FactListener;
  private budget = FACTS_PER_TURN;

  constructor(execution: Execution, now: number, listener: FactListener) {
    this.execution = execution;
    this.now = now;
    this.listener = listener;
  }

  /** False once the turn has done its share: what is left goes on in the next one. */
  get hasBudget(): boolean {
    return this.budget > 0;
  }

  emit(fact: Fact): void {
    this.listener(this.execution, fact);
    applyFact(this.execution, fact, this.now);
    this.budget--;
    const { isRunning, head } = this.execution;
    if (isRunning && head.nextEvent > EXECUTION_EVENTS_MAX) {
      this.fail("FnF.EventLimitExceeded", `the execution has more than ${EXECUTION_EVENTS_MAX} events`);
    }
  }

  /** Ends the execution past every catch, as a broken limit does (spec: FDL section 6.1). */
  fail(error: string, cause: string): void {
    this.emit({ type: "executionFailed", error, cause });
  }

  /** Whether a value may be carried on; if not, the execution fails. */
  fits(value: Json | JsonObject, what: string, limit = EXECUTION_DATA_SIZE): boolean {
    const isLarge = jsonSize(value, limit) > limit;
    if (!isLarge && jsonDepth(value, JSON_DEPTH) <= JSON_DEPTH) return true;
    const broken = isLarge
      ? `is larger than ${limit} bytes of JSON`
      : `lies more than ${JSON_DEPTH} levels deep`;
    this.fail("FnF.DataLimitExceeded", `${what} ${broken}`);
    return false;
  }
}
