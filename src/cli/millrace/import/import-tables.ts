import { handedOver, isLetGo } from "../../crontab/handover.ts";
import type { Job } from "../../crontab/job.ts";
import { planImport } from "../../crontab/plan.ts";
import type { PlanStep } from "../../crontab/plan-step.ts";
import { rereadJob } from "../../crontab/stored.ts";
import { EXIT_CODES } from "../failure.ts";
import type { Said } from "../output.ts";
import { type Failures, carryOut } from "./carry-out.ts";
import { installedCrontab } from "./machine.ts";
import { type SaidStep, describeSteps, sayStep } from "./said.ts";
import type { TableFile, TableFlags } from "./tables.ts";
import type { Target } from "./target.ts";

/** What was asked for. */
export interface Wanted {
  readonly flow: string;
  /** Where files go, in place of calls. */
  readonly folder: string | undefined;
  readonly isDry: boolean;
  readonly isEnabled: boolean;
  readonly isCutover: boolean;
  readonly isForced: boolean;
  readonly isPruned: boolean;
  /** How files are read. */
  readonly options: TableFlags;
}

/** Plans, does what was planned unless it is dry, and says both in the same words. */
export async function importTables(
  files: readonly TableFile[],
  wanted: Wanted,
  target: Target,
): Promise<Said> {
  const { options, isDry } = wanted;
  const tables = files.map(({ table }) => table);
  const steps = planImport(tables, await target.stored(), {
    host: options.host,
    enables: enabling(files, wanted),
    force: wanted.isForced,
    prune: wanted.isPruned,
    reread: rereadJob,
  });
  const made = steps.some(({ sign }) => sign === "+") ? await target.prepare(isDry) : [];
  const now = Date.now();
  const today = new Date(now).toISOString().slice(0, 10);
  const failures: Failures = isDry ? new Map() : await carryOut(steps, options.user, target, today);
  const said = steps.map((step) => sayStep(step, failures, now));
  const notes = tables.flatMap((table) => table.notes.map((note) => `${table.file}: ${note}`));
  const all = { dryRun: isDry, flow: wanted.flow, made, steps: said, notes };
  return wanted.isCutover && !isDry ? sayCutover(files, steps, all) : sayPlan(all, wanted);
}

/** Whose schedules shall fire: all, or with `--cutover` those whose lines cron has let go. */
function enabling(files: readonly TableFile[], wanted: Wanted): (job: Job) => boolean {
  const { isCutover, isEnabled, options } = wanted;
  if (!isCutover) return () => isEnabled;
  const [file] = files;
  const installed = file?.isSystem === true ? file.text : installedCrontab(options.user);
  return (job) => isEnabled || isLetGo(job, installed);
}

interface Imported {
  readonly dryRun: boolean;
  readonly flow: string;
  readonly made: readonly string[];
  readonly steps: readonly SaidStep[];
  readonly notes: readonly string[];
}

function exitCodeOf({ steps }: Imported): number {
  return steps.some(({ sign }) => sign === "!") ? EXIT_CODES.unsuccessful : EXIT_CODES.done;
}

function sayPlan(all: Imported, wanted: Wanted): Said {
  const { steps, made, notes } = all;
  return {
    json: all,
    text: (output) =>
      [...made.map((what) => `+ ${what}`), describeSteps(steps, output)]
        .filter((line) => line !== "")
        .join("\n"),
    notes: [...notes, ...afterwards(steps, wanted)],
    exitCode: exitCodeOf(all),
  };
}

/** What is to be done next: two schedulers must not both fire. */
function afterwards(steps: readonly SaidStep[], { isDry, folder }: Wanted): string[] {
  if (isDry) return ["Nothing was changed: this was a dry run."];
  const isAnyPaused = steps.some(({ sign, enabled }) => sign === "+" && enabled === false);
  if (!isAnyPaused) return [];
  return folder === undefined
    ? [
        "New schedules are paused while cron runs the lines: hand them over with --cutover, or let them fire with --enable.",
      ]
    : [`New schedules are written as paused: millrace apply ${folder} puts them.`];
}

/** The crontab alone, so that it can be piped into `crontab -`; all else goes past it. */
function sayCutover(files: readonly TableFile[], steps: readonly PlanStep[], all: Imported): Said {
  const lines = new Set(steps.flatMap((step) => ("job" in step ? [step.job.line] : [])));
  const crontab = handedOver(files[0]?.text ?? "", lines);
  const on = all.steps.filter(({ enabled }) => enabled === true).map(({ name = "" }) => name);
  const left = all.steps.filter(({ sign }) => sign === "!");
  return {
    json: { ...all, crontab },
    text: () => crontab,
    notes: [
      ...all.notes,
      ...left.map(({ file, line, reason = "" }) => `! ${file}:${line}: ${reason}`),
      ...on.map((name) => `schedule ${name}: on`),
      on.length > 0
        ? "Their lines are out of the installed crontab: Millrace fires them from now on."
        : "Install this crontab (pipe it into crontab -), then say the same again: schedules fire once their lines are out of the installed one.",
    ],
    exitCode: exitCodeOf(all),
  };
}
