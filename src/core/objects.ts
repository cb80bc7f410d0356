import type { Carried } from "./carried.ts";
import type { CarriedStart } from "./engine/state/carried-start.ts";
import type {
  AdjustItems,
  ConfirmTasks,
  ExecutionOutcome,
  Pause as PauseExecution,
  RefuseTasks,
  Resume as ResumeExecution,
  Start,
  Redrive,
} from "./engine/command.ts";
import type { PassedReport, TaskReport, TaskVerdict } from "./task-reports.ts";
import type { TaskAttempt, TaskRef } from "./engine/state/task-ref.ts";
import type { ExecutionStatus } from "./engine/state/execution-state.ts";
import type { AccessKey, AccessKeyCommand, AccessKeyOutcome } from "./directory/access-keys.ts";
import type { AcknowledgementCommand, AcknowledgementsTelling } from "./directory/acknowledgements.ts";
import type { AuditCommand, AuditPage, AuditQuery } from "./directory/audit-log.ts";
import type { ActiveCommand, ListedFlow } from "./directory/directory-machine.ts";
import type { DirectoryKind, RegisterCommand } from "./directory/registration.ts";
import type { SpendCode } from "./directory/spent-codes.ts";
import type {
  ExecutionEnded,
  FlowOutcome,
  PatchFlow,
  PauseFlow,
  CallbacksTold,
  PauseTold,
  ResumeFlow,
  StopHeld,
  PutFlow,
  RedriveExecution,
  StartExecution,
} from "./flow/command.ts";
import type { ExecutionEntry, FlowRecord, FlowVersion } from "./flow/flow.ts";
import type { FlowSummary } from "./flow/summary.ts";
import type { Json } from "./json.ts";
import type { Page } from "./lists.ts";
import type { MergePatch } from "./merge-patch.ts";
import type { DeadPage, DeadQuery } from "./durable/dead-letters.ts";
import type { Nonce } from "./durable/nonces.ts";
import type { ShownParking } from "./machine.ts";
import type { PlannedRedrive } from "./engine/redrive-view.ts";
import type { AskedWay } from "./engine/state/redrive-facts.ts";
import type { Rejection, Result } from "./result.ts";
import type { QueueAttributes } from "./queue/attributes.ts";
import type { QueueView, Whereabouts } from "./queue/queue-views.ts";
import type { DepthView } from "./queue/depth-history.ts";
import type { DeadLettersPage, DeadLettersQuery } from "./queue/dead-letters.ts";
import type { PeekedMessage, MessageTask } from "./queue/message.ts";
import type {
  AcceptTasks,
  BeatTask,
  ChangeDead,
  ChangeLeases,
  DrainWorker,
  PauseQueue,
  QueueOutcome,
  SendMessages,
  Withdraw,
  Work,
} from "./queue/command.ts";
import type { ShardNight } from "./schedule/night.ts";
import type { WorkerDetail, WorkerView, WorkersQuery } from "./worker-views.ts";
import type { ListedSchedule } from "./schedule/view.ts";
import type { OnlyIf } from "./schedule/preconditions.ts";
import type { Firing, Schedule, ScheduleSpec } from "./schedule/schedule.ts";
import type { BackfillView } from "./schedule/backfill-state.ts";
import type { FlowStats, FlowStatsQuery } from "./flow-views.ts";
import type { Calendar } from "./schedule/calendar.ts";
import type { CellUnit } from "./schedule/timetable/cells.ts";
import type {
  ChangeNotices,
  ChangeSchedule,
  ExecutionOver,
  RunNow,
  ScheduleOutcome,
} from "./schedule/command.ts";
import type { DeadNotice } from "./schedule/dead-notice.ts";
import type { BoardSource } from "./board-views.ts";
import type { DoctorRpc, ExecutionInspection, Inspectable, InspectionQuery } from "./inspection-views.ts";
import type {
  ExecutionHead,
  ExecutionStand,
  ForkPoint,
  ForkQuery,
  ExecutionSnapshot,
  ExecutionData,
  ExecutionFailures,
  StepsQuery,
  StepsPage,
  HistoryPageQuery,
  LogQuery,
  HistoryEventsPage,
  ExecutionTimeline,
  TimelineQuery,
} from "./execution-views.ts";

/**
 * What the objects answer to, as seen from outside. Names of calls and shapes of values stay compatible from release to
 * release: during a deployment two of them talk to each other. Times are epoch milliseconds.
 */

