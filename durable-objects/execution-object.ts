import { masterKey } from "../src/auth/master-key.ts";
import type {
  AdjustItems,
  ConfirmTasks,
  ExecutionCommand,
  ExecutionOutcome,
  Pause,
  Redrive,
  RefuseTasks,
  Resume,
  Start,
} from "../src/core/engine/command.ts";
import type { TaskRef } from "../src/core/engine/state/task-ref.ts";
import { ExecutionMachine, type NotableFact } from "../src/core/engine/execution-machine.ts";
import type { ExecutionStore } from "../src/core/engine/kept/store.ts";
import type { ExecutionEffect } from "../src/core/engine/state/effect.ts";
import type { Execution } from "../src/core/engine/contract.ts";
import type { AskedWay } from "../src/core/engine/state/redrive-facts.ts";
import { planRedrive } from "../src/core/engine/redrive-plan.ts";
import { readLogs } from "../src/core/engine/logs.ts";
import { isRunning } from "../src/core/engine/state/navigation.ts";
import type { TokenMark } from "../src/core/history/render.ts";
import { readHistory } from "../src/core/history/page.ts";
import type { ExecutionBeat } from "../src/core/objects.ts";
import type {
  ForkQuery,
  HistoryPageQuery,
  LogQuery,
  StepsQuery,
  TimelineQuery,
} from "../src/core/execution-views.ts";
import { given } from "../src/core/given.ts";
import type { InspectionQuery } from "../src/core/inspection-views.ts";
import type { Carried } from "../src/core/carried.ts";
import type { CarriedStart } from "../src/core/engine/state/carried-start.ts";
import type { TaskReport } from "../src/core/task-reports.ts";
import { carry, opened, openedStart } from "../src/carry.ts";
import { HEAD_VALUE_SIZE, OPEN_WAITS_MAX } from "../src/core/limits.ts";
import { unreadableIn } from "../src/core/unreadable.ts";
import { SNAPSHOT_VALUE_SIZE } from "../src/core/view-limits.ts";
import { type Rejection, assert, reject } from "../src/core/result.ts";
import { withoutSecrets } from "../src/effects/calls/echoes.ts";
import { EXECUTION_EFFECTS } from "../src/effects/execution-effects.ts";
import type { Env, ExecutionStub } from "../src/env.ts";
import { LiveLogs, tellLogs } from "../src/queries/logs.ts";
import { describeFact } from "../src/queries/describe-fact.ts";
import { readData, readHead, readStand } from "../src/queries/execution-head.ts";
import { inspectExecution, inspectedStand } from "../src/queries/inspect-execution.ts";
import { abridgeEvents, abridgeHead } from "../src/queries/references.ts";
import { readForkPoint } from "../src/queries/fork-point.ts";
import { readSteps } from "../src/queries/steps.ts";
import { withTokenMarks } from "../src/queries/token-marks.ts";
import { findValue, streamJson } from "../src/queries/value.ts";
import { log } from "../src/log.ts";
import { count } from "../src/metrics.ts";
import { ISOLATE } from "./isolate.ts";
import { MachineObject, type Ways } from "./machine-object.ts";
import { SqlExecutionStore } from "./storage/sql-execution-store.ts";
import { drawTimeline } from "./timeline.ts";
import { Waiters } from "./waiters.ts";
import { Watchers } from "./watchers.ts";

