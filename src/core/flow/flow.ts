import type { ExecutionStatus, FailedStep } from "../engine/state/execution-state.ts";
import type { ItemCounts } from "../engine/state/item-counts.ts";
import type { ExecutionPause, Pause } from "../pause.ts";

/** FnF's word for how a flow is started: an express flow only by who waits for its end. It never changes. */
export type ExecutionMode = "Standard" | "Express";

/** What FnF keeps with a definition besides; nothing here acts on it. */
export interface FlowSettings {
  readonly roleArn?: string;
  readonly externalStorageLocation?: string;
}

/** Nothing of the flow starts: what comes waits for its resume, or is refused. */
export type FlowPause = Pause & { readonly starts: "hold" | "refuse" };

/** One stored definition. */
export interface FlowVersion {
  readonly version: number;
  readonly definition: string;
  readonly description?: string;
  readonly settings?: FlowSettings;
  readonly createdAt: number;
}

/** A flow as it is now. A flow that is deleted and made again has a new generation. */
export interface FlowRecord {
  readonly name: string;
  readonly generation: number;
  readonly version: number;
  readonly exists: boolean;
  /** Counts its changes; absent: so many as there are versions, as it was when nobody counted. */
  readonly revision?: number;
  /** Absent: Standard. */
  readonly mode?: ExecutionMode;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** How long executions are kept after their end; absent: as the limit says. */
  readonly retentionDays?: number;
  readonly paused?: FlowPause;
}

/** What a caller wants to find an execution by. */
export type Labels = Readonly<Record<string, string>>;

/** What the flow's index knows of an execution; the execution's own object knows it first. */
export interface ExecutionEntry {
  readonly name: string;
  readonly generation: number;
  /** In the order of the starts in this generation; not dense, since old ones are removed. */
  readonly number: number;
  readonly version: number;
  readonly startedBy: string;
  readonly labels?: Labels;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly endedAt?: number;
  /** It waits for its start: its flow is paused, or others that waited go before it. */
  readonly held?: "flowPaused" | "line";
  readonly paused?: ExecutionPause;
  /** Tasks whose tokens no queue has, for which somebody outside has to answer; absent: none. */
  readonly callbacks?: number;
  /** How often it went on after an end; absent: never. */
  readonly redrives?: number;
  readonly redrivenAt?: number;
  readonly error?: string;
  readonly cause?: string;
  /** Of one that has ended, or from its own object: iterations of its foreach steps. */
  readonly items?: ItemCounts;
  /** By which step it failed, and whose work that was. */
  readonly failedStep?: FailedStep;
}
