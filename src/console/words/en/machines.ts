import type { WorkerCondition } from "../../model/workers.ts";
import { listIn, numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");
const list = listIn("en-GB");

const CONDITIONS: Record<WorkerCondition, string> = {
  failing: "Failing",
  late: "Late",
  slow: "Slow",
  draining: "Draining",
  well: "Well",
  gone: "Gone",
};

export const machines = {
  workers: {
    title: "Workers",
    worker: "Worker",
    state: "State",
    condition: CONDITIONS,
    seen: "Last seen",
    now: "Now",
    lately: "Lately",
    done: "Done",
    failed: "Failed",
    lost: "Lost",
    median: "Median",
    version: "Version",
    why: "Why",
    asks: "asks for work",
    nothing: "nothing",
    unnamed: "no name",
    holds: (n: number) => `holds ${number(n)} ${plural(n, { one: "message", other: "messages" })}`,
    andMore: (n: number) => `and ${number(n)} more`,
    since: "Since",
    holding: "Holds",
    inARow: (n: number) => `${number(n)} ${plural(n, { one: "time", other: "times" })} in a row`,
    lostTimes: (n: number) =>
      `${number(n)} ${plural(n, { one: "message was", other: "messages were" })} lost with it`,
    tooLong: "takes over twice as long as the others",
    silent: "silent, and holds work",
    silentIdle: "silent",
    until: (time: string) => `until ${time}`,
    untilResumed: "until it is resumed",
    otherVersion: "Others run another version.",
    tally: (succeeded: number, bad: number) =>
      `${number(succeeded)} succeeded, ${number(bad)} did not, newest last`,
    count: (n: number) => `${number(n)} seen today, problems first`,
    empty: "A worker takes tasks and messages from a queue, and reports how they went.",
    emptyHint: "Run a command for each task of a queue:",
    find: "Name or queue",
    noneFound: "No worker has this in its name or queue.",
    processes: "Processes",
    session: "Process",
    host: "Machine",
    slots: "Slots",
    key: "Access key",
    lastTasks: "Last tasks",
    when: "When",
    execution: "Execution",
    step: "Step",
    took: "Took",
    ended: "Ended",
    noTasks: "It reported no task lately.",
    usual: (time: string) => `${time} is usual here`,
    drain: "Drain",
    drainName: (name: string) => `Drain ${name}`,
    drainTitle: (name: string) => `Drain ${name}?`,
    drainBody: (name: string, queues: readonly string[]) =>
      `${name} finishes what it has, and gets no more messages of ${list(queues)} until it is resumed, even if its program goes on asking.`,
    drained: (name: string) => `${name} gets no more messages.`,
    reason: "Reason",
    reasonHint: "Shown to whoever looks at this worker.",
    untilField: "Until",
    untilHint: "Left empty: until somebody resumes it.",
    overAlready: "This time is over.",
    resume: "Resume",
    resumeTitle: (name: string) => `Resume ${name}?`,
    resumeBody: (queue: string) => `It gets messages of ${queue} again at once.`,
    resumed: (name: string) => `${name} gets messages again.`,
    unknown: (name: string) => `No queue has seen ${name} within a day: there is nothing to drain.`,
  },
  letters: {
    title: "Dead letters",
    body: "Message",
    died: "Died",
    why: "Why",
    deliveries: (n: number) => `delivered ${number(n)} ${plural(n, { one: "time", other: "times" })}`,
    lastTo: (name: string) => `last to ${name}`,
    buried: (name: string) => `given up by ${name}`,
    buriedPlain: "given up by its worker",
    empty: "No message was given up here.",
    rule: (n: number) =>
      `A message becomes a dead letter after ${number(n)} deliveries, or when a worker gives it up. A task fails instead, so that its flow can retry it.`,
    ruleNever:
      "A message becomes a dead letter when a worker gives it up. A task fails instead, so that its flow can retry it.",
    choose: (id: string) => `Choose message ${id}`,
    sendAgain: "Send again",
    sendSome: (n: number) => `Send ${number(n)} again`,
    sendAll: (n: number) => `Send all ${number(n)} again`,
    sendTitle: (n: number) =>
      `Send ${number(n)} ${plural(n, { one: "dead letter", other: "dead letters" })} again?`,
    sendBody: (queue: string) =>
      `They go to ${queue} as if they were sent now: workers get them at once, with no deliveries counted.`,
    sent: (n: number) =>
      `${number(n)} ${plural(n, { one: "message was", other: "messages were" })} sent again.`,
    purge: "Remove",
    purgeSome: (n: number) => `Remove ${number(n)}`,
    purgeAll: (n: number) => `Remove all ${number(n)}`,
    purgeTitle: (n: number) =>
      `Remove ${number(n)} ${plural(n, { one: "dead letter", other: "dead letters" })}?`,
    purgeBody: "They are gone for good: nothing brings them back.",
    purgeType: (queue: string) => `Type ${queue} to go on`,
    purged: (n: number) =>
      `${number(n)} ${plural(n, { one: "message was", other: "messages were" })} removed.`,
    left: (n: number) => `${number(n)} are left.`,
  },
};
