import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");
const percent = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });

export const board = {
  views: {
    label: "Views",
    all: "All",
    running: "Running",
    unwell: "Not well",
    waiting: "Waiting for a person",
    mine: "Started by me",
  },
  contains: "Name has",
  usual: (time: string) => `most take ${time} at the most`,
  ends: "What ended in each hour",
  hour: (time: string, well: number, failed: number, other: number) =>
    `${time}: ${number(well)} well, ${number(failed)} failed, ${number(other)} stopped`,
  endsInAll: (well: number, failed: number) =>
    `${number(well)} ended well and ${number(failed)} failed in the last day`,
  now: "now",
  count: (shown: number, more: boolean) =>
    `${number(shown)}${more ? "+" : ""} ${plural(shown, { one: "execution", other: "executions" })}`,
  building: "Sources are being asked how they stand: something may be missing for some minutes.",
  isCut: "There is more than can be shown here: what moved last is.",
  lastEnds: "Last ends",
  ticks: (well: number, all: number) => `${number(well)} of the last ${number(all)} ended well`,
  neverRan: "has not run",
  day: "24 h",
  rate: (well: number, all: number) => percent.format(well / all),
  rateOf: (well: number, all: number) => `${number(well)} of ${number(all)} ended well within 24 hours`,
  half: "Half take",
  most: "Most take",
  running: "Running",
  filter: "Name has",
};

export const palette = {
  open: "Search or jump to",
  label: "Search",
  placeholder: "Flows, executions, machines, pages",
  pages: "Pages",
  flows: "Flows",
  schedules: "Schedules",
  queues: "Queues",
  workers: "Workers",
  executions: "Executions",
  nothing: (text: string) => `Nothing has “${text}” in its name.`,
  older: "Executions are found among the newest of each flow.",
  keys: "Keys",
  keysDo: {
    search: "search",
    choose: "choose",
    open: "open what is chosen",
    keys: "show these keys",
    close: "close",
  },
};
