import type { AskedRedrive } from "../engine/state/redrive-facts.ts";
import type { ExecutionStatus, FailedStep } from "../engine/state/execution-state.ts";
import type { ItemCounts } from "../engine/state/item-counts.ts";
import type { Beginning, ForkedFrom } from "../engine/state/fork.ts";
import type { Lineage } from "../engine/state/lineage.ts";
import type { TaskRef } from "../engine/state/task-ref.ts";
import type { VainStart } from "../engine/state/vain-start.ts";
import type { CallbackStand } from "../callback.ts";
import type { JsonObject } from "../json.ts";
import { type EffectKinds, GIVEN_UP, PARKED, REPEATED } from "../durable/effects.ts";
import type { AnyEffect, EffectCommand } from "../machine.ts";
import type { Nonce } from "../durable/nonces.ts";
import type { MergePatch } from "../merge-patch.ts";
import type { ExecutionPause } from "../pause.ts";
import type { Rejection } from "../result.ts";
import type { BoardTold, TellBoard } from "../telling.ts";
import type { ExecutionEntry, ExecutionMode, FlowPause, FlowRecord, FlowSettings, Labels } from "./flow.ts";
import type { FlowSummary } from "./summary.ts";

export type FlowCommand =
  | PutFlow
  | PatchFlow
  | { readonly type: "deleteFlow"; readonly nonce?: Nonce }
  | StartExecution
  | RedriveExecution
  | ExecutionEnded
  | EndsFound
  | PauseTold
  | CallbacksTold
  | PauseFlow
  | ResumeFlow
  | StopHeld
  | { readonly type: "releaseHeld" }
  | { readonly type: "growUp" }
  | PurgeExecution
  | { readonly type: "removeOld" }
  | ExecutionsStopped
  | ExecutionsRemoved
  | BoardTold
  | EffectCommand<FlowEffect>;

export interface PutFlow {
  readonly type: "putFlow";
  readonly name: string;
  readonly definition: string;
  readonly description?: string;
  /** Absent: as it was. */
  readonly retentionDays?: number;
  /** Absent: as they are. */
  readonly settings?: FlowSettings;
  /** Of a new flow. */
  readonly mode?: ExecutionMode;
  /** Only if the flow is still as it was when it was read; `none`: only if there is no flow yet. */
  readonly expects?: FlowStand | "none";
  readonly nonce?: Nonce;
}

/** Changes what is given of a flow, and keeps the rest and its definition. */
export interface PatchFlow {
  readonly type: "patchFlow";
  readonly patch: MergePatch<Pick<PutFlow, "description" | "retentionDays">>;
}

/** Names one state of a flow. */
export type FlowStand = Pick<FlowRecord, "generation" | "version">;

export interface StartExecution {
  readonly type: "startExecution";
  readonly name: string;
  readonly input: JsonObject;
  /** The input as its client wrote it, to be given back; absent where it is our own writing. */
  readonly inputText?: string;
  readonly version?: number;
  readonly labels?: Labels;
  readonly startedBy: string;
  /** The same start again has the same one: it finds its own execution instead of being refused. */
  readonly startId: string;
  /** The task that waits for the end. */
  readonly parent?: TaskRef;
  readonly lineage?: Lineage;
  /** Absent: with the first step. */
  readonly begin?: Beginning;
  readonly forkedFrom?: ForkedFrom;
  /** Only flows of this mode. */
  readonly mode?: ExecutionMode;
  readonly nonce?: Nonce;
}

/** An execution that ended goes on. */
export interface RedriveExecution extends Omit<AskedRedrive, "redrives"> {
  readonly type: "redriveExecution";
  readonly name: string;
  /** The same request again has the same one, and finds its own redrive. */
  readonly redriveId: string;
  /** How it ended, in case that was not told yet. */
  readonly ended?: Omit<ExecutionEnded, "type" | "generation" | "name">;
  /** Only asks. */
  readonly dryRun?: true;
}

export interface ExecutionEnded {
  readonly type: "executionEnded";
  /** How often it had gone on by then; absent: never. What is older than the index changes nothing. */
  readonly redrives?: number;
  readonly generation: number;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly endedAt: number;
  readonly error?: string;
  readonly cause?: string;
  readonly items?: ItemCounts;
  readonly failedStep?: FailedStep;
}

/** An inspection found executions over that nobody told of. */
export interface EndsFound {
  readonly type: "endsFound";
  readonly ends: readonly ExecutionEnded[];
}

/** An execution was paused, or goes on. */
export interface PauseTold {
  readonly type: "pauseTold";
  readonly generation: number;
  readonly name: string;
  /** The number of its fact: an older one means nothing any more. */
  readonly fact: number;
  readonly paused?: ExecutionPause;
}

/** Which callbacks of an execution are open. */
export interface CallbacksTold extends CallbackStand {
  readonly type: "callbacksTold";
  readonly generation: number;
  readonly name: string;
  /** How many facts it had by then: an older one means nothing any more. */
  readonly fact: number;
}

/** Nothing of the flow starts; what runs goes on. */
export interface PauseFlow {
  readonly type: "pauseFlow";
  readonly by: string;
  readonly reason?: string;
  readonly starts: FlowPause["starts"];
}

