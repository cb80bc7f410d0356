import { FACTS_PER_TURN, TIMERS_PER_TURN } from "../limits.ts";
import type { EffectOver } from "../machine.ts";
import { advance } from "./advance.ts";
import type { ExecutionCommand, ExecutionOutcome } from "./command.ts";
import {
  type Decision,
  decideConfirm,
  decideHeartbeat,
  decideJoin,
  decideRefuse,
  decideReport,
  decideStop,
} from "./decide.ts";
import type { ExecutionEffect } from "./state/effect.ts";
import type { Execution } from "./state/execution-state.ts";
import { parseStepPath } from "./state/addresses.ts";
import { dueFact, nextTimer, pastDue } from "./due-timers.ts";
import { isPending, tasksOf } from "./tasks.ts";
import { type FactListener, Turn } from "./turn.ts";

type OrdinaryCommand = Exclude<ExecutionCommand, { type: "start" }>;

/** One command on a started execution: due timers it depends on, the decision, and all that follows from it. */
export function handle(
  execution: Execution,
  command: OrdinaryCommand,
  now: number,
  listener: FactListener,
): ExecutionOutcome {
  const turn = new Turn(execution, now, listener);
  expireFirst(turn, command);
  const decision = decide(turn, command);
  const wasRunning = execution.isRunning;
  for (const fact of "facts" in decision ? decision.facts : []) {
    // A fact can break a limit and end the execution: what it would have been told after that has no place any more.
    if (wasRunning && !execution.isRunning) break;
    turn.emit(fact);
  }
  // The last one in is the first to go on: what the facts set free goes on in their own order.
  execution.runnable.reverse();
  advance(turn);
  return "facts" in decision ? decision.outcome : decision;
}

/** What is past due and bears on the answer is settled before the answer is decided. */
function expireFirst(turn: Turn, command: OrdinaryCommand): void {
  const { execution, now } = turn;
  if (execution.isRunning && execution.head.deadlineAt <= now) turn.emit({ type: "executionTimedOut" });
  if (command.type === "wake") runDueTimers(turn);
  const tasks = "tasks" in command ? command.tasks : "attempt" in command ? [command] : [];
  for (const { path } of tasks) {
    const fact = execution.isRunning && pastDue(execution, parseStepPath(path)?.frame ?? "", now);
    if (fact) turn.emit(fact);
  }
}

function runDueTimers(turn: Turn): void {
  const { execution, now } = turn;
  for (let settled = 0; settled < TIMERS_PER_TURN && execution.isRunning; settled++) {
    const timer = nextTimer(execution);
    if (!timer || timer.at > now) return;
    turn.emit(dueFact(execution, timer, now));
    advance(turn);
  }
}

function decide({ execution, now }: Turn, command: OrdinaryCommand): Decision {
  switch (command.type) {
    case "reportSucceeded":
    case "reportFailed":
      return decideReport(execution, command);
    case "confirmTasks":
      return decideConfirm(execution, command);
    case "refuseTasks":
      return decideRefuse(execution, command);
    case "heartbeat":
      return decideHeartbeat(execution, command, now);
    case "join":
      return decideJoin(execution, command);
    case "stop":
      return decideStop(execution, command);
    case "effectOver":
      return effectOver(execution, command);
    case "wake":
      return { facts: [], outcome: { ok: true } };
  }
}

/** Tasks that never reached what they call fail, so that retry and catch see it; other effects are only forgotten. */
function effectOver(execution: Execution, { effect, failure }: EffectOver<ExecutionEffect>): Decision {
  const { id } = effect;
  const isCall = effect.kind === "sendTasks" || effect.kind === "callTask";
  if (!isCall || failure === undefined)
    return { facts: isPending(execution, effect) ? [{ type: "effectDone", id }] : [], outcome: { ok: true } };
  const tasks = tasksOf(execution, effect, FACTS_PER_TURN);
  const error = effect.kind === "sendTasks" ? "MNS.InternalError" : "FnF.InternalError";
  return decideRefuse(execution, { type: "refuseTasks", tasks, error, cause: failure });
}
