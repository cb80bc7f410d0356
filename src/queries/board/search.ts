import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardFound } from "../../core/board-views.ts";
import { BOARD_FOUND_MAX } from "../../core/view-limits.ts";
import { executionsOf, newestFirst } from "./executions.ts";
import { begins, has } from "./names.ts";

/** What has a text in its name: those that begin with it first, then the newest. */
export function search(machine: BoardMachine, text: string): BoardFound {
  const tellings = Array.from(machine.tellings("flow"));
  const flows = tellings.map(({ name }) => name).filter((name) => has(name, text));
  const executions = tellings.flatMap(executionsOf).filter(({ name }) => has(name, text));
  const first = (a: string, b: string) => Number(begins(b, text)) - Number(begins(a, text));
  return {
    ...machine.stand,
    flows: flows.toSorted((a, b) => first(a, b) || (a < b ? -1 : 1)).slice(0, BOARD_FOUND_MAX),
    executions: executions
      .toSorted((a, b) => first(a.name, b.name) || newestFirst(a, b))
      .slice(0, BOARD_FOUND_MAX)
      .map(({ flow, name, status, startedAt }) => ({ flow, name, status, startedAt })),
  };
}