export interface FlowRpc extends BoardSource, Inspectable {
  put(command: Omit<PutFlow, "type">): Promise<FlowOutcome>;
  patch(patch: PatchFlow["patch"]): Promise<FlowOutcome>;
  get(version?: number): Promise<FoundFlow | undefined>;
  summary(): Promise<FlowSummary | undefined>;
  /** Newest first, those before `before`. */
  versions(limit: number, before?: number): Promise<readonly Omit<FlowVersion, "definition">[] | undefined>;
  /** Answers with the flow as it was. */
  remove(nonce?: Nonce): Promise<FlowOutcome>;
  startExecution(command: CarriedStart<StartExecution>): Promise<FlowOutcome>;
  /** Many at once; one outcome each, in order. */
  startExecutions(commands: readonly CarriedStart<StartExecution>[]): Promise<readonly FlowOutcome[]>;
  pauseTold(command: PauseTold): Promise<FlowOutcome>;
  callbacksTold(command: CallbacksTold): Promise<FlowOutcome>;
  setPause(command: PauseFlow | ResumeFlow): Promise<FlowOutcome>;
  /** Rejections: ExecutionNotExists, ExecutionRunning. */
  purgeExecution(name: string): Promise<FlowOutcome>;
  /** Ends a start that waits; nothing happens to one that does not. */
  stopHeld(command: StopHeld): Promise<FlowOutcome>;
  redriveExecution(command: RedriveExecution): Promise<FlowOutcome>;
  executionEnded(command: ExecutionEnded): Promise<FlowOutcome>;
  execution(name: string): Promise<ExecutionEntry | undefined>;
  executions(query: ExecutionsQuery): Promise<ExecutionsPage | undefined>;
  stats(query: FlowStatsQuery): Promise<FlowStats | undefined>;
  retryEffects: RetryEffectsCall;
}

/** What waits for another try is tried now: gives how many effects that are; undefined when there is no such object. */
type RetryEffectsCall = () => Promise<number | undefined>;

export interface FoundFlow {
  readonly flow: FlowRecord;
  readonly version: FlowVersion;
  /** Starts that wait; absent when none do. */
  readonly held?: number;
  /** Absent when nothing is. */
  readonly parked?: readonly ShownParking[];
}

export interface ExecutionsQuery {
  readonly limit: number;
  /** Bytes of the page, at the most; by default as many as any page may have. */
  readonly pageSize?: number;
  /** Only those numbered below. */
  readonly before?: number;
  readonly status?: ExecutionStatus;
  readonly prefix?: string;
  /** Start times. */
  readonly from?: number;
  readonly to?: number;
  readonly startedBy?: string;
  readonly paused?: boolean;
  readonly callbacks?: boolean;
  readonly label?: { readonly key: string; readonly value: string };
}

export interface ExecutionsPage {
  readonly items: readonly ExecutionEntry[];
  /** The last one that was looked at, when there may be more behind it. */
  readonly last?: { readonly number: number; readonly startedAt: number };
}

export interface ExecutionRpc {
  /** `isMinded`: whoever hands it this sees after a while whether it lives, and until then it needs no alarm for that. */
  start(command: CarriedStart<Start>, isMinded?: boolean): Promise<ExecutionOutcome>;
  /** Nobody minds it any more. */
  letGo(): Promise<void>;
  /** One outcome each, in order. */
  report(reports: Carried<readonly TaskReport[]>): Promise<readonly ExecutionOutcome[]>;
  confirmTasks(command: ConfirmTasks): Promise<ExecutionOutcome>;
  refuseTasks(command: RefuseTasks): Promise<ExecutionOutcome>;
  /** One outcome each, in order. */
  heartbeats(beats: readonly ExecutionBeat[]): Promise<ExecutionOutcome[]>;
  /** A task of another execution waits for the end, too. */
  join(parent: TaskRef, takesOver?: true): Promise<ExecutionOutcome>;
  /** Rejections: ExecutionEnding, which is over soon; NotRedrivable. */
  redrive(command: Redrive): Promise<ExecutionOutcome>;
  /** What a redrive would do; undefined while the start has not arrived. */
  planRedrive(asked: AskedWay): Promise<Result<PlannedRedrive> | undefined>;
  /** With `parent` only if it was started for that task. */
  stop(error: string, cause: string, parent?: TaskRef): Promise<ExecutionOutcome>;
  pause(command: PauseExecution): Promise<ExecutionOutcome>;
  /** Rejections: StepNotOpen, ExecutionAlreadyCompleted. */
  adjustItems(command: AdjustItems): Promise<ExecutionOutcome>;
  resume(command: ResumeExecution): Promise<ExecutionOutcome>;
  /** False also before the start has arrived, and when the execution is not kept any more. */
  isRunning(): Promise<boolean>;
  /** With references to values of more than `HEAD_VALUE_SIZE`. Undefined while the start has not arrived. */
  head(): Promise<ExecutionHead | undefined>;
  /** Undefined while the start has not arrived, or it is gone. */
  stand(): Promise<ExecutionStand | undefined>;
  /** As `head`, held until the execution has ended or the time is over. Rejection: TooManyPolls. */
  wait(milliseconds: number): Promise<Result<{ readonly head?: ExecutionHead }>>;
  /** Undefined where there is none. */
  inspect(query: InspectionQuery): Promise<ExecutionInspection | undefined>;
  /** Input and output, each only if its JSON has at most so many bytes. */
  data(maxBytes: number): Promise<ExecutionData | undefined>;
  /** With references to values of more than `SHOWN_VALUE_SIZE`. */
  steps(query: StepsQuery): Promise<StepsPage | undefined>;
  /** What commands wrote; undefined when there is no execution. */
  log(query: LogQuery): Promise<string | undefined>;
  /** Undefined while the start has not arrived. Rejections: StepNotExists, PayloadTooLarge. */
  forkPoint(query: ForkQuery): Promise<Result<{ readonly point: Carried<ForkPoint> }> | undefined>;
  history(query: HistoryPageQuery): Promise<HistoryEventsPage | undefined>;
  /** Undefined while the start has not arrived. */
  snapshot(): Promise<ExecutionSnapshot | undefined>;
  /** Of all steps, or of one and what lies in it; undefined while the start has not arrived. */
  failures(step?: string): Promise<ExecutionFailures | undefined>;
  /** Undefined while the start has not arrived. */
  timeline(query: TimelineQuery): Promise<ExecutionTimeline | undefined>;
  /** Deletes the execution with all it holds; false while it has something to do. */
  remove(): Promise<boolean>;
  retryEffects: RetryEffectsCall;
}

