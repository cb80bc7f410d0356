import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");
const messages = (n: number) => `${number(n)} ${plural(n, { one: "message", other: "messages" })}`;

/** What belongs into a sentence about something that needs somebody. */
export interface NeedValues {
  readonly count: number;
  readonly failed: number;
  readonly of: number;
  readonly step: string;
  readonly asked: string;
}

/** By the code of what happened; an unknown one is told as it is. */
export const needs = {
  acknowledge: "Acknowledge",
  acknowledgeTitle: (name: string) => `Do you look after ${name}?`,
  acknowledgeBody:
    "It is folded away for everybody, with who said so, until something new happens. Nothing else changes.",
  note: "Note",
  noteHint: "What is being done about it, for the others.",
  acknowledged: (name: string) => `${name} is acknowledged.`,
  handled: (n: number) => `${number(n)} acknowledged`,
  takeBack: "Take back",
  takenBack: (name: string) => `${name} needs somebody again.`,
  itemsFailed: (failed: number, of: number) =>
    `${number(failed)} of ${number(of)} ${plural(of, { one: "item", other: "items" })} failed.`,
  on: "on",
  says: {
    executionFailed: ({ count }: NeedValues) =>
      count > 1
        ? `The last ${number(count)} executions did not succeed.`
        : "None that started later has succeeded yet.",
    executionTimedOut: ({ count }: NeedValues) =>
      count > 1
        ? `The last ${number(count)} executions did not succeed.`
        : "It did not end within the time limit of its flow.",
    scheduleMissed: ({ count }: NeedValues) =>
      count > 1 ? `The last ${number(count)} runs did not start.` : "Nothing ran that should have.",
    scheduleLate: () => "It broke its promise.",
    scheduleNoFuture: () => "It is on, but there is no time at which it will ever start again.",
    scheduleParked: () => "It does not start anything, because something is wrong with it.",
    queueWithoutWorkers: ({ count }: NeedValues) =>
      `${messages(count)} ${plural(count, { one: "lies", other: "lie" })} there, and no worker asks for them.`,
    oldMessage: ({ count }: NeedValues) => `${messages(count)} wait, the oldest for too long.`,
    deadLetters: ({ count }: NeedValues) =>
      `${number(count)} dead ${plural(count, { one: "letter", other: "letters" })}.`,
    deadNotifications: ({ count }: NeedValues) =>
      `It did not get ${messages(count)}, which ${plural(count, { one: "is a dead letter", other: "are dead letters" })}.`,
    deadNotices: ({ count }: NeedValues) =>
      `The webhook did not take ${number(count)} ${plural(count, { one: "notice", other: "notices" })} of schedules.`,
    oldBacklog: ({ count }: NeedValues) =>
      `${messages(count)} ${plural(count, { one: "is", other: "are" })} on the way to it, the oldest for too long.`,
    backlogNearLimit: ({ count, of }: NeedValues) =>
      `${messages(count)} are on the way to it; beyond ${number(of)} the oldest become dead letters.`,
    callbackDue: ({ count, step, asked }: NeedValues) =>
      count > 1
        ? `${number(count)} tasks wait for an answer, and are soon out of time.`
        : `${step} waits for an answer from ${asked}, and is soon out of time.`,
    callbackLong: ({ count, step, asked }: NeedValues) =>
      count > 1
        ? `${number(count)} tasks have waited for an answer for more than a day.`
        : `${step} has waited for an answer from ${asked} for more than a day.`,
    workerFailing: ({ failed, of }: NeedValues) =>
      `${number(failed)} of its last ${number(of)} tasks failed.`,
    finding: ({ count }: NeedValues) =>
      `The hourly inspection found ${number(count)}, and could not heal ${plural(count, { one: "it", other: "them" })}.`,
    workerSilent: ({ count }: NeedValues) => `It is silent, and holds ${messages(count)}.`,
  },
};