/** One execution of one generation of a flow. */
export class ExecutionObject
  extends MachineObject<ExecutionMachine, ExecutionCommand, ExecutionOutcome, ExecutionEffect>
  implements ExecutionStub
{
  private readonly waiters: Waiters;
  private readonly watchers: Watchers;
  private readonly liveLogs = new LiveLogs();

  constructor(context: DurableObjectState, env: Env) {
    const waiters = new Waiters();
    const watchers = new Watchers(context, env);
    const object = context.id.name ?? "";
    super(context, env, {
      name: "ExecutionObject",
      effects: EXECUTION_EFFECTS,
      machine: (database) => new ExecutionMachine(new SqlExecutionStore(database), ISOLATE),
      onCommit: (machine) => {
        for (const notable of machine.takeNotable()) tell(object, notable);
        if (hasEnded(machine)) waiters.release();
        watchers.committed(machine);
      },
    });
    this.waiters = waiters;
    this.watchers = watchers;
  }

  start(command: CarriedStart<Start>, isMinded = false) {
    return this.call(({ minded, submit }) => {
      minded(isMinded);
      return submit(openedStart(command));
    });
  }

  async letGo() {
    return this.call(({ minded }) => minded(false));
  }

  async report(carried: Carried<readonly TaskReport[]>) {
    return this.call(({ read, submit }) => {
      const reports = opened(carried);
      const execution = read(executionOf);
      if (!execution) return reports.map(() => gone());
      return Promise.all(reports.map((report) => submit(withoutSecrets(this.env, execution, report))));
    });
  }

  confirmTasks(command: ConfirmTasks) {
    return this.submit(command);
  }

  refuseTasks(command: RefuseTasks) {
    return this.submit(command);
  }

  async heartbeats(beats: readonly ExecutionBeat[]) {
    return this.call(({ read, submit }) => {
      const execution = read(executionOf);
      if (!execution) return beats.map(() => gone());
      const told = beats.map((beat) => withoutSecrets(this.env, execution, beat));
      for (const beat of told) this.liveLogs.note(beat);
      return Promise.all(told.map(({ log: _, ...beat }) => submit({ type: "heartbeat", ...beat })));
    });
  }

  async join(parent: TaskRef, takesOver?: true) {
    const command = { type: "join", parent, ...given({ takesOver }) } as const;
    return this.call(({ read, submit }) => (read(executionOf) ? submit(command) : starting()));
  }

  async stop(error: string, cause: string, parent?: TaskRef) {
    const command = { type: "stop", error, cause, ...given({ parent }) } as const;
    return this.call(({ read, submit }) => (read(executionOf) ? submit(command) : starting()));
  }

  async pause(command: Pause) {
    return this.call(({ read, submit }) => (read(executionOf) ? submit(command) : starting()));
  }

  async adjustItems(command: AdjustItems) {
    return this.call(({ read, submit }) => (read(executionOf) ? submit(command) : starting()));
  }

  async resume(command: Resume) {
    return this.call(({ read, submit }) => (read(executionOf) ? submit(command) : starting()));
  }

  async redrive(command: Redrive) {
    return this.call(({ read, submit }) => (read(executionOf) ? submit(command) : gone()));
  }

  async planRedrive(asked: AskedWay) {
    return this.read(({ execution }) => execution && planRedrive(execution, asked));
  }

  async isRunning() {
    return this.read(({ execution }) => execution !== undefined && isRunning(execution.state));
  }

  async head() {
    return this.call(headOf);
  }

  async stand() {
    return this.read(({ execution }) => execution && readStand(execution.state));
  }

  async wait(milliseconds: number) {
    return this.call(async (ways) => {
      if (!ways.read(hasEnded)) {
        if (this.waiters.count >= OPEN_WAITS_MAX) {
          return reject("TooManyPolls", `${OPEN_WAITS_MAX} requests wait for this execution's end already`);
        }
        await this.waiters.wait(milliseconds);
      }
      return { ok: true, ...given({ head: headOf(ways) }) } as const;
    });
  }

  async snapshot() {
    return this.call(async (ways) => {
      const head = headOf(ways);
      return head && this.watchers.snapshot(ways.read(itself), abridgeHead(head, SNAPSHOT_VALUE_SIZE));
    });
  }

  async failures(step?: string) {
    return this.call(async ({ read }) => (await this.watchers.follow(read(itself)))?.failures.view(step));
  }

  async timeline(query: TimelineQuery) {
    return this.call(({ read }) => drawTimeline(read(itself), query));
  }

  /** A socket for whoever watches; the Worker has seen to it who that is. */
  override fetch(request: Request): Promise<Response> {
    return this.call(({ read }) => {
      const { searchParams } = new URL(request.url);
      const until = searchParams.get("until");
      const watcher = {
        accessKeyId: searchParams.get("key") ?? "",
        ...(until !== null && { until: Number(until) }),
      };
      return this.watchers.accept(read(itself), watcher, Number(searchParams.get("since")));
    });
  }

  /** What watchers say besides their pings nobody asked for. */
  override webSocketMessage(): void {}

  override webSocketClose(): void {
    this.watchers.left();
  }

  /** Its name in its flow is what findings name it by. */
  async inspect({ heal }: InspectionQuery) {
    return this.call(async ({ look, inspect }) => {
      const stand = look(inspectedStand);
      if (!stand) return undefined;
      const { findings } = await inspect(heal, inspectExecution);
      return { findings, ...stand };
    });
  }

  async data(maxBytes: number) {
    return this.read(({ execution }) => execution && readData(execution, maxBytes));
  }

  steps(query: StepsQuery) {
    return this.readMarked((execution, store, mark) => readSteps(execution, store, query, mark));
  }

  async log(query: LogQuery) {
    return this.read(({ execution, store }) => execution && tellLogs(readLogs(store), this.liveLogs, query));
  }

  history(query: HistoryPageQuery) {
    const abridge = abridgeEvents(query.valueSize);
    return this.readMarked((execution, store, mark) => readHistory(execution, store, query, mark, abridge));
  }

  async forkPoint(query: ForkQuery) {
    const read = this.read(({ execution }) => execution && readForkPoint(execution, query));
    return read?.ok === true ? ({ ok: true, point: carry(read.point) } as const) : read;
  }

  async value(ref: string) {
    const found = await this.readMarked((execution, store, mark) => findValue(execution, store, ref, mark));
    return found === undefined ? undefined : streamJson(found);
  }

  async remove() {
    return this.call(async (ways) => {
      if (!(await isOverAtLast(ways))) return false;
      await ways.empty();
      this.watchers.forget();
      return true;
    });
  }

  retryEffects() {
    return this.retryAll(({ execution }) => execution !== undefined);
  }

  private readonly readMarked = <T>(
    render: (execution: Execution, store: ExecutionStore, mark: TokenMark) => T,
  ): Promise<T | undefined> =>
    this.call(async ({ read }) => {
      const master = await masterKey(this.env.MASTER_KEY);
      assert(master, "nobody is let in without a master key");
      return withTokenMarks(master, this.ctx.id.name ?? "", (mark) =>
        read(({ execution, store }) => execution && render(execution, store, mark)),
      );
    });
}

