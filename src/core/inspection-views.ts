import type { ExecutionEnded } from "./flow/command.ts";
import type { FlowSummary } from "./flow/summary.ts";
import type { FindingCode, InspectedKind } from "./inspection-kinds.ts";
import type { Result } from "./result.ts";

/** What is not as it should be. Times are epoch milliseconds. */
export interface Finding {
  readonly code: FindingCode;
  /** What of the object it is about: an execution, a schedule, an effect. Absent: the object. */
  readonly name?: string;
  readonly since: number;
  readonly detail: string;
  /** It was, and is as it should be now. */
  readonly healed: boolean;
}

export interface InspectionQuery {
  /** What can be healed is healed; else it is only told. */
  readonly heal: boolean;
  /** Of a flow: others had their turn. */
  readonly from?: InspectedTo;
}

/** Where an index is to be gone on with. */
export interface InspectedTo {
  /** Of the last execution that was looked at. */
  readonly number: number;
  /** Executions that run, of those before it. */
  readonly open: number;
}

/** An object that rounds visit, by its name. */
export interface InspectedObject {
  readonly kind: InspectedKind;
  readonly name: string;
}

/** A finding of an object, as it is kept. */
export interface KeptFinding extends Finding {
  readonly kind: InspectedKind;
  readonly object: string;
  /** When a round told it first, or that it was healed. */
  readonly foundAt: number;
}

/** One walk over the objects. Times are epoch milliseconds. */
export interface RoundView {
  readonly number: number;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** Who asked for it, such as `key:<id>`; absent: it comes by itself. */
  readonly by?: string;
  /** Of one flow alone. */
  readonly flow?: string;
  readonly heal: boolean;
  readonly visited: number;
  /** How many it will visit, as far as was known when it began. */
  readonly of: number;
}

export interface DoctorView {
  readonly round?: RoundView;
  /** The open ones first, the newest first. */
  readonly findings: readonly KeptFinding[];
  /** Open findings by their codes. */
  readonly counts: Partial<Record<FindingCode, number>>;
}

export interface BeginRound {
  readonly type: "beginRound";
  readonly heal: boolean;
  readonly flow?: string;
  readonly by: string;
}

/** The directory's part: it walks over the objects and keeps what they find. */
export interface DoctorRpc {
  /** The Cron Trigger: the next slice of the hour's round. */
  inspectTick(): Promise<unknown>;
  /** Begins a round now. Rejection: DoctorRunning. */
  beginRound(command: BeginRound): Promise<Result<{ readonly round: number }>>;
  doctor(): Promise<DoctorView>;
}

/** What an object tells of itself. */
export interface Inspection {
  readonly findings: readonly Finding[];
  /** Something may happen to it, or stay undone: it is looked at each hour. */
  readonly isOpen: boolean;
  /** What the directory should know of it; absent while it is being told that. */
  readonly registration?: Registration;
  /** Of a flow: there are more executions to be asked. */
  readonly to?: InspectedTo;
}

export interface Registration {
  /** 0 of an object that never was anything. */
  readonly generation: number;
  readonly exists: boolean;
  readonly summary?: FlowSummary;
}

/** An object that can be inspected. It answers at once, and for itself alone. */
export interface Inspectable {
  inspect(query: InspectionQuery): Promise<Inspection>;
}

/** How an execution ended, as its flow's index has it. */
export type ToldEnd = Omit<ExecutionEnded, "type" | "generation" | "name">;

/** What an execution tells its flow; nothing where there is none. */
export interface ExecutionInspection {
  readonly findings: readonly Finding[];
  /** Absent while it runs. */
  readonly end?: ToldEnd;
  /** Queues that its tasks were handed to, some of them. */
  readonly queues?: readonly AwaitedQueue[];
}

/** A queue that tasks were handed to which are not reported yet. */
export interface AwaitedQueue {
  readonly queue: string;
  readonly tasks: number;
  /** When the first of them began (epoch ms). */
  readonly since: number;
}
