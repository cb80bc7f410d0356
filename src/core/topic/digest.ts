import type { TellingOf } from "../telling.ts";

/** What a topic tells the board of itself. Times are epoch milliseconds. */
export interface TopicDigest {
  readonly createdAt: number;
  readonly updatedAt: number;
  /** On their way to some subscription. */
  readonly messages: number;
  readonly subscriptions: number;
}

export type TopicTelling = TellingOf<"topic", TopicDigest>;
