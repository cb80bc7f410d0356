import { DurableObject } from "cloudflare:workers";
import { masterKey } from "../src/auth/master-key.ts";
import type {
  ConfirmTasks,
  RefuseTasks,
  ReportFailed,
  ReportSucceeded,
  Start,
} from "../src/core/engine/command.ts";
import type { Json } from "../src/core/json.ts";
import type { TaskAttempt, TaskRef } from "../src/core/engine/state/task-ref.ts";
import { ExecutionMachine } from "../src/core/engine/execution-machine.ts";
import type { TokenMark } from "../src/core/history/render.ts";
import { readHistory } from "../src/core/history/page.ts";
import type { ExecutionRpc, HistoryPageQuery, StepsQuery } from "../src/core/objects.ts";
import { OPEN_WAITS_MAX } from "../src/core/limits.ts";
import { type Rejection, assert, reject } from "../src/core/result.ts";
import { withoutSecrets } from "../src/effects/calls/echoes.ts";
import { EXECUTION_EFFECTS } from "../src/effects/execution-effects.ts";
import type { Env } from "../src/env.ts";
import { describeFact } from "../src/queries/describe-fact.ts";
import { readData, readHead } from "../src/queries/execution-head.ts";
import { readSteps } from "../src/queries/steps.ts";
import { withTokenMarks } from "../src/queries/token-marks.ts";
import { log } from "../src/log.ts";
import { count } from "../src/metrics.ts";
import { hostOn } from "./hosting.ts";
import { Meter, countCalls } from "./meter.ts";
import { Database } from "./storage/database.ts";
import { EXECUTION_MIGRATIONS, SqlExecutionStore } from "./storage/sql-execution-store.ts";
import { Waiters } from "./waiters.ts";

/** One execution of one generation of a flow. */
export class ExecutionObject extends DurableObject<Env> implements ExecutionRpc {
  static {
    countCalls<ExecutionRpc>(this, {
      start: true,
      report: true,
      confirmTasks: true,
      refuseTasks: true,
      heartbeat: true,
      join: true,
      stop: true,
      head: true,
      data: true,
      remove: true,
      wait: true,
      steps: true,
      history: true,
    });
  }

  readonly meter = new Meter("ExecutionObject");
  private readonly database = new Database(this.ctx.storage.sql, EXECUTION_MIGRATIONS, this.meter);
  private readonly store = new SqlExecutionStore(this.database);
  private readonly machine = new ExecutionMachine(this.store);
  private readonly waiters = new Waiters();
  private readonly host = hostOn({
    context: this.ctx,
    database: this.database,
    env: this.env,
    machine: this.machine,
    effects: EXECUTION_EFFECTS,
    onCommit: () => {
      for (const notable of this.machine.takeNotable()) {
        const { fact } = notable;
        log(describeFact(this.ctx.id.name ?? "", notable));
        if (fact.type.startsWith("execution"))
          count("millrace_executions_total", fact.type.slice("execution".length).toLowerCase());
      }
      if (this.hasEnded()) this.waiters.release();
    },
  });

  start(command: Start) {
    return this.host.submit(command);
  }

  async report(reports: readonly (ReportSucceeded | ReportFailed)[]) {
    const refusal = this.gone();
    if (refusal) return reports.map(() => refusal);
    return Promise.all(
      reports.map((report) => this.host.submit(withoutSecrets(this.env, this.machine.execution, report))),
    );
  }

  confirmTasks(command: ConfirmTasks) {
    return this.host.submit(command);
  }

  refuseTasks(command: RefuseTasks) {
    return this.host.submit(command);
  }

  async heartbeat(beat: TaskAttempt & { readonly progress?: Json }) {
    const told = withoutSecrets(this.env, this.machine.execution, beat);
    return this.gone() ?? this.host.submit({ type: "heartbeat", ...told });
  }

  async join(parent: TaskRef) {
    return this.started() ?? this.host.submit({ type: "join", parent });
  }

  async stop(error: string, cause: string, parent?: TaskRef) {
    const command = { type: "stop", error, cause } as const;
    return this.started() ?? this.host.submit(parent ? { ...command, parent } : command);
  }

  async head() {
    return this.readHead();
  }

  async wait(milliseconds: number) {
    this.host.heal();
    if (!this.hasEnded()) {
      if (this.waiters.count >= OPEN_WAITS_MAX) {
        return reject("TooManyPolls", `${OPEN_WAITS_MAX} requests wait for this execution's end already`);
      }
      await this.waiters.wait(milliseconds);
    }
    const head = this.readHead();
    return { ok: true, ...(head && { head }) } as const;
  }

  async data(maxBytes: number) {
    const { execution } = this.machine;
    return execution && readData(execution, maxBytes);
  }

  steps(query: StepsQuery) {
    return this.marked((mark) => {
      const { execution } = this.machine;
      return execution && readSteps(execution, this.store, query, mark);
    });
  }

  history(query: HistoryPageQuery) {
    return this.marked((mark) => {
      const { execution } = this.machine;
      return execution && readHistory(execution, this.store, query, mark);
    });
  }

  async remove() {
    const { execution } = this.machine;
    if (execution?.isRunning) {
      const cause = "the flow's index does not know it any more";
      await this.host.submit({ type: "stop", error: "FnF.Stopped", cause });
    }
    if (this.machine.isBusy()) return false;
    const emptied = this.ctx.storage.deleteAll();
    this.machine.discardMemory();
    this.database.rolledBack();
    this.host.forget();
    await emptied;
    return true;
  }

  override alarm(): Promise<void> {
    return this.host.wake();
  }

  private readHead() {
    this.host.heal();
    const { execution } = this.machine;
    return execution && readHead(execution, this.meter.usage);
  }

  /** The answer to all who come before the start does. */
  private started(): Rejection | undefined {
    if (this.machine.execution) return undefined;
    return reject("ExecutionStarting", "the execution has not taken its start yet: try again shortly");
  }

  /** Whoever has a token of an execution had it from the execution: when there is none, it was kept long enough. */
  private gone(): Rejection | undefined {
    if (this.machine.execution) return undefined;
    return reject("ExecutionEnded", "the execution has ended, and is not kept any more");
  }

  private hasEnded(): boolean {
    const { execution } = this.machine;
    return execution !== undefined && !execution.isRunning;
  }

  private async marked<T>(render: (mark: TokenMark) => T): Promise<T> {
    this.host.heal();
    const master = await masterKey(this.env.MASTER_KEY);
    assert(master, "nobody is let in without a master key");
    return withTokenMarks(master, this.ctx.id.name ?? "", render);
  }
}
