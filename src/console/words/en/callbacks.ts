import type { Asked } from "../../model/callbacks.ts";
import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");
const callbacks = (n: number) => `${number(n)} ${plural(n, { one: "callback", other: "callbacks" })}`;

const KINDS: Record<Asked["kind"], string> = {
  topic: "topic",
  flow: "flow",
  function: "function",
  http: "address",
};

export const callbackWords = {
  callbacks: {
    title: "Callbacks",
    step: "Step",
    asked: "Asked",
    kind: KINDS,
    attempt: (n: number) => `attempt ${number(n)}`,
    since: "Since",
    due: "Fails without an answer",
    count: (n: number) => `${callbacks(n)} open`,
    cut: (shown: number, open: number) =>
      `${number(open)} are open. Here are ${number(shown)}: of each flow those that are due next, and those that wait longest.`,
    waits: (n: number) => `Waits for ${callbacks(n)}`,
    empty: "Somebody outside was asked, and has a token to answer with: nothing waits for that now.",
    emptyHint: "A task with pattern waitForCallback on a topic, a flow, a function or an address does:",
    noneFound: "No callback of an execution, or a flow, with this in its name.",
  },
};
