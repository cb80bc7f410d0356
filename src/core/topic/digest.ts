import type { TellingOf } from "../telling.ts";

/** What a topic tells the board of itself. Times are epoch milliseconds. */
export interface TopicDigest {
  readonly createdAt: number;
  readonly updatedAt: number;
  /** On their way to some subscription. */
  readonly messages: number;
  readonly subscriptions: number;
  /** When the oldest of these messages was published; absent: none is on its way. */
  readonly oldestAt?: number;
  /** The subscription that has most of them to come. */
  readonly behind?: { readonly subscription: string; readonly messages: number };
  /** Subscriptions that have dead letters, with the instant of the last death in each; absent: none has. */
  readonly dead?: readonly DeadLettersOf[];
}

interface DeadLettersOf {
  readonly subscription: string;
  readonly dead: number;
  readonly diedAt: number;
}

export type TopicTelling = TellingOf<"topic", TopicDigest>;
