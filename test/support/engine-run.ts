import { compileDefinition } from "../../src/core/fdl/compile.ts";
import type { ExecutionCommand, ExecutionOutcome, Start } from "../../src/core/engine/command.ts";
import type { ExecutionEffect } from "../../src/core/engine/state/effect.ts";
import type { Execution } from "../../src/core/engine/contract.ts";
import type { ExecutionState, HeadRecord } from "../../src/core/engine/state/execution-state.ts";
import { startInput } from "../../src/core/engine/state/navigation.ts";
import { ExecutionMachine } from "../../src/core/engine/execution-machine.ts";
import type { ExecutionStore } from "../../src/core/engine/kept/store.ts";
import { type TaskMessage, type TaskRefusal, taskMessage, tasksOf } from "../../src/core/engine/tasks.ts";
import { readHistory } from "../../src/core/history/page.ts";
import type { HistoryEvent } from "../../src/core/history/event.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { StepsQuery } from "../../src/core/execution-views.ts";
import { readSteps } from "../../src/queries/steps.ts";
import { isolate } from "./isolate.ts";

export const START_AT = Date.UTC(2026, 10, 23, 4, 0, 0);

/** One execution on a store, with the clock in the test's hands. Every command is one commit. */
export class EngineRun {
  /** Looks at every run of a test before and after each of its commands. */
  static watch: { before?(run: EngineRun, command: ExecutionCommand): void; after?(run: EngineRun): void } =
    {};

  now = START_AT;
  readonly machine: ExecutionMachine;
  readonly store: ExecutionStore;
  private readonly effects: ExecutionEffect[] = [];

  constructor(
    store: ExecutionStore,
    definition: string,
    input: JsonObject = {},
    /** An earlier release stored it, whatever would be said of it now. */
    wasStored = false,
    more: Pick<Start, "begin" | "forkedFrom"> = {},
  ) {
    const { diagnostics } = compileDefinition(definition);
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0 && !wasStored) throw new Error(JSON.stringify(errors, null, 1));
    this.store = store;
    this.machine = new ExecutionMachine(store, isolate());
    const id = { flow: "flow", generation: 1, name: "run" };
    this.do({ type: "start", id, version: 1, definition, input, startedBy: "key:test", ...more });
  }

  get execution(): Execution {
    const { execution } = this.machine;
    if (!execution) throw new Error("nothing was started");
    return execution;
  }

  get state(): ExecutionState {
    return this.execution.state;
  }

  get head(): HeadRecord {
    return this.state.head;
  }

  get status() {
    return this.head.status;
  }

  get output(): JsonObject | undefined {
    const { output } = this.head;
    return output && this.execution.context.values.unpack(output);
  }

  do(command: ExecutionCommand): ExecutionOutcome {
    EngineRun.watch.before?.(this, command);
    const outcome = this.machine.handle(command, this.now);
    this.machine.save(this.now);
    this.effects.push(...this.machine.effects.takeNew());
    EngineRun.watch.after?.(this);
    return outcome;
  }

  /** Lets time pass, settling each timer when it is due, and cut work go on. */
  pass(seconds: number): void {
    const until = this.now + seconds * 1000;
    for (;;) {
      const at = this.machine.nextTimerAt();
      if (at === undefined || at > until) break;
      this.now = Math.max(this.now, at);
      this.do(this.machine.wakeCommand());
    }
    this.now = until;
  }

  succeed(path: string, output: JsonObject = {}, attempt = 1): ExecutionOutcome {
    return this.do({ type: "reportSucceeded", path, attempt, output });
  }

  fail(path: string, error: string, cause = "", attempt = 1): ExecutionOutcome {
    return this.do({ type: "reportFailed", path, attempt, error, cause });
  }

  confirm(...tasks: (string | [path: string, attempt: number])[]): void {
    const named = tasks.map((task) =>
      typeof task === "string" ? { path: task, attempt: 1 } : { path: task[0], attempt: task[1] },
    );
    this.do({ type: "confirmTasks", tasks: named });
  }

  /** Forgets the memory, as an object does that was evicted or killed. */
  restart(): void {
    this.machine.discardMemory();
    this.effects.length = 0;
    this.effects.push(...this.machine.effects.takeNew());
  }

  pendingEffects(kind?: ExecutionEffect["kind"]): ExecutionEffect[] {
    // What was asked for anew takes the place of what was asked for before.
    const known = [...new Map(this.effects.map((effect) => [effect.id, effect])).values()];
    const pending = known.filter((effect) => this.machine.effects.isPending(effect));
    return kind === undefined ? pending : pending.filter((effect) => effect.kind === kind);
  }

  /** The messages of all tasks that no queue has confirmed; the token is `token of PATH n`. */
  messages(): (TaskMessage | TaskRefusal)[] {
    return this.pendingEffects("sendTasks").flatMap((effect) => {
      const tasks = effect.kind === "sendTasks" ? tasksOf(this.state, effect, Number.POSITIVE_INFINITY) : [];
      return tasks.flatMap(
        (task) => taskMessage(this.execution, task, `token of ${task.path} ${task.attempt}`) ?? [],
      );
    });
  }

  history(): HistoryEvent[] {
    const events: HistoryEvent[] = [];
    for (let after = 0; ;) {
      const page = this.page(after, 1000);
      events.push(...page.events);
      if (page.next === undefined) return events;
      after = page.next;
    }
  }

  page(after: number, limit: number) {
    return readHistory(
      this.execution,
      this.store,
      { after, limit },
      (path, attempt) => `mark of ${path} ${attempt}`,
    );
  }

  steps(query: Partial<StepsQuery> = {}) {
    const whole = { from: 0, limit: 1000, ...query };
    return readSteps(this.execution, this.store, whole, (path, attempt) => `mark of ${path} ${attempt}`);
  }

  /** History as `id<cause Type path`. */
  outline(): string[] {
    return this.history().map(({ eventId, scheduleEventId, type, stepPath }) =>
      `${eventId}<${scheduleEventId} ${type} ${stepPath}`.trim(),
    );
  }

  /** All that anybody can see of it. */
  everything() {
    // How values are packed is nobody's business: what they are is shown by input and output.
    const { start: _, output: __, ...head } = this.head;
    return {
      head,
      input: startInput(this.execution),
      output: this.output,
      next: this.machine.nextTimerAt(),
      effects: this.pendingEffects()
        .map(({ id }) => id)
        .toSorted(),
      messages: this.messages().toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      history: this.history(),
      steps: this.steps(),
    };
  }
}
