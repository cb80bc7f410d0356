import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

/** Of a flow's statistics and settings. */
export const flowParts = {
  flowSettings: {
    title: "Settings",
    newest: "Newest version",
    change: "Change",
    changeTitle: (flow: string) => `Change ${flow}`,
    changeBody: "This holds for all its versions, at once: executions that were kept longer are removed.",
    days: "Days that executions are kept",
    daysHint: "After their end; then they are gone with all their steps.",
    daysWrong: "A whole number from 1 to 3,650.",
    save: "Save",
    changed: "The flow is changed.",
    delete: "Delete this flow",
    deleteTitle: (flow: string) => `Delete ${flow}?`,
    deleteBody: "Its versions, its schedules and its executions go with it. Nothing brings them back.",
    stops: (n: number) =>
      n === 0
        ? "Nothing of it runs now."
        : `${number(n)} ${plural(n, { one: "execution runs and is", other: "executions run and are" })} stopped.`,
    ends: (n: number) =>
      n === 0
        ? "No schedule starts it."
        : `${number(n)} ${plural(n, { one: "schedule ends", other: "schedules end" })}.`,
    deleteType: (flow: string) => `Type ${flow} to go on`,
    deleted: (flow: string) => `${flow} is deleted.`,
  },
  stats: {
    span: "Time",
    spans: { day: "24 h", week: "7 days", month: "30 days", quarter: "90 days" },
    started: "Started",
    rate: "Succeeded",
    rateOf: "of those that ended by themselves",
    failed: "Failed or timed out",
    half: "Half within",
    most: "95 % within",
    ofSucceeded: "of those that succeeded",
    ends: "How they ended",
    endsNote: "by when they were started",
    took: "How long they took",
    endsLabel: (started: number, failed: number) =>
      `${number(started)} ${plural(started, { one: "execution", other: "executions" })} started, ${number(failed)} failed or timed out`,
    bucket: (time: string, started: number, failed: number) =>
      `${time}: ${number(started)} started, ${number(failed)} failed or timed out`,
    bucketTook: (time: string, half: string, most: string) =>
      `${time}: half within ${half}, 95 % within ${most}`,
    day: "Day",
    hour: "Hour",
    percent: (n: number) => `${number(n)} %`,
    errors: "What they failed with",
    error: "Error",
    count: "Times",
    newest: "Newest",
    noErrors: "Nothing failed in this time.",
    slowest: "Took longest",
    execution: "Execution",
    empty: "Nothing was started in this time.",
    cut: (time: string, n: number) =>
      `Only the ${number(n)} newest are counted here: nothing that was started before ${time}.`,
  },
};
