import type { EvolveTable } from "./contract.ts";
import { evolveGeneral } from "./evolve.ts";
import type { Execution } from "./state/execution-state.ts";
import { type Fact, type FactOf, type FactType, eventsOf } from "./state/fact.ts";
import { react } from "./react.ts";
import { evolveChildren } from "./steps/children.ts";
import { evolveChoice } from "./steps/choice.ts";
import { evolveForeach } from "./steps/foreach.ts";
import { evolveParallel } from "./steps/parallel.ts";
import { evolveTask } from "./steps/task.ts";
import { evolvePause } from "./steps/wait.ts";

const EVOLVE: EvolveTable<FactType> = {
  ...evolveGeneral,
  ...evolveTask,
  ...evolvePause,
  ...evolveChoice,
  ...evolveParallel,
  ...evolveForeach,
  ...evolveChildren,
};

function evolve<T extends FactType>(execution: Execution, fact: FactOf<T>, at: number): void {
  const { head } = execution;
  EVOLVE[fact.type](execution, fact, { at, event: head.nextEvent, fact: head.nextFact });
  head.nextEvent += eventsOf(fact);
}

/** Lets a fact take effect: live when it happens, again when a restarted object reads it from its journal. */
export function applyFact(execution: Execution, fact: Fact, at: number): void {
  execution.abandoned = [];
  evolve(execution, fact, at);
  react(execution, fact, { id: String(execution.head.nextFact), since: at });
  execution.head.nextFact++;
}
