import type { Acknowledgement, AcknowledgementsTelling } from "./directory/acknowledgements.ts";
import type { BoardEntry, EndTick, FlowTelling, HourOfEnds, ToldCallback } from "./flow/digest.ts";
import type { FlowPause } from "./flow/flow.ts";
import type { QueueDigest, QueueTelling } from "./queue/digest.ts";
import type { ShownWorker } from "./queue/shown-workers.ts";
import type { ShardTelling } from "./schedule/digest.ts";
import type { TopicDigest, TopicTelling } from "./topic/digest.ts";
import type { Told } from "./telling.ts";

/**
 * How the board comes to know what there is: each source tells it the whole of how it stands, again and again while it
 * changes. Nothing of it is a difference to what was told before, so that one that is lost or comes twice does no harm.
 * Times are epoch milliseconds.
 */
export type Telling = FlowTelling | ShardTelling | QueueTelling | TopicTelling | AcknowledgementsTelling;
export type { BoardEntry, QueueDigest, ToldCallback };
export type SourceKind = Telling["kind"];

/** A source of the board, which asks it how it stands; undefined when nothing was ever here. */
export interface BoardSource {
  boardTelling(): Promise<Telling | undefined>;
}

/** What every answer of the board says of itself. */
export interface BoardStand {
  /** Grows with whatever the board is told. */
  readonly seq: number;
  /** When it was told something last. */
  readonly asOf?: number;
  /** False while sources are being asked that it may know nothing of. */
  readonly isWhole: boolean;
  /** True when there is more than it has room for, or than shards of schedules have: what was told longest ago is left out. */
  readonly isCut: boolean;
}

export interface BoardFrame extends BoardStand {
  readonly now: BoardNow;
  readonly needs: readonly Need[];
  readonly next: readonly NextStart[];
  /** A number for each shard of schedules, which changes when something about its schedules does. */
  readonly shards: readonly number[];
}

/** Sums over all sources; what no source told of yet is absent. */
export interface BoardNow {
  readonly flows: number;
  readonly running: number;
  readonly ready?: number;
  readonly inFlight?: number;
  readonly deadLetters?: number;
  readonly oldestAt?: number;
  readonly callbacks?: number;
  readonly workers?: number;
  readonly failingWorkers?: number;
}

/** Where dead letters lie, most of them first. */
export interface BoardDeadLetters extends BoardStand {
  readonly queues: readonly { readonly name: string; readonly dead: number }[];
  readonly subscriptions: readonly DeadOfSubscription[];
  /** What the webhook did not take. */
  readonly notices: number;
  readonly more: boolean;
}

export interface DeadOfSubscription {
  readonly topic: string;
  readonly subscription: string;
  readonly dead: number;
}

/** Something that somebody has to look after. */
export interface Need {
  /** The same for as long as it is about the same. */
  readonly id: string;
  readonly kind: NeedKind;
  readonly since: number;
  readonly flow?: string;
  readonly schedule?: string;
  readonly execution?: string;
  readonly queue?: string;
  readonly worker?: string;
  readonly topic?: string;
  readonly subscription?: string;
  /** Somebody looks after it: who said so, and when. */
  readonly acknowledged?: Omit<Acknowledgement, "id">;
  /** A sentence by its code, and what stands in it. */
  readonly text: { readonly code: string; readonly values: Readonly<Record<string, string | number>> };
}

export type NeedKind =
  | "failed"
  | "missed"
  | "late"
  | "worker"
  | "messages"
  | "deadLetters"
  | "person"
  | "schedule"
  | "finding";

export interface NextStart {
  readonly at: number;
  readonly flow: string;
  readonly schedule: string;
}

/** Names that have `contains` in them, behind `after`. */
export interface BoardNamesQuery {
  readonly limit: number;
  readonly after?: string;
  readonly contains?: string;
}

export interface BoardQueues extends BoardStand {
  readonly items: readonly BoardQueue[];
  readonly more: boolean;
}

export interface BoardQueue extends Omit<
  QueueDigest,
  "processes" | "processesLeftOut" | "unaskedSince" | "diedAt"
> {
  readonly name: string;
}

export interface BoardTopics extends BoardStand {
  readonly items: readonly BoardTopic[];
  readonly more: boolean;
}

export interface BoardTopic extends Omit<TopicDigest, "dead"> {
  readonly name: string;
  readonly deadLetters: number;
}

/** Those of all queues, behind one. */
export interface BoardWorkersQuery {
  readonly limit: number;
  readonly after?: { readonly queue: string; readonly key: string };
  readonly contains?: string;
}

export interface BoardWorkers extends BoardStand {
  readonly items: readonly BoardWorker[];
  readonly more: boolean;
  /** Queues that have more than the board knows, the first by name. */
  readonly cutQueues: readonly string[];
}

