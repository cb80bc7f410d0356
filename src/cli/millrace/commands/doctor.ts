import type * as z from "zod";
import { doctorAnswer, doctorBody, doctorStarted } from "../../../http/contract/doctor.ts";
import type { Client } from "../../client.ts";
import { command, group } from "../command.ts";
import { EXIT_CODES } from "../failure.ts";
import { table, time } from "../format.ts";
import type { Output, Said } from "../output.ts";

type Report = z.output<typeof doctorAnswer>;
type Finding = Report["findings"][number];

const PATH = "/v1/doctor";
const ASKED_EVERY_MS = 500;

/** What to do about what is not healed by itself. */
const REMEDIES: { readonly [C in Finding["code"]]: string } = {
  lostAlarm: "run `millrace doctor`, which wakes it",
  lostEnd: "run `millrace doctor`, which writes the end",
  lostStart: "run `millrace doctor`, which lets it fail; then start it again if its work is still wanted",
  unknownExecution: "nothing: it is stopped and removed",
  unregistered: "run `millrace doctor`, which enters it",
  stillRegistered: "run `millrace doctor`, which takes it out of the lists",
  ledgerMismatch: "run `millrace doctor`, which completes the row",
  stuckEffect: "see to what its text says, then run `retry-effects` of what it belongs to",
  noFuture: "change its expression, or disable it",
  noWorkers: "start workers for the queue",
  queueMissing: "make the queue, then stop the execution and redrive it",
  pausedLong: "resume it, or delete it",
  deadLetters: "look at them with `millrace dead list`, then redrive or purge them",
  nearLimit: "let some end, or spread the load; `src/core/limits.md` names all limits",
};

const show = command({
  usage: "show",
  calls: [`GET ${PATH}`],
  summary: "Say what inspections found: what is open, and what was healed lately",
  examples: ["doctor show", "doctor show --json | jq .counts"],
  async run({ client, output }) {
    return said(await client.call({ method: "GET", path: PATH }, doctorAnswer), output);
  },
});

const inspect = command({
  usage: "inspect",
  calls: [`POST ${PATH}`, `GET ${PATH}`],
  summary:
    "Have everything inspected now, and healed as far as it can be; ends with status 1 if something is left",
  options: doctorBody,
  flags: [["--wait", "until the inspection is over"]],
  examples: ["doctor --wait", "doctor --flow nightly-checks --wait", "doctor --no-heal --wait --json"],
  async run({ client, output, options, flags }) {
    const { round } = await client.call({ method: "POST", path: PATH, body: options }, doctorStarted);
    return said(await reportOf(client, round, flags.wait === true), output);
  },
});

export const doctorCommands = group("doctor", "What is not as it should be", [inspect, show], inspect);

/** The report, of this round once it is over if that is waited for. */
async function reportOf(client: Client, wanted: number, isWaiting: boolean): Promise<Report> {
  for (;;) {
    const report = await client.call({ method: "GET", path: PATH }, doctorAnswer);
    const isOver = (report.round ?? 0) > wanted || report.endedAt !== undefined;
    if (isOver || !isWaiting) return report;
    await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY_MS));
  }
}

function said(report: Report, output: Output): Said {
  const { findings } = report;
  const open = findings.filter(({ healed }) => !healed);
  const columns = () =>
    table(
      output,
      findings,
      [
        ["SINCE", ({ since }) => time(since)],
        ["CODE", ({ code }) => code],
        ["WHERE", whereOf],
        ["STATE", ({ healed }) => (healed ? "healed" : "open")],
        ["WHAT", ({ detail }) => detail],
      ],
      "nothing is wrong",
    );
  return {
    json: report,
    text: () => `${roundOf(report)}\n\n${columns()}`,
    notes: Array.from(new Set(open.map(({ code }) => code)), (code) => `${code}: ${REMEDIES[code]}`),
    exitCode: open.length > 0 ? EXIT_CODES.unsuccessful : EXIT_CODES.done,
  };
}

function whereOf({ kind, object, name }: Finding): string {
  if (kind === "shard") return name === undefined ? object : `schedule ${name}`;
  return name === undefined ? `${kind} ${object}` : `${kind} ${object}: ${name}`;
}

function roundOf({ round, startedAt, endedAt, visited = 0, of = 0, flow }: Report): string {
  if (round === undefined) return "Nothing was inspected yet: that begins within a minute.";
  const what = `Inspection ${round}${flow === undefined ? "" : ` of flow ${flow}`}, begun ${time(startedAt)}`;
  return endedAt === undefined
    ? `${what}, is under way: ${visited} of ${of} visited.`
    : `${what}, is over: ${visited} visited.`;
}
