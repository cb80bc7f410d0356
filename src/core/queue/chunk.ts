import type { MessageMeta, MessageState } from "./message.ts";

/** Messages were sent: a fact in memory. Its text lies in the chunk of its commit, with that of all others sent by then. */
export interface Sent {
  readonly type: "sent";
  /** Of the chunk, and of the first message in it. */
  readonly slot: number;
  readonly position: number;
  /** Number of the first message. */
  readonly first: number;
  readonly messages: readonly MessageMeta[];
}

/** A chunk as it was at a checkpoint. */
export interface KeptChunk {
  readonly slot: number;
  readonly first: number;
  readonly at: number;
  readonly messages: readonly MessageMeta[];
  /** Positions of the messages that are still there, with what changed of each since it was sent; absent: all, unchanged. */
  readonly live?: readonly (readonly [position: number, changed: Partial<MessageState>])[];
}
