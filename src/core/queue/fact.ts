import type { QueueAttributes } from "./attributes.ts";
import type { MessageTask } from "./message.ts";

/** What happened to messages, by their numbers. Sending is not among them: a chunk tells of it itself. */
export type QueueFact =
  | { readonly type: "created"; readonly generation: number; readonly attributes: QueueAttributes }
  | { readonly type: "changed"; readonly attributes: QueueAttributes }
  | { readonly type: "deleted" }
  | {
      readonly type: "leased";
      readonly messages: readonly number[];
      readonly until: number;
      readonly worker?: string;
      /** Of a runner's process: it is told when it need not go on, and its key alone may take over from it. */
      readonly session?: string;
      readonly key?: string;
      /** How long the lease becomes with the first sign of life; absent: as long as it is. */
      readonly leaseSeconds?: number;
    }
  | {
      readonly type: "extended";
      readonly messages: readonly number[];
      readonly until: number;
      /** Earlier receipts fit no more. */
      readonly renewed?: boolean;
    }
  /** The holders of these leases were late, and nobody else had taken the messages. */
  | { readonly type: "retaken"; readonly messages: readonly number[]; readonly until: number }
  | {
      readonly type: "released";
      readonly messages: readonly number[];
      /** Hidden until then. */
      readonly until?: number;
      /** The holder did not give them back: it is gone. */
      readonly lost?: true;
    }
  | { readonly type: "removed"; readonly messages: readonly number[] }
  | { readonly type: "withdrawn"; readonly messages: readonly number[] }
  /** Tasks whose workers were lost too often, or that were delivered too often: their attempts fail. */
  | {
      readonly type: "taskLost";
      readonly messages: readonly number[];
      readonly cause: string;
      /** Of the one message: its chunk may be written over before a restart asks. Absent in facts of an earlier release. */
      readonly task?: MessageTask;
    }
  /** Dead letters are kept until `expiresAt`; in facts of an earlier release until they expire as they were sent. */
  /** A worker lost so many messages; the webhook is to be told. */
  | {
      readonly type: "workerLost";
      readonly worker: string;
      readonly lostAt: number;
      readonly count: number;
    }
  | { readonly type: "died"; readonly messages: readonly number[]; readonly expiresAt?: number }
  /** Their worker can do nothing with them, for this reason. */
  | {
      readonly type: "buried";
      readonly messages: readonly number[];
      readonly reason: string;
      readonly expiresAt?: number;
    }
  /** Dead letters are messages like any other again, as if they were sent at that time. */
  | {
      readonly type: "redriven";
      readonly messages: readonly number[];
      /** When they are removed, whatever their state; not those of tasks. */
      readonly expiresAt: number;
      /** Hidden until then. */
      readonly until?: number;
    }
  /** A batch of tasks was taken; a repeat of it until then is dropped. */
  | { readonly type: "batchTaken"; readonly batch: string; readonly until: number }
  | { readonly type: "effectOver"; readonly effect: string };

/** What happened to messages that are there. */
export type MessageFact = Extract<QueueFact, { readonly messages: unknown }>;