export interface QueueRpc extends BoardSource, Inspectable {
  put(attributes: MergePatch<QueueAttributes>, only?: "create" | "change"): Promise<QueueOutcome>;
  get(): Promise<QueueView | undefined>;
  /** The next messages, without taking them; undefined when there is no such queue. */
  peek(max: number): Promise<readonly PeekedMessage[] | undefined>;
  remove(): Promise<QueueOutcome>;
  send(command: SendMessages): Promise<QueueOutcome>;
  acceptTasks(command: AcceptTasks): Promise<QueueOutcome>;
  work(request: WorkRequest): Promise<WorkOutcome>;
  changeLeases(command: ChangeLeases): Promise<QueueOutcome>;
  beatTask(command: BeatTask): Promise<QueueOutcome>;
  withdraw(command: Withdraw): Promise<QueueOutcome>;
  /** Rejections: QueueNotExist, WorkerNotExist. */
  drainWorker(command: DrainWorker): Promise<QueueOutcome>;
  pause(command: PauseQueue): Promise<QueueOutcome>;
  resume(): Promise<QueueOutcome>;
  /** Who works here, by name and session; undefined when there is no such queue. */
  workers(query: WorkersQuery): Promise<Page<WorkerView> | undefined>;
  /** Undefined when there is no such queue. */
  worker(name: string): Promise<WorkerDetail | undefined>;
  /** Undefined when there is no such queue. */
  depthBetween(from: number, to: number): Promise<DepthView | undefined>;
  /** Undefined when there is no such queue. */
  deadLetters(query: DeadLettersQuery): Promise<DeadLettersPage | undefined>;
  changeDead(command: ChangeDead): Promise<QueueOutcome>;
  retryEffects: RetryEffectsCall;
  /** Where the messages of these tasks are, in order. */
  whereabouts(tasks: readonly MessageTask[]): Promise<readonly Whereabouts[]>;
}

/** Reports come first: what they leave to do with messages is done in the same commit as all else. */
export interface WorkRequest extends Omit<Work, "type" | "beats" | "receive"> {
  /** Their tokens were verified. With them the call says itself nothing of `removeDone` and `reported`. */
  readonly reports?: readonly PassedReport[];
  readonly beats?: readonly BeatEntry[];
  readonly receive?: {
    /** With 0 and a session the call waits for nothing but the end of a task that the session holds. */
    readonly max: number;
    readonly leaseSeconds?: number;
    /** Absent: as the queue's attributes say. */
    readonly waitSeconds?: number;
    readonly worker?: string;
    /** With 0: what the call waits for is that its worker may take messages again. */
    readonly whileDraining?: boolean;
  };
}

/** Of its reports one verdict each, in order, whatever came of the rest; absent without any. */
export type WorkOutcome = QueueOutcome & { readonly reportVerdicts?: readonly TaskVerdict[] };

/** A sign of life of a task's worker. */
export interface ExecutionBeat extends TaskAttempt {
  readonly progress?: Json;
  /** What its command wrote last. */
  readonly log?: string;
}

/** A sign of life for a message's lease, and for its task. */
export interface BeatEntry {
  readonly receipt: string;
  readonly progress?: Json;
  readonly log?: string;
  /** False: it is for the lease alone. */
  readonly alive?: boolean;
}

