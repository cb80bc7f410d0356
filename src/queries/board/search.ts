import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardFound } from "../../core/board-views.ts";
import { given } from "../../core/given.ts";
import { parseScheduleKey } from "../../core/schedule/schedule.ts";
import { BOARD_FOUND_MAX } from "../../core/view-limits.ts";
import { executionsOf, newestFirst } from "./executions.ts";
import { begins, has } from "./names.ts";
import { workersOf } from "./workers.ts";

/** What has a text in its name: those that begin with it first, then by name, executions the newest first. */
export function search(machine: BoardMachine, text: string): BoardFound {
  const flows = Array.from(machine.tellings("flow"));
  const queues = Array.from(machine.tellings("queue"));
  const schedules = Array.from(machine.tellings("shard"))
    .flatMap(({ digest }) => digest?.names ?? [])
    .map(parseScheduleKey);
  const executions = flows.flatMap(executionsOf).filter(({ name }) => has(name, text));
  const first = (a: string, b: string) => Number(begins(b, text)) - Number(begins(a, text));
  return {
    ...machine.stand,
    flows: namesIn(flows, text),
    schedules: found(schedules, ({ name }) => name, text).map(({ flow, name }) => ({ flow, schedule: name })),
    queues: namesIn(queues, text),
    workers: machinesIn(found(queues.flatMap(workersOf), ({ worker = "" }) => worker, text)),
    executions: executions
      .toSorted((a, b) => first(a.name, b.name) || newestFirst(a, b))
      .slice(0, BOARD_FOUND_MAX)
      .map(({ flow, name, status, startedAt }) => ({ flow, name, status, startedAt })),
  };
}

function namesIn(tellings: readonly { readonly name: string }[], text: string): string[] {
  return found(tellings, ({ name }) => name, text).map(({ name }) => name);
}

/** Those with the text in their names, the ones that begin with it first, then by name. */
function found<T>(all: readonly T[], nameOf: (one: T) => string, text: string): T[] {
  return all
    .map((one) => ({ one, name: nameOf(one) }))
    .filter(({ name }) => has(name, text))
    .toSorted(
      (a, b) => Number(begins(b.name, text)) - Number(begins(a.name, text)) || (a.name < b.name ? -1 : 1),
    )
    .slice(0, BOARD_FOUND_MAX)
    .map(({ one }) => one);
}

/** Processes of one name at one queue are one. */
function machinesIn(workers: ReturnType<typeof workersOf>): BoardFound["workers"] {
  const machines = new Map(workers.map((one) => [`${one.queue}/${one.worker ?? ""}`, one]));
  return Array.from(machines.values(), ({ queue, worker = "", host }) => ({
    queue,
    worker,
    ...given({ host }),
  }));
}
