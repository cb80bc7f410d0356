import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

/** Of how full a queue was. */
export const depths = {
  depth: {
    title: "How full it was",
    ready: "ready",
    inFlight: "in flight",
    spans: { hours: "3 h", day: "24 h", week: "7 days" },
    span: "Time",
    label: (most: number) =>
      `At most ${number(most)} ${plural(most, { one: "message was", other: "messages were" })} ready or in flight.`,
    events: {
      failing: (worker: string) => `${worker} starts to fail`,
      draining: (worker: string) => `${worker} is drained`,
      paused: (_worker: string) => "the queue is paused",
    },
    from: "From",
    waited: "Waited",
    in: "In",
    out: "Out",
    inHour: "In, last hour",
    outHour: "Out, last hour",
    aMinute: (n: number) => `${number(n)} a minute`,
  },
};