/** Names that begin with `prefix`, behind `after`. */
export interface NamesQuery {
  readonly limit: number;
  readonly after?: string;
  readonly prefix?: string;
}

export interface SchedulesQuery {
  readonly limit: number;
  /** Behind this one, `flow/name`. */
  readonly after?: string;
  /** Of this flow alone. */
  readonly flow?: string;
  /** With what they give to executions. */
  readonly withPayloads?: boolean;
  /** With how their newest firings went. */
  readonly withRecent?: boolean;
}

export interface ScheduleRpc extends BoardSource, Inspectable {
  put(flow: string, name: string, spec: ScheduleSpec, more?: PutConditions): Promise<ScheduleOutcome>;
  get(flow: string, name: string): Promise<Schedule | undefined>;
  /** In the order of flow and name: so many, or fewer if they are large. */
  page(query: SchedulesQuery): Promise<Page<ListedSchedule>>;
  remove(flow: string, name: string, nonce?: Nonce): Promise<ScheduleOutcome>;
  removeFlow(flow: string, generation: number): Promise<ScheduleOutcome>;
  setEnabled(flow: string, name: string, enabled: boolean): Promise<ScheduleOutcome>;
  run(command: Omit<RunNow, "type">): Promise<ScheduleOutcome>;
  /** Anything else that is asked of a schedule. */
  change(command: ChangeSchedule): Promise<ScheduleOutcome>;
  backfill(flow: string, name: string, id: string): Promise<BackfillView | undefined>;
  /** What failed of a schedule is tried again; `count` tells how much that is. */
  retryEffects(flow: string, name: string): Promise<Result<{ readonly count: number }>>;
  /** From the objects of executions: one that a schedule started is over. */
  executionOver(command: ExecutionOver): Promise<ScheduleOutcome>;
  firings(flow: string, name: string, query: FiringsQuery): Promise<FiringsPage | undefined>;
  /** By days or hours of its zone; undefined when there is no such schedule. */
  calendar(flow: string, name: string, query: CalendarQuery): Promise<CalendarView | undefined>;
  /** What schedules did from a time to another, both inclusive. */
  night(from: number, to: number): Promise<ShardNight>;
  deadNotices(query: DeadQuery): Promise<DeadPage<DeadNotice>>;
  /** Numbers of the oldest. */
  oldestDeadNotices(max: number): Promise<readonly number[]>;
  changeNotices(command: ChangeNotices): Promise<ScheduleOutcome>;
  /** The Cron Trigger: starts what is due and was not started. */
  tick(): Promise<ScheduleOutcome>;
}

export interface PutConditions {
  readonly only?: OnlyIf;
  readonly nonce?: Nonce;
  /** Of the flow that the schedule is for. */
  readonly generation?: number;
  /** Who asks for it, such as `key:<id>`. */
  readonly by?: string;
}

export interface CalendarQuery {
  readonly from: number;
  readonly to: number;
  readonly unit: CellUnit;
}

export interface CalendarView extends Calendar {
  readonly timeZone: string;
}

export interface FiringsQuery {
  readonly limit: number;
  readonly cursor?: string;
  readonly from?: number;
  readonly to?: number;
  readonly verdict?: Firing["verdict"];
  readonly kind?: Firing["kind"];
  /** Only what failed, was missed or was late. */
  readonly isUnwell?: boolean;
}

export interface FiringsPage {
  readonly items: readonly Firing[];
  readonly cursor?: string;
}

export interface DirectoryRpc extends BoardSource, DoctorRpc {
  apply(command: RegisterCommand | ActiveCommand): Promise<{ readonly ok: boolean }>;
  /** Many at once. */
  applyAll(commands: readonly RegisterCommand[]): Promise<unknown>;
  /** Names of the flows that were active last, the latest first. */
  activeFlows(limit: number): Promise<readonly string[]>;
  /** Names that begin with `prefix`, behind `after`, in order. */
  names(kind: DirectoryKind, limit: number, after?: string, prefix?: string): Promise<readonly string[]>;
  /** Flows by name, behind `after`: so many, or fewer if their descriptions are long. */
  flows(limit: number, after?: string): Promise<Page<ListedFlow>>;
  changeKey(command: AccessKeyCommand): Promise<AccessKeyOutcome>;
  /** The key that an id names at this time, even if disabled. */
  key(id: string): Promise<AccessKey | undefined>;
  keys(): Promise<readonly AccessKey[]>;
  /** Answers when the entry was written. */
  audit(command: AuditCommand): Promise<{ readonly at: number }>;
  auditPage(query: AuditQuery): Promise<AuditPage>;
  /** Gives what the board is to be told. */
  acknowledge(command: AcknowledgementCommand): Promise<AcknowledgementsTelling>;
  /** Lets a sign-in code be used once. */
  spendCode(command: SpendCode): Promise<Rejection | { readonly ok: true }>;
}
