import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

export const pauses = {
  pause: "Pause",
  resume: "Resume",
  pauseTitle: (name: string) => `Pause ${name}?`,
  resumeTitle: (name: string) => `Resume ${name}?`,
  paused: (name: string) => `${name} is paused.`,
  resumed: (name: string) => `${name} is resumed.`,
  reason: "Reason",
  reasonHint: "Shown to whoever looks at it, and kept in the audit log.",
  since: "Paused since",
  until: "until",
  untilHint: "Left empty: until somebody resumes it.",
  overAlready: "This time is over.",
  executionSays:
    "Nothing new is started until it is resumed: what runs goes on, and what it reports is taken. Its time limit stands still, those of its tasks run on.",
  executionResumeSays: "It goes on at once, with all that was due meanwhile.",
  starts: "What is started meanwhile",
  hold: "waits",
  refuse: "is refused",
  flowSays:
    "Nothing of it starts until it is resumed, whoever asks: people, schedules, other flows. What runs goes on.",
  flowResumeSays: (n: number) =>
    `It starts again. ${number(n)} ${plural(n, { one: "start waits", other: "starts wait" })} and ${plural(n, { one: "begins", other: "begin" })} first, at most 1,000 a second.`,
  held: (n: number) => `${number(n)} ${plural(n, { one: "start waits", other: "starts wait" })}`,
  heldFor: {
    flowPaused: "Its flow is paused: it starts when the flow is resumed, after those that came before it.",
    line: "Its flow was paused: those that came before it start first, at most 1,000 a second.",
  },
  refused: "Starts are refused",
  by: "by",
  queueSays:
    "Nobody receives from it until it is resumed. What is sent to it waits, who holds a message keeps it, and time limits of tasks run on.",
  queueResumeSays: (n: number) =>
    `Workers get its messages again at once: ${number(n)} ${plural(n, { one: "is", other: "are" })} ready.`,
  limited: (n: number) =>
    `${number(n)} ${plural(n, { one: "task that waits", other: "tasks that wait" })} here ${plural(n, { one: "has", other: "have" })} a time limit, which runs on.`,
};
