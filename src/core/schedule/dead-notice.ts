import { shaped } from "../durable/shape.ts";
import type { Notice } from "./notice.ts";

/** What the webhook did not take. Times are epoch milliseconds. */
export interface DeadNotice {
  /** The effect's, by which the webhook knows repeats. */
  readonly webhookId: string;
  readonly notice: Notice;
  /** What the last try met. */
  readonly detail: string;
  readonly diedAt: number;
}

export const DEAD_NOTICE = shaped<DeadNotice>({
  webhookId: "text",
  notice: { type: "text", flow: "text", schedule: "text", firing: { at: "number" }, noticedAt: "number" },
  detail: "text",
  diedAt: "number",
});
