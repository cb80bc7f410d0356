import type { Pause } from "../pause.ts";
import type { QueueAttributes } from "./attributes.ts";

/** What is shown of a queue, with times in epoch milliseconds. */
export interface QueueView {
  readonly attributes: Omit<QueueAttributes, "paused">;
  readonly paused?: Pause;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly depth: {
    readonly ready: number;
    /** Of these, those that only a worker of some name gets. */
    readonly readyForNamed: number;
    readonly delayed: number;
    readonly inFlight: number;
    readonly deadLetters: number;
  };
  /** When the oldest message that can be received was sent. */
  readonly oldestAt?: number;
  readonly waitingPolls: number;
}

/** Of a task's message. */
export type Whereabouts =
  /** There is no such queue. */
  | { readonly is: "nowhere" }
  /** It is not here: not yet, or not any more. */
  | { readonly is: "gone"; readonly queueCreatedAt: number }
  | { readonly is: "dead" }
  | { readonly is: "delayed"; readonly since: number; readonly until: number }
  /** `unaskedSince` when no worker has asked the queue for a while. */
  /** With `worker` only that one gets it; `lastSeenAt` when it last called. */
  | {
      readonly is: "lying";
      readonly since: number;
      readonly unaskedSince?: number;
      readonly worker?: string;
      readonly lastSeenAt?: number;
      /** Nobody receives from the queue. */
      readonly queuePaused?: true;
    }
  | { readonly is: "held"; readonly since: number; readonly until: number; readonly worker?: string };
