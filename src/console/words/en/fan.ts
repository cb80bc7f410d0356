import { numberIn } from "../numbers.ts";

const number = numberIn("en-GB");

function items(n: number): string {
  return n === 1 ? "1 item" : `${number(n)} items`;
}

/** What is changed of a foreach while it runs. */
export const fan = {
  verb: "Change",
  usually: (usual: string) => `Its definition says ${usual}.`,
  concurrency: {
    act: "Change concurrency",
    title: (path: string) => `Change how many of ${path} run at once?`,
    says: "What runs goes on, and new ones begin as soon as there is room. It holds until this step ends.",
    field: "At once",
    wrong: (most: number) => `A whole number from 1 to ${number(most)}.`,
    done: (path: string, n: number) => `${number(n)} of ${path} run at once now.`,
  },
  tolerance: {
    act: "Change tolerance",
    title: (path: string) => `Change how many of ${path} may fail?`,
    says: (failed: number) =>
      failed === 0
        ? "None has failed so far. It holds until this step ends."
        : `${items(failed)} failed so far: with less than that, the step fails at once. It holds until this step ends.`,
    field: "May fail",
    hint: "A number of items, or a share of all such as 10%.",
    wrong: "A whole number, or a share from 0% to 100%.",
    done: (path: string, said: string) => `Of ${path} ${said} may fail now.`,
  },
  stop: {
    act: "Stop the rest",
    title: (path: string) => `Stop the rest of ${path}?`,
    says: (waiting: number) =>
      `${items(waiting)} not started yet: skipped, with no result. What runs ends as it would, and the step succeeds with what it has.`,
    saysAll: (waiting: number, running: number) =>
      `${items(waiting + running)} skipped, with no result. Messages of the ${number(running)} that run are taken back, and nobody waits for their reports. The step succeeds with what it has.`,
    which: "What is stopped",
    notStarted: (n: number) => `${number(n)} not started`,
    all: (n: number) => `and ${number(n)} that run`,
    verb: (n: number) => `Skip ${items(n)}`,
    reason: "Why, for the audit log",
    done: (path: string) => `The rest of ${path} is skipped.`,
  },
  retry: {
    act: (n: number) => `Retry ${number(n)}`,
    all: (n: number) => `Retry all ${number(n)}`,
    title: (n: number, path: string) => `Retry ${items(n)} of ${path}?`,
    says: "They go on where they failed, before anything new begins, and never more at once than may run. What succeeded is kept.",
    verb: (n: number) => `Retry ${items(n)}`,
    done: (n: number) => `${items(n)} are tried again.`,
    notAlone: (n: number) => `Not ${items(n)} alone: all that did not succeed is retried.`,
  },
  limits: {
    atOnce: (n: number) => `at most ${number(n)} at once`,
    mayFail: (said: string) => `${said} may fail`,
    by: (who: string) => `changed by ${who}`,
    at: "at",
  },
  share: (percentage: number) => `${number(percentage)}%`,
  both: (count: string, share: string) => `${count}, and no more than ${share},`,
};
