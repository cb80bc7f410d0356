import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

/** What was given up elsewhere than in queues. */
export const dead = {
  everywhere: "Where they lie",
  everywhereEmpty: "Nothing was given up: no message, no notification, no notice.",
  more: "There are more places than are listed here.",
  place: "Of",
  kind: "Kind",
  kinds: { queue: "queue", subscription: "subscription", notices: "notices" },
  count: "Dead letters",
  notices: "Notices of schedules",
  noticesEmpty: "The webhook took all that schedules had to tell it.",
  noticesRule:
    "What the webhook does not take for six hours is kept here, the last 1,000 of each shard of schedules for seven days.",
  noticesSend: "The webhook is told of them again, under the ids that they had. It needs NOTIFY_URL.",
  notice: "Notice",
  ofSubscription: (name: string) => `Dead letters of ${name}`,
  subscriptionEmpty: "It got all that was published to it.",
  subscriptionRule:
    "A message becomes a dead letter when the subscriber does not take it, or when it is the oldest of too many on their way. The last 1,000 are kept for seven days.",
  subscriptionSend: (name: string) =>
    `They go to ${name} alone, as if they were published now, under the ids that they had.`,
  pushedOut: "pushed out by newer messages",
  show: (n: number) => `Show ${number(n)} dead ${plural(n, { one: "letter", other: "letters" })}`,
};