export interface ResumeFlow {
  readonly type: "resumeFlow";
  /** Nothing changes: the answer says how many starts wait. */
  readonly dryRun: boolean;
}

/** Ends a start that waits. */
export interface StopHeld {
  readonly type: "stopHeld";
  readonly name: string;
  readonly error: string;
  readonly cause: string;
  /** Only if it was started for this task. */
  readonly parent?: TaskRef;
}

/** Deletes an execution that has ended, with all it holds. */
export interface PurgeExecution {
  readonly type: "purgeExecution";
  readonly name: string;
}

export type FlowOutcome =
  | {
      readonly ok: true;
      readonly flow?: FlowRecord;
      readonly created?: boolean;
      /** Of a put that changed something. */
      readonly summary?: FlowSummary;
      /** Of a pause and its end: starts that wait. */
      readonly held?: number;
      /** Of a start: its name was there already, by the same start or by another. */
      readonly repeated?: boolean;
      readonly execution?: ExecutionEntry;
      /** Of an end, and of a redrive: by what the execution was started. */
      readonly startId?: string;
    }
  | Rejection;

/** Refusals of a start that hold only now: whoever can wait tries again. */
export const BUSY: ReadonlySet<string> = new Set([
  "TooManyExecutions",
  "TooManyStarts",
  "FlowFull",
  "MemoryFull",
]);

export type FlowEffect =
  | TakeExecution
  | LetGo
  | RedriveTaken
  | FlowChanged
  | FlowActive
  | StopExecutions
  | RemoveExecutions
  | RemoveUnknown
  | TellBoard;

export const FLOW_EFFECT_KINDS: EffectKinds<FlowEffect> = {
  // Those of newcomers are derived.
  takeExecution: { kept: "stored", bound: REPEATED, onDisk: ["input", "inputText", "begin"] },
  letGo: { kept: "derived", bound: REPEATED },
  redriveExecution: { kept: "stored", bound: REPEATED },
  registerFlow: { kept: "stored", bound: REPEATED },
  unregisterFlow: { kept: "stored", bound: REPEATED },
  flowActive: { kept: "stored", bound: GIVEN_UP },
  stopExecutions: { kept: "stored", bound: REPEATED },
  removeExecutions: { kept: "stored", bound: PARKED },
  removeUnknown: { kept: "stored", bound: PARKED },
  tellBoard: { kept: "derived", bound: REPEATED },
};

/** Hand a start to its execution's object. */
export interface TakeExecution extends AnyEffect {
  readonly kind: "takeExecution";
  readonly generation: number;
  readonly name: string;
  readonly version: number;
  /** Absent in memory if it is large. */
  readonly input?: JsonObject;
  readonly inputText?: string;
  readonly startedBy: string;
  readonly parent?: TaskRef;
  readonly lineage?: Lineage;
  /** Absent in memory if it is large. */
  readonly begin?: Beginning;
  readonly forkedFrom?: ForkedFrom;
  readonly over?: VainStart;
  /** Of one that its flow minds: its number (newcomers.ts). */
  readonly newcomer?: number;
}

/** Tell an execution that its flow does not mind it any more. */
export interface LetGo extends AnyEffect {
  readonly kind: "letGo";
  readonly generation: number;
  readonly number: number;
  readonly name: string;
}

/** Hand a redrive to its execution's object. */
export interface RedriveTaken extends AnyEffect, AskedRedrive {
  readonly kind: "redriveExecution";
  readonly generation: number;
  readonly name: string;
}

/** Tell the directory. */
interface FlowChanged extends AnyEffect {
  readonly kind: "registerFlow" | "unregisterFlow";
  readonly generation: number;
}

/** Tell the directory that something was started, now and then. */
interface FlowActive extends AnyEffect {
  readonly kind: "flowActive";
  readonly generation: number;
}

/** Stop what runs of a deleted generation. */
export interface StopExecutions extends AnyEffect {
  readonly kind: "stopExecutions";
  readonly generation: number;
  /** Those from this number on had their turn. */
  readonly before?: number;
}

/** Those that ran had their turn, down to a number if there are older ones. */
export interface ExecutionsStopped {
  readonly type: "executionsStopped";
  readonly effect: StopExecutions;
  readonly before?: number;
}

/** Delete the objects of executions that were kept long enough; then they leave the index. */
export interface RemoveExecutions extends AnyEffect {
  readonly kind: "removeExecutions";
  readonly generation: number;
  readonly executions: readonly Pick<ExecutionEntry, "name" | "number">[];
  /** Somebody wants it now: one that is busy is asked again. */
  readonly isAsked?: true;
}

/** Stop and delete one that the index does not know. */
export interface RemoveUnknown extends AnyEffect {
  readonly kind: "removeUnknown";
  readonly generation: number;
  readonly name: string;
}

/** What became of them: the objects of these were deleted, the others have something to do yet. */
interface ExecutionsRemoved {
  readonly type: "executionsRemoved";
  readonly effect: RemoveExecutions;
  readonly executions: RemoveExecutions["executions"];
}

/** These go by what the flow's record says. */
export const ABOUT_RECORD: ReadonlySet<FlowCommand["type"]> = new Set([
  "putFlow",
  "patchFlow",
  "startExecution",
  "pauseFlow",
  "resumeFlow",
  "redriveExecution",
]);
