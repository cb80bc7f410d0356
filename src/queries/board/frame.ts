import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardFrame, BoardNow, NextStart, QueueDigest } from "../../core/board-views.ts";
import { SCHEDULE_SHARDS } from "../../core/limits.ts";
import { scheduleObjectName } from "../../core/names.ts";
import { BOARD_NEEDS_MAX, BOARD_NEXT_TOLD } from "../../core/view-limits.ts";
import { sumDeadLetters } from "./dead-letters.ts";
import { needsOf } from "./needs.ts";

/** What stands in the frame of every page. */
export function readFrame(machine: BoardMachine, now: number): BoardFrame {
  return {
    ...machine.stand,
    now: nowOf(machine),
    needs: needsOf(machine, now).slice(0, BOARD_NEEDS_MAX),
    next: nextOf(machine, now),
    shards: shardsOf(machine),
  };
}

function nowOf(machine: BoardMachine): BoardNow {
  const flows = Array.from(machine.tellings("flow"));
  const running = flows.reduce((sum, { digest }) => sum + (digest?.running ?? 0), 0);
  const callbacks = flows.reduce((sum, { digest }) => sum + (digest?.callbacks ?? 0), 0);
  const queues = Array.from(machine.tellings("queue")).flatMap(({ digest }) => digest ?? []);
  const letters = deadOf(machine);
  return {
    flows: flows.length,
    running,
    ...(flows.length > 0 && { callbacks }),
    ...(queues.length > 0 && sumsOf(queues)),
    ...((queues.length > 0 || letters > 0) && { deadLetters: letters }),
  };
}

/** Of queues, subscriptions and schedules. */
function deadOf(machine: BoardMachine): number {
  const { queues, subscriptions, notices } = sumDeadLetters(machine);
  return [...queues, ...subscriptions].reduce((sum, { dead }) => sum + dead, notices);
}

function sumsOf(queues: readonly QueueDigest[]) {
  const sum = (of: (queue: QueueDigest) => number) => queues.reduce((all, one) => all + of(one), 0);
  const oldest = queues.flatMap(({ oldestAt }) => oldestAt ?? []);
  return {
    ready: sum(({ depth }) => depth.ready + depth.readyForNamed),
    inFlight: sum(({ depth }) => depth.inFlight),
    ...(oldest.length > 0 && { oldestAt: oldest.reduce((a, b) => Math.min(a, b)) }),
    workers: sum(({ workers }) => workers.all),
    failingWorkers: sum(({ workers }) => workers.failing),
  };
}

/** The soonest starts of all schedules, as far as they were told. */
function nextOf(machine: BoardMachine, now: number): readonly NextStart[] {
  return Array.from(machine.tellings("shard"))
    .flatMap(({ digest }) => digest?.next ?? [])
    .filter(({ at }) => at >= now)
    .toSorted((a, b) => a.at - b.at)
    .slice(0, BOARD_NEXT_TOLD);
}

/** Numbers of changes, in the order of the shards; 0 of those that nothing was heard of. */
function shardsOf(machine: BoardMachine): number[] {
  const changes = new Map(
    Array.from(machine.tellings("shard"), ({ name, digest }) => [name, digest?.change]),
  );
  return Array.from({ length: SCHEDULE_SHARDS }, (_, shard) => changes.get(scheduleObjectName(shard)) ?? 0);
}
