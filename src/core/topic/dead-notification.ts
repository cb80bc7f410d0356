import { shaped } from "../durable/shape.ts";
import type { PublishedMessage } from "./topic.ts";

/** Why a subscription did not get a message. */
export interface Loss {
  readonly reason: "givenUp" | "pushedOut";
  /** Of `givenUp`: what the last try met. */
  readonly detail?: string;
}

/** A message that a subscription did not get. Times are epoch milliseconds. */
export interface DeadNotification extends Loss {
  readonly message: PublishedMessage;
  readonly diedAt: number;
}

export const DEAD_NOTIFICATION = shaped<DeadNotification>({
  message: { id: "text", body: "text", publishedAt: "number" },
  reason: "text",
  diedAt: "number",
});
