import { nextClockChange } from "../../crontab/clock-change.ts";
import type { Settings } from "../../crontab/job.ts";
import type { Change, PlanStep } from "../../crontab/plan-step.ts";
import { readTimetable } from "../../../core/schedule/timetable/timetable.ts";
import type { Output } from "../output.ts";
import type { Failures } from "./carry-out.ts";

const FIRINGS = 3;
const SHOWN_LENGTH = 100;
const INDENT = "    ";
type Colour = Parameters<Output["paint"]>[0];
const COLOURS: Readonly<Record<PlanStep["sign"], Colour>> = {
  "+": "green",
  "~": "yellow",
  "=": "dim",
  "-": "red",
  "!": "red",
};

/** A step of a plan as programs read it, and as people do. */
export interface SaidStep {
  readonly sign: PlanStep["sign"];
  readonly name?: string;
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly reason?: string;
  readonly cron?: Settings["cron"];
  readonly timeZone?: string;
  readonly command?: string;
  readonly enabled?: boolean;
  readonly changes?: readonly Change[];
  /** Local times, with their distance from UTC. */
  readonly next?: readonly string[];
  readonly notes?: readonly string[];
}

/** All that is to be said of a step; what the service refused is `!` whatever was planned. */
export function sayStep(step: PlanStep, failures: Failures, now: number): SaidStep {
  const failed = failures.get(step);
  if (step.sign === "-")
    return {
      sign: failed === undefined ? "-" : "!",
      name: step.name,
      file: step.file,
      line: step.line,
      reason: failed ?? goneReason(step),
    };
  if (step.sign === "!" && step.kind === "refused") {
    const { line, column, reason } = step.refusal;
    const kept = step.name === undefined ? "" : `; schedule ${step.name} stays as it is`;
    return { sign: "!", file: step.file, line, column, reason: `${reason}${kept}` };
  }
  const { name, file, job } = step;
  const { cron, timeZone, payload } = job.settings;
  const line = { name, file, line: job.line, cron, timeZone, command: payload.command };
  if (failed !== undefined) return { ...line, sign: "!", reason: failed };
  if (step.sign === "=") return { ...line, sign: "=" };
  if (step.sign === "!")
    return {
      ...line,
      sign: "!",
      changes: step.changes,
      reason: "changed by hand, and kept: --force overwrites it",
    };
  const next = nextFirings(job.settings, now);
  const notes = [...twinNotes(step), ...job.notes, ...clockNotes(job.settings, job.hasOwnZone === true, now)];
  const more = { ...line, next, ...(notes.length > 0 && { notes }) };
  if (step.sign === "+") return { ...more, sign: "+", enabled: step.enabled };
  return { ...more, sign: "~", changes: step.changes, ...(step.enables && { enabled: true }) };
}

function twinNotes(step: PlanStep): string[] {
  if (step.sign !== "+" || step.twin === undefined) return [];
  return [
    `schedule ${step.twin} does the same, from another file: if this is a copy of that one, import it under that name, or both will fire`,
  ];
}

function goneReason({ action, file, mayBeUnread }: Extract<PlanStep, { sign: "-" }>): string {
  if (mayBeUnread) return `perhaps gone from ${file}, or a line that cannot be read: it stays as it is`;
  const done = { pause: "paused", delete: "deleted", none: "it is paused already" }[action];
  return `gone from ${file}: ${done}`;
}

function nextFirings({ cron, timeZone }: Settings, now: number): string[] {
  const read = readTimetable({ cron, timeZone }, now, "");
  if (!read.ok) return [];
  const found: string[] = [];
  for (
    let at = read.timetable.next(now);
    at !== undefined && found.length < FIRINGS;
    at = read.timetable.next(at)
  )
    found.push(localTime(at, timeZone));
  return found;
}

function localTime(at: number, timeZone: string): string {
  const read = readTimetable({ cron: "@daily", timeZone }, at, "");
  if (!read.ok) return new Date(at).toISOString();
  const { local, offset } = read.timetable.localOf(at);
  return `${local.replace("T", " ").slice(0, -3)} ${offset}`;
}

function clockNotes({ cron, timeZone }: Settings, hasOwnZone: boolean, now: number): string[] {
  const [text = ""] = [cron].flat();
  const change = nextClockChange({ cron: text, timeZone, hasOwnZone }, now);
  if (!change) return [];
  const { at, onlyCron, onlyMillrace } = change;
  const said = [
    ...(onlyCron.length > 0 ? [`cron alone fires at ${listed(onlyCron, timeZone)}`] : []),
    ...(onlyMillrace.length > 0 ? [`Millrace alone fires at ${listed(onlyMillrace, timeZone)}`] : []),
  ];
  return [`when the clock changes at ${localTime(at, timeZone)}, ${said.join(", and ")}`];
}

function listed(instants: readonly number[], timeZone: string): string {
  const [first = 0] = instants;
  const more = instants.length > 1 ? ` and ${instants.length - 1} more` : "";
  return `${localTime(first, timeZone)}${more}`;
}

export function paintSign(sign: PlanStep["sign"], output: Output): string {
  return output.paint(COLOURS[sign], sign);
}

export function describeChange({ field, before, after }: Change): string {
  return `${INDENT}${field}: ${shown(before)} -> ${shown(after)}`;
}

/** A plan as lines for people. */
export function describeSteps(steps: readonly SaidStep[], output: Output): string {
  const width = Math.max(0, ...steps.map(({ name = "" }) => name.length));
  return steps.map((step) => describe(step, width, output)).join("\n");
}

function describe(step: SaidStep, width: number, output: Output): string {
  const { sign, name, reason, cron, timeZone, command = "", changes = [], next = [], notes = [] } = step;
  const place = step.column === undefined ? "" : `${step.file}:${step.line}:${step.column}: `;
  const times = [cron].flat().join("; ");
  const head = reason === undefined ? `${times}  ${timeZone}  ${short(command)}` : `${place}${reason}`;
  const state = step.enabled === undefined ? "" : step.enabled ? "  on" : "";
  return [
    `${paintSign(sign, output)} ${name === undefined ? "" : `${name.padEnd(width)}  `}${head}${state}`,
    ...changes.map(describeChange),
    ...(next.length > 0 ? [`${INDENT}next ${next.join(", ")}`] : []),
    ...notes.map((note) => `${INDENT}${note}`),
  ].join("\n");
}

function shown(value: unknown): string {
  return value === undefined ? "(none)" : short(JSON.stringify(value));
}

function short(text: string): string {
  const plain = text.replaceAll(/\s+/g, " ");
  return plain.length > SHOWN_LENGTH ? `${plain.slice(0, SHOWN_LENGTH)}…` : plain;
}
