import { DEAD_LETTER_DETAIL_LENGTH } from "../dead-letter-limits.ts";
import { type Rejection, reject } from "../result.ts";
import type { ChangeNotices, ScheduleOutcome } from "./command.ts";
import type { TellWebhook } from "./effect.ts";
import type { ScheduleStore } from "./store.ts";

/** All of a shard lie together. */
export const NOTICES = "";

/** The webhook has it, or with a failure it is not told any more. */
export function noticeOver(
  store: ScheduleStore,
  effect: TellWebhook,
  failure: string | undefined,
  now: number,
): void {
  const isPending = store.effects.has(effect);
  store.effects.remove(effect);
  if (failure === undefined || !isPending) return;
  const { id: webhookId, notice } = effect;
  const detail = failure.slice(0, DEAD_LETTER_DETAIL_LENGTH);
  store.deadNotices.add(NOTICES, { webhookId, notice, detail, diedAt: now }, now);
  store.changes.note(now, true);
}

/** Tells the webhook again what it did not take, or removes that. */
export function changeNotices(store: ScheduleStore, command: ChangeNotices, now: number): ScheduleOutcome {
  const { deadNotices, changes } = store;
  const isAgain = command.type === "redriveNotices";
  const numbers = deadNotices.chosen(NOTICES, command);
  if (isAgain && numbers.length > 0 && !store.hasWebhook) return noWebhook();
  let count = 0;
  let full: Rejection | undefined;
  for (const number of numbers) {
    const effect = isAgain ? effectOf(store, number, now) : undefined;
    // Its row cannot be read.
    if (isAgain && !effect) continue;
    full = effect && store.memory.refuse(store.effects.bytesOf(effect));
    if (full) break;
    if (effect) store.effects.add(effect);
    deadNotices.remove(NOTICES, number);
    count++;
  }
  if (count > 0) changes.note(now, true);
  return full && count === 0 ? full : { ok: true, count, left: deadNotices.count(NOTICES) };
}

function effectOf({ deadNotices }: ScheduleStore, number: number, now: number): TellWebhook | undefined {
  const letter = deadNotices.read(NOTICES, number);
  return letter && { id: letter.webhookId, kind: "notify", since: now, notice: letter.notice };
}

function noWebhook(): Rejection {
  return reject("NotRedrivable", "there is no webhook to be told of it: set NOTIFY_URL");
}