type ExecutionWays = Ways<ExecutionMachine, ExecutionCommand, ExecutionOutcome, ExecutionEffect>;

function itself(machine: ExecutionMachine): ExecutionMachine {
  return machine;
}

function executionOf({ execution }: ExecutionMachine): Execution | undefined {
  return execution;
}

function hasEnded({ execution }: ExecutionMachine): boolean {
  return execution !== undefined && !isRunning(execution.state);
}

function headOf({ read, usage }: ExecutionWays) {
  return read(
    ({ execution }, now) => execution && abridgeHead(readHead(execution, usage(), now), HEAD_VALUE_SIZE),
  );
}

/** What people may want to know of a commit. */
function tell(object: string, notable: NotableFact): void {
  log(describeFact(object, notable));
  const { type } = notable.fact;
  if (type.startsWith("execution"))
    count("millrace_executions_total", type.slice("execution".length).toLowerCase());
}

/** The answer to all who come before the start does. */
function starting(): Rejection {
  return reject("ExecutionStarting", "the execution has not taken its start yet: try again shortly");
}

/** Whoever has a token of an execution had it from the execution: when there is none, it was kept long enough. */
function gone(): Rejection {
  return reject("ExecutionEnded", "the execution has ended, and is not kept any more");
}

/** What still runs is stopped. What cannot be read does nothing any more. */
async function isOverAtLast({ read, submit }: ExecutionWays): Promise<boolean> {
  try {
    if (read(({ execution }) => execution !== undefined && isRunning(execution.state))) {
      const cause = "the flow's index does not know it any more";
      await submit({ type: "stop", error: "FnF.Stopped", cause });
    }
    return !read((machine) => machine.isBusy());
  } catch (error) {
    if (unreadableIn(error) === undefined) throw error;
    return true;
  }
}
