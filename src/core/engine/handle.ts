import { TIMERS_PER_TURN } from "../limits.ts";
import { advance } from "./advance.ts";
import type { ExecutionOutcome } from "./command.ts";
import type { Execution, Turn } from "./contract.ts";
import { type OrdinaryCommand, type TaskAt, decide, tasksOfCommand } from "./decide.ts";
import { deadlineOf, dueFact, nextTimer, pastDue } from "./due-timers.ts";
import { flowInput } from "./scope.ts";
import { frameAt, isRunning, startInput } from "./state/navigation.ts";
import type { VainStart } from "./state/vain-start.ts";
import { CommandTurn, type Recording } from "./turn.ts";

/** The first turn of an execution, behind the fact that it starts with. */
export function begin(execution: Execution, now: number, record: Recording, over?: VainStart): void {
  const { flow, head } = execution.state;
  const turn = new CommandTurn(execution, now, record);
  if (over) {
    turn.emit(over);
    return;
  }
  const isMapped = flow.inputMappings !== undefined;
  if (isMapped && !turn.fits(flowInput(flow, head, startInput(execution)), "the flow's mapped input")) return;
  advance(turn);
}

/** One command on a started execution: due timers it depends on, the decision, and all that follows from it. */
export function handle(
  execution: Execution,
  command: OrdinaryCommand,
  now: number,
  record: Recording,
): ExecutionOutcome {
  const { state } = execution;
  const turn = new CommandTurn(execution, now, record);
  const tasks = tasksOfCommand(command);
  expireFirst(turn, command, tasks);
  const decision = decide(execution, command, tasks, now);
  const wasRunning = isRunning(state);
  for (const draft of "drafts" in decision ? decision.drafts : []) {
    // A fact can break a limit and end the execution: what it would have been told after that has no place any more.
    if (wasRunning && !isRunning(state)) break;
    turn.emit(draft);
  }
  // The last one in is the first to go on: what the facts set free goes on in their own order.
  state.runnable.reverse();
  advance(turn);
  return "drafts" in decision ? decision.outcome : decision;
}

/** What is past due and bears on the answer is settled before the answer is decided. */
function expireFirst(turn: Turn, command: OrdinaryCommand, tasks: readonly TaskAt[]): void {
  const { state, now } = turn;
  if (isRunning(state) && isPast(state.head.paused?.until, now)) turn.emit({ type: "executionResumed" });
  if (isRunning(state) && isPast(deadlineOf(state.head), now)) turn.emit({ type: "executionTimedOut" });
  if (command.type === "wake") runDueTimers(turn);
  for (const { address } of tasks) {
    const frame = address && isRunning(state) ? frameAt(state, address.frame) : undefined;
    const draft = frame && pastDue(state, frame, now);
    if (draft) turn.emit(draft);
  }
}

function runDueTimers(turn: Turn): void {
  const { state, now } = turn;
  for (let run = 0; run < TIMERS_PER_TURN && isRunning(state); run++) {
    const timer = nextTimer(state);
    if (!timer || timer.at > now) return;
    turn.emit(dueFact(turn, timer, now));
    advance(turn);
  }
}

function isPast(at: number | undefined, now: number): boolean {
  return at !== undefined && at <= now;
}