export interface BoardWorker extends ShownWorker {
  readonly queue: string;
}

export interface BoardFlows extends BoardStand {
  readonly items: readonly BoardFlow[];
  readonly more: boolean;
}

export interface BoardFlow {
  readonly name: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly description?: string;
  readonly running: number;
  /** Starts that wait for the flow to be resumed. */
  readonly held?: number;
  readonly paused?: FlowPause;
  /** The newest last; an execution that the board does not keep has no name. */
  readonly ends: readonly (readonly [...EndTick, execution?: string])[];
  /** Of the last 24 hours. */
  readonly day: EndCounts;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  /** Open ones of its executions; absent: none. */
  readonly callbacks?: number;
  readonly next?: NextStart;
}

export interface EndCounts {
  readonly succeeded: number;
  readonly failed: number;
  readonly other: number;
}

export interface BoardExecutionsQuery {
  readonly limit: number;
  /** Behind this one, newest first. */
  readonly after?: BoardPlace;
  readonly flow?: string;
  readonly status?: BoardEntry["status"];
  /** Those that failed or took too long. */
  readonly isUnwell?: boolean;
  readonly paused?: boolean;
  /** Those that have open callbacks, or none. */
  readonly callbacks?: boolean;
  readonly prefix?: string;
  readonly contains?: string;
  readonly from?: number;
  readonly to?: number;
  /** Those that ended in [endedFrom, endedTo). */
  readonly endedFrom?: number;
  readonly endedTo?: number;
  readonly startedBy?: string;
  readonly label?: { readonly key: string; readonly value: string };
}

/** Where an execution stands in the list: those of the same instant are in the order of flows. */
export interface BoardPlace {
  readonly startedAt: number;
  readonly flow: string;
  readonly number: number;
}

export interface BoardExecution extends BoardEntry {
  readonly flow: string;
  /** How long most of its flow's take that succeed: 19 of 20. */
  readonly usualMs?: number;
}

export interface BoardExecutions extends BoardStand {
  readonly items: readonly BoardExecution[];
  readonly more: boolean;
  /** Flows that have older ones which the board does not keep. */
  readonly cutFlows: readonly string[];
}

/** Those of all flows, or of one, behind one. */
export interface BoardCallbacksQuery {
  readonly limit: number;
  readonly after?: CallbackPlace;
  readonly flow?: string;
  /** In the name of the flow or the execution. */
  readonly contains?: string;
}

/** Where a callback stands in the list: the oldest first. */
export type CallbackPlace = Pick<BoardCallback, "since" | "flow" | "execution" | "path">;

export interface BoardCallback extends ToldCallback {
  readonly flow: string;
}

export interface BoardCallbacks extends BoardStand {
  readonly items: readonly BoardCallback[];
  readonly more: boolean;
  /** How many there are, whether they are told or not. */
  readonly open: number;
  /** Flows that have more than they tell, the first by name. */
  readonly cutFlows: readonly string[];
}

export interface BoardHoursQuery {
  readonly from?: number;
  readonly to?: number;
  readonly flow?: string;
}

export interface BoardHours extends BoardStand {
  /** Hours in which something ended, counted from the epoch. */
  readonly hours: readonly HourOfEnds[];
}

/** What has a text in its name: those that begin with it first, then the newest. */
export interface BoardFound extends BoardStand {
  readonly flows: readonly string[];
  readonly schedules: readonly { readonly flow: string; readonly schedule: string }[];
  readonly queues: readonly string[];
  readonly workers: readonly { readonly queue: string; readonly worker: string; readonly host?: string }[];
  readonly executions: readonly Pick<BoardExecution, "flow" | "name" | "status" | "startedAt">[];
}

/** What the board's object answers to, as seen from outside. */
export interface BoardRpc {
  /** From a source: how it stands. */
  tell(telling: Telling): Promise<Told>;
  frame(): Promise<BoardFrame>;
  flows(query: BoardNamesQuery): Promise<BoardFlows>;
  queues(query: BoardNamesQuery): Promise<BoardQueues>;
  topics(query: BoardNamesQuery): Promise<BoardTopics>;
  workers(query: BoardWorkersQuery): Promise<BoardWorkers>;
  executions(query: BoardExecutionsQuery): Promise<BoardExecutions>;
  callbacks(query: BoardCallbacksQuery): Promise<BoardCallbacks>;
  hours(query: BoardHoursQuery): Promise<BoardHours>;
  search(text: string): Promise<BoardFound>;
  deadLetters(): Promise<BoardDeadLetters>;
  /** Asks all sources how they stand, in the background. */
  rebuild(): Promise<unknown>;
  /** The Cron Trigger: what a lost telling left wrong is found. */
  tick(): Promise<unknown>;
}
