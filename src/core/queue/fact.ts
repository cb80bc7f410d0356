import type { QueueAttributes } from "./attributes.ts";

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
    }
  | {
      readonly type: "extended";
      readonly messages: readonly number[];
      readonly until: number;
      /** Earlier receipts fit no more. */
      readonly renewed?: boolean;
    }
  | { readonly type: "released"; readonly messages: readonly number[] }
  | { readonly type: "removed"; readonly messages: readonly number[] }
  | { readonly type: "withdrawn"; readonly messages: readonly number[] }
  | { readonly type: "died"; readonly messages: readonly number[] }
  /** A batch of tasks was taken; a repeat of it until then is dropped. */
  | { readonly type: "batchTaken"; readonly batch: string; readonly until: number }
  | { readonly type: "effectOver"; readonly effect: string };
