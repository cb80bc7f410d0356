import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

/** Of a flow's statistics and settings. */
export const flowParts = {
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
