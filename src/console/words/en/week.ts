import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

export const weekWords = {
  week: {
    tab: "Week",
    title: (from: string, to: string) => `${from} to ${to}`,
    before: "The week before",
    after: "The week after",
    label: "What starts in each hour of the week",
    hour: (when: string, n: number) =>
      n === 0
        ? `${when}: nothing starts`
        : `${when}: ${number(n)} ${plural(n, { one: "execution starts", other: "executions start" })}`,
    noHour: "The clocks jump over this hour.",
    point: "Point at an hour, or use the arrow keys; a click shows who starts in it.",
    fullest: (when: string) => `The most crowded hour: ${when}`,
    starts: (n: number) => `${number(n)} ${plural(n, { one: "start", other: "starts" })}`,
    nothing: "No schedule starts anything in this hour.",
    often: "More often than each hour",
    oftenNote: "not counted above",
  },
};
