import type { MergePatch } from "../merge-patch.ts";
import type { MessageContent } from "../message-properties.ts";
import type { AnyEffect, EffectCommand } from "../machine.ts";
import { type EffectKinds, GIVEN_UP, REPEATED } from "../durable/effects.ts";
import type { Rejection } from "../result.ts";
import type { BoardTold, TellBoard } from "../telling.ts";
import type { QueueAttributes } from "./attributes.ts";
import type { MessageTask, ReceivedMessage } from "./message.ts";
import type { Poller, Stop, Taker } from "./pollers.ts";

export type QueueCommand =
  | PutQueue
  | { readonly type: "deleteQueue" }
  | SendMessages
  | AcceptTasks
  | Work
  | ChangeLeases
  | BeatTask
  | Withdraw
  | DrainWorker
  | ChangeDead
  | PauseQueue
  | { readonly type: "resumeQueue" }
  /** Nothing itself: lets time take effect for those who wait. */
  | { readonly type: "tick" }
  | BoardTold
  | EffectCommand<QueueEffect>;

export interface PutQueue {
  readonly type: "putQueue";
  /** What is not given stays as it is, of a new queue as by default; `null` is the default. */
  readonly attributes: MergePatch<QueueAttributes>;
  /** Refused when there is such a queue with other attributes, or when there is none; absent: never refused. */
  readonly only?: "create" | "change";
}

export interface SendMessages {
  readonly type: "sendMessages";
  /** Makes a repeat harmless, and names the messages. */
  readonly batch?: string;
  readonly messages: readonly MessageToSend[];
  /** A message that is refused costs the others nothing; absent: all of them or none. */
  readonly each?: boolean;
  /** Larger messages than the queue takes are taken, too: envelopes around what was small enough for a topic. */
  readonly anySize?: boolean;
}

export interface MessageToSend extends MessageContent {
  readonly priority?: number;
  readonly delaySeconds?: number;
  /** Only a worker of this name gets it. */
  readonly worker?: string;
}

/** Tasks of one execution. The batch's name makes a repeat of it harmless. */
export interface AcceptTasks {
  readonly type: "acceptTasks";
  readonly batch: string;
  readonly execution: string;
  readonly tasks: readonly TaskForQueue[];
}

export interface TaskForQueue {
  readonly id: string;
  readonly path: string;
  readonly attempt: number;
  readonly body: string;
  readonly priority: number;
  readonly delaySeconds: number;
  readonly expiresAt?: number;
  /** The attempt is over when nobody gives a sign of life for so long. */
  readonly heartbeatSeconds?: number;
  /** Only a worker of this name gets it. */
  readonly worker?: string;
  /** The attempt fails after so many losses of workers that had it. */
  readonly lostAfter?: number;
  /** False when the step ends as soon as the queue has the message. */
  readonly awaitsReport: boolean;
}

/** A worker's turn: what it is done with goes, what it works on stays its own, the next messages come. */
export interface Work {
  readonly type: "work";
  /** Who calls, if it is a process of a runner. */
  readonly session?: SessionCall;
  /** Receipts of messages that are being worked on. */
  readonly beats?: readonly string[];
  /** For beats: counted from now. Absent: as it was asked for when the message was taken. */
  readonly beatSeconds?: number;
  /** Receipts of messages to delete. */
  readonly remove: readonly string[];
  /** As `remove`, but a lease that ran out does not matter: what the messages asked for is done. */
  readonly removeDone: readonly string[];
  /** Of `remove` only what is hidden still: a receipt whose time is over is refused even if nobody else got the message. */
  readonly onlyHeld?: boolean;
  readonly release?: readonly ReleaseEntry[];
  readonly bury?: readonly BuryEntry[];
  readonly receive?: Receive;
  /** Its reports that were accepted, for those who look at workers. */
  readonly reported?: Reported;
  /** All that its session has, by receipts: what else was handed to it never arrived. */
  readonly holds?: readonly string[];
}

export interface Reported {
  readonly done: number;
  readonly failed: number;
  /** Each of them; a Worker of an earlier release does not tell. */
  readonly tasks?: readonly ReportedTask[];
}

export interface ReportedTask extends Pick<MessageTask, "execution" | "path" | "attempt"> {
  /** When its message was delivered, in epoch milliseconds. */
  readonly takenAt?: number;
  /** Absent: it succeeded. */
  readonly error?: string;
}

/** One process of a runner. */
export interface SessionCall {
  readonly id: string;
  readonly worker?: string;
  /** Name of the access key that it calls with. */
  readonly key: string;
  readonly about?: WorkerAbout;
  /** It takes no more messages. */
  readonly bye?: boolean;
  /** A session of the same worker and key that is dead: its leases end now, as lost. */
  readonly takesOver?: string;
}

/** What a runner tells of itself. */
export interface WorkerAbout {
  readonly version?: string;
  readonly host?: string;
  readonly os?: string;
  readonly pid?: number;
  readonly slots?: number;
  /** Epoch milliseconds. */
  readonly startedAt?: number;
}

export interface ReleaseEntry {
  readonly receipt: string;
  readonly delaySeconds?: number;
  /** Its worker is gone, and did not give it back. */
  readonly lost?: boolean;
}

export interface BuryEntry {
  readonly receipt: string;
  readonly reason: string;
}

