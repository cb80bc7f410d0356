import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

/** The hourly inspection: what is not as it should be. */
export const doctor = {
  title: "Doctor",
  inspect: "Inspect now",
  inspectTitle: "Inspect everything now?",
  inspectBody:
    "All flows, queues, topics and schedules are looked at, and the executions that run. What was lost on its way is healed; nothing that goes well is touched.",
  begun: (round: number) => `Inspection ${number(round)} has begun.`,
  underWay: (visited: number, of: number) => `under way: ${number(visited)} of ${number(of)} looked at`,
  over: (visited: number) =>
    `${number(visited)} ${plural(visited, { one: "object", other: "objects" })} looked at`,
  last: "Last inspection",
  hourly: "comes by itself each hour",
  askedBy: (who: string) => `asked for by ${who}`,
  none: "Nothing was inspected yet: that begins within a minute.",
  well: "Nothing is wrong.",
  wellHint: "Whatever is lost on its way is found within two hours, healed, and told here for a week.",
  findings: "Findings",
  open: "open",
  healed: "healed",
  state: "State",
  what: "What is wrong",
  where: "Where",
  since: "Since",
  shard: "some schedules",
  webhook: "the webhook",
  codes: {
    lostAlarm: "An alarm was lost",
    lostEnd: "An end was not told",
    lostStart: "An execution was lost",
    unknownExecution: "An execution nobody knew",
    unregistered: "Lists did not show it",
    stillRegistered: "Lists show what is gone",
    ledgerMismatch: "A firing has no end in the ledger",
    stuckEffect: "Something is not done for an hour",
    noFuture: "A schedule never starts again",
    noWorkers: "Messages without workers",
    queueMissing: "Tasks without their queue",
    pausedLong: "Paused for more than a week",
    deadLetters: "Dead letters",
    nearLimit: "Near a limit",
  },
  remedies: {
    lostAlarm: "Inspect with healing: that wakes it.",
    lostEnd: "Inspect with healing: that writes its end.",
    lostStart: "Inspect with healing: that lets it fail. Then start it again if its work is still wanted.",
    unknownExecution: "Nothing: it is stopped and removed.",
    unregistered: "Inspect with healing: that enters it.",
    stillRegistered: "Inspect with healing: that takes it out of the lists.",
    ledgerMismatch: "Inspect with healing: that completes the row.",
    stuckEffect: "See to what it says, then have it tried again.",
    noFuture: "Change its expression, or switch it off.",
    noWorkers: "Start workers for the queue.",
    queueMissing: "Make the queue, then stop the execution and retry it.",
    pausedLong: "Resume it, or delete it.",
    deadLetters: "Look at them, then send them again or purge them.",
    nearLimit: "Let some end, or spread the load.",
  },
};
