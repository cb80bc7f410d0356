import { BoardMachine } from "../src/core/board/board-machine.ts";
import type { BoardCommand, BoardEffect, BoardOutcome } from "../src/core/board/command.ts";
import type {
  BoardCallbacksQuery,
  BoardExecutionsQuery,
  BoardNamesQuery,
  BoardHoursQuery,
  BoardRpc,
  BoardWorkersQuery,
  Telling,
} from "../src/core/board-views.ts";
import { assert } from "../src/core/result.ts";
import { BOARD_EFFECTS } from "../src/effects/board-effects.ts";
import type { Env } from "../src/env.ts";
import { readDeadLetters } from "../src/queries/board/dead-letters.ts";
import { readCallbacks } from "../src/queries/board/callbacks.ts";
import { readExecutions } from "../src/queries/board/executions.ts";
import { readFlows } from "../src/queries/board/flows.ts";
import { readFrame } from "../src/queries/board/frame.ts";
import { readHours } from "../src/queries/board/hours.ts";
import { readQueues } from "../src/queries/board/queues.ts";
import { readTopics } from "../src/queries/board/topics.ts";
import { readWorkers } from "../src/queries/board/workers.ts";
import { search } from "../src/queries/board/search.ts";
import { MachineObject } from "./machine-object.ts";
import { SqlCells } from "./storage/sql-cells.ts";

/** A little of everything, for whoever looks at all of it at once. One for the installation; it holds no truth. */
export class BoardObject
  extends MachineObject<BoardMachine, BoardCommand, BoardOutcome, BoardEffect>
  implements BoardRpc
{
  constructor(context: DurableObjectState, env: Env) {
    super(context, env, {
      name: "BoardObject",
      effects: BOARD_EFFECTS,
      machine: (database) => new BoardMachine(new SqlCells(database)),
    });
  }

  async tell(telling: Telling) {
    const { pauseMs } = await this.submit({ type: "tell", telling });
    assert(pauseMs !== undefined, "a telling is answered with a pause");
    return { pauseMs };
  }

  frame() {
    return this.look(readFrame);
  }

  flows(query: BoardNamesQuery) {
    return this.look((machine, now) => readFlows(machine, query, now));
  }

  queues(query: BoardNamesQuery) {
    return this.look((machine, now) => readQueues(machine, query, now));
  }

  topics(query: BoardNamesQuery) {
    return this.look((machine) => readTopics(machine, query));
  }

  workers(query: BoardWorkersQuery) {
    return this.look((machine) => readWorkers(machine, query));
  }

  executions(query: BoardExecutionsQuery) {
    return this.look((machine) => readExecutions(machine, query));
  }

  callbacks(query: BoardCallbacksQuery) {
    return this.look((machine) => readCallbacks(machine, query));
  }

  hours(query: BoardHoursQuery) {
    return this.look((machine) => readHours(machine, query));
  }

  search(text: string) {
    return this.look((machine) => search(machine, text));
  }

  deadLetters() {
    return this.look(readDeadLetters);
  }

  rebuild() {
    return this.submit({ type: "rebuild" });
  }

  tick() {
    return this.submit({ type: "tick" });
  }

  /** A board that is new asks around as soon as somebody looks at it. */
  private readonly look = <T>(body: (machine: BoardMachine, now: number) => T): Promise<T> =>
    this.call(async ({ read, submit }) => {
      if (!read(({ isBorn }) => isBorn)) await submit({ type: "tick" });
      return read(body);
    });
}