export interface Receive extends Taker {
  /** With 0 nothing is taken, but the poller waits for the end of a task that its session holds. */
  readonly max: number;
  readonly leaseSeconds?: number;
  /** Waits only for the end of its worker's draining. */
  readonly whileDraining?: boolean;
  /** Gets the messages later when there are none now. */
  readonly poller?: Poller;
}

export interface ChangeLeases {
  readonly type: "extend" | "release";
  readonly receipts: readonly string[];
  /** For extend: counted from now. */
  readonly leaseSeconds?: number;
  /** For extend: a new receipt takes the place of the old one. */
  readonly renew?: boolean;
}

/** A sign of life for the lease of a task's message, by whoever has the task's token. */
export interface BeatTask {
  readonly type: "beatTask";
  readonly task: MessageTask;
  /** Counted from now. Absent: as it was asked for when the message was taken. */
  readonly leaseSeconds?: number;
}

export interface Withdraw {
  readonly type: "withdraw";
  readonly execution: string;
  /** Without them all of the execution, or those whose step paths begin with `inside`. */
  readonly tasks?: readonly Omit<MessageTask, "execution">[];
  readonly inside?: string;
  /** Only where the index that follows is one of these: [first, count] of each run. */
  readonly items?: readonly (readonly [number, number])[];
}

/** A worker is to take no more messages, or takes them again: all processes of this name. */
export interface DrainWorker {
  readonly type: "drainWorker";
  readonly worker: string;
  readonly draining: boolean;
  /** For draining: when it is over by itself, in epoch milliseconds; and why. */
  readonly until?: number;
  readonly reason?: string;
}

/** Sends dead letters on their way again, or removes them. */
export interface ChangeDead {
  readonly type: "redriveDead" | "purgeDead";
  /** Without them the oldest, at most `max`. */
  readonly ids?: readonly string[];
  readonly max: number;
  /** For redriveDead: nobody gets them before. */
  readonly delaySeconds?: number;
}

/** Nobody receives until it is resumed. A repeat changes nothing, unless it gives another reason. */
export interface PauseQueue {
  readonly type: "pauseQueue";
  readonly by: string;
  readonly reason?: string;
}

/** What facts ask for. */
export type OwnEffect = TellOfQueue | ReportLost | NotifyLost;
export type QueueEffect = OwnEffect | TellBoard;

/** To the directory of queues. */
export interface TellOfQueue extends AnyEffect {
  readonly kind: "registerQueue" | "unregisterQueue";
  readonly generation: number;
}

/** To the execution of a task that no worker gets any more. */
export interface ReportLost extends AnyEffect {
  readonly kind: "reportLost";
  readonly task: MessageTask;
  readonly cause: string;
}

/** To the installation's webhook: a worker was lost. Times are epoch milliseconds. */
export interface NotifyLost extends AnyEffect {
  readonly kind: "notifyLost";
  readonly worker: string;
  readonly lostAt: number;
  /** Messages that it held. */
  readonly count: number;
}

export const QUEUE_EFFECT_KINDS: EffectKinds<QueueEffect> = {
  registerQueue: { kept: "journalled", bound: REPEATED },
  unregisterQueue: { kept: "journalled", bound: REPEATED },
  reportLost: { kept: "journalled", bound: REPEATED },
  notifyLost: { kept: "journalled", bound: GIVEN_UP },
  tellBoard: { kept: "derived", bound: REPEATED },
};

export type SendVerdict =
  | {
      readonly ok: true;
      readonly id: string;
      /** Of a delayed message: until it appears it can be deleted, or hidden for longer or shorter. */
      readonly receipt?: string;
    }
  | Rejection;

export type ReceiptVerdict =
  | { readonly ok: true; readonly leaseUntil?: number; readonly receipt?: string }
  | Rejection;

/** Of a beat. */
export type LeaseVerdict =
  | { readonly ok: true; readonly leaseSeconds: number; readonly task?: MessageTask }
  | Rejection;

/** Another process works under the same name; or nothing is known of the session but its id. */
export type Notice = "NameShared" | "TellAbout";

export type QueueOutcome =
  | {
      readonly ok: true;
      /** Of putQueue. */
      readonly created?: boolean;
      /** Of putQueue and deleteQueue. */
      readonly generation?: number;
      /** Of sendMessages, in order. */
      readonly sent?: readonly SendVerdict[];
      /** One for each receipt, in order; of work those of `remove`. */
      readonly verdicts?: readonly ReceiptVerdict[];
      /** Of redriveDead and purgeDead: how many they were, and how many dead letters are left. */
      readonly count?: number;
      readonly left?: number;
      /** Of pauseQueue: tasks that wait in it while their time limits run on. */
      readonly limited?: number;
      /** Of beatTask; absent when nobody holds the message. */
      readonly leaseSeconds?: number;
      /** Of work, one each, in order. */
      readonly beats?: readonly LeaseVerdict[];
      readonly released?: readonly ReceiptVerdict[];
      readonly buried?: readonly ReceiptVerdict[];
      /** Of work; absent while the poller waits. */
      readonly messages?: readonly ReceivedMessage[];
      /** What else the session holds and need not go on with. */
      readonly stop?: readonly Stop[];
      readonly notices?: readonly Notice[];
      /** The worker is to take no more messages until it is told otherwise. */
      readonly drain?: true;
    }
  | Rejection;

/** Whoever changes these waits to see it. */
export const BY_PEOPLE: ReadonlySet<QueueCommand["type"]> = new Set([
  "deleteQueue",
  "drainWorker",
  "redriveDead",
  "purgeDead",
  "pauseQueue",
  "resumeQueue",
]);
