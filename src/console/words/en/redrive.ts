import { listIn, numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");
const list = listIn("en-GB");
const items = (n: number) => `${number(n)} ${plural(n, { one: "item", other: "items" })}`;
const tasks = (n: number) => `${number(n)} ${plural(n, { one: "task", other: "tasks" })}`;
const times = (n: number) => (n === 1 ? "once" : `${number(n)} times`);

export const redrive = {
  retry: "Retry",
  retryItems: (n: number) => `Retry ${items(n)}`,
  retryTasks: (n: number) => `Retry ${tasks(n)}`,
  retryAll: "Retry all that did not succeed",
  title: (name: string) => `Retry ${name}?`,
  says: "The same execution goes on. What succeeded is kept and does not run again; all that failed, was stopped or has not begun is done, with its retries and time limit counted anew.",
  itemsRun: (run: number, kept: number) =>
    `${items(run)} ${plural(run, { one: "runs", other: "run" })}, ${number(kept)} ${plural(kept, { one: "is", other: "are" })} kept`,
  tasksRun: (n: number) => `${tasks(n)} ${plural(n, { one: "runs", other: "run" })}`,
  stepsRun: (steps: readonly string[]) =>
    `${list(steps)} ${plural(steps.length, { one: "runs", other: "run" })}`,
  waitsGoOn: (n: number) => `${number(n)} ${plural(n, { one: "wait goes", other: "waits go" })} on`,
  thenRun: (steps: readonly string[]) => `then ${list(steps)}`,
  goOn: "Go on",
  whereItEnded: "where it ended",
  fromStep: (step: string) => `anew from ${step}`,
  toleratedOf: (step: string) => `with the failed items of ${step}`,
  version: "Version",
  versionKept: (version: number) => `v${version}, as it had`,
  versionNewest: (version: number) => `v${version}, the newest`,
  whatDiffers: "What differs",
  saysFrom: (step: string) =>
    `The same execution goes on with ${step}, as that was entered last, and everything behind it runs again. What stands before it is kept.`,
  saysItems: (step: string) =>
    `The items of ${step} that failed and were tolerated run again; the others are kept. Then all steps behind it run again.`,
  comma: ", ",
  nothingRuns: "Nothing is left to do but its end",
  begins: "It begins with",
  children: "Executions that its tasks waited for",
  childrenGoOn: "Go on, too",
  childrenNew: "Start others",
  reason: "Why",
  reasonHint: "Kept in its events and in the audit log; may stay empty.",
  force: "Retry all the same",
  goesOn: (name: string) => `${name} goes on.`,
  retried: (n: number) => `Retried ${times(n)}`,
  retriedAt: (n: number) => (n === 1 ? "Retried once, at" : `Retried ${times(n)}, last at`),
};
