import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

/** Schedules by the worst that became of their runs. */
export interface NightCounts {
  readonly schedules: number;
  readonly failed?: number | undefined;
  readonly missed?: number | undefined;
  readonly late?: number | undefined;
  readonly running?: number | undefined;
}

/** Such as `2 of 47 schedules failed, 1 missed its run, 2 were late.` */
function headline({ schedules, failed = 0, missed = 0, late = 0, running = 0 }: NightCounts): string {
  const parts: [count: number, says: string][] = [
    [failed, "failed"],
    [missed, plural(missed, { one: "missed its run", other: "missed a run" })],
    [late, plural(late, { one: "was late", other: "were late" })],
  ];
  const all = `${number(schedules)} ${plural(schedules, { one: "schedule", other: "schedules" })}`;
  const told = parts.filter(([count]) => count > 0);
  const [worst, ...rest] = told;
  if (worst) {
    const [count, says] = worst;
    const more = rest.map(([other, said]) => `, ${number(other)} ${said}`);
    return `${number(count)} of ${all} ${says}${more.join("")}.`;
  }
  if (schedules === 0) return "No schedule had a run in this time.";
  if (running > 0) return "All goes well so far.";
  return schedules === 1 ? "The one schedule went well." : `All ${all} went well.`;
}

export const overview = {
  title: { last: "Last night", now: "Tonight", today: "Today", night: "A night", day: "A day" },
  range: (from: string, to: string) => `${from} to ${to}`,
  earlier: "The night before",
  later: "The one after",
  headline,
  runs: (n: number) => `${number(n)} ${plural(n, { one: "run", other: "runs" })}`,
  stillRun: (n: number) => `${number(n)} still ${plural(n, { one: "runs", other: "run" })}`,
  tally: {
    failed: "failed",
    missed: "missed",
    late: "late",
    running: "running",
    waiting: "in line",
    stopped: "stopped",
    well: "went well",
    skipped: "skipped",
  },
  copyReport: "Copy report",
  needsYou: "Needs you",
  nothingNeeded: "Nothing needs you.",
  when: {
    failed: (time: string) => `failed ${time}`,
    missed: (time: string) => `missed ${time}`,
    late: (time: string) => `began ${time}`,
  },
  ranNot: (part: number, whole: number) => `${number(part)} of ${number(whole)} runs`,
  pastPromise: (time: string) => `still runs, ${time} past its promised end`,
  endedPast: (time: string) => `${time} after its promise`,
  timedOut: "It did not end within the time limit of its flow.",
  caughtUp: "caught up",
  beganLate: "began late",
  open: "Open",
  now: "Now",
  running: "Running",
  waiting: "Schedules in line",
  ready: (since: string) => `Waiting in queues${since === "" ? "" : `, oldest ${since}`}`,
  callbacks: "Open callbacks",
  workers: (failing: number) => `Workers seen${failing === 0 ? "" : `, ${number(failing)} failing`}`,
  deadLetters: "Dead letters",
  next: "Next",
  nothingNext: "Nothing is going to start by itself.",
  theNight: "The night",
  theDay: "The day",
  problemsFirst: (shown: number, all: number) =>
    shown < all
      ? `problems first, ${number(shown)} of ${number(all)} schedules`
      : `problems first, ${number(all)} ${plural(all, { one: "schedule", other: "schedules" })}`,
  promisedEnd: "promised end",
  showAll: (n: number) => `Show all ${number(n)}`,
  showMore: (n: number) => `Show ${number(n)} more`,
  every: {
    hour: "hourly",
    hours: (n: number) => `${number(n)} h`,
    minutes: (n: number) => `${number(n)} min`,
    seconds: (n: number) => `${number(n)} s`,
  },
  isCut: "It ran so often that only the newest runs are told.",
  empty: "The overview says how all schedules went. There are none yet.",
};
