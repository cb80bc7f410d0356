import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../../core/result.ts";
import { COMMAND_DEFINITION } from "../../crontab/command-flow.ts";
import type { Job } from "../../crontab/job.ts";
import { planImport } from "../../crontab/plan.ts";
import type { PlanStep } from "../../crontab/plan-step.ts";
import { rereadJob } from "../../crontab/stored.ts";
import { UsageError } from "../../usage-error.ts";
import { documentOf } from "../apply/document-of.ts";
import type { Said } from "../output.ts";
import type { Wanted } from "./import-tables.ts";
import type { TableFile } from "./tables.ts";
import type { Target } from "./target.ts";

type LineStep = Extract<PlanStep, { readonly job: Job }>;

/**
 * `--eject`: a line that has outgrown the flow of all lines gets a flow of its own, to be changed from then on. Writes that and
 * its schedule as files for `millrace apply`; reads what is stored, since names go by that, and changes nothing there.
 */
export async function ejectLine(
  files: readonly TableFile[],
  name: string,
  { flow, folder = ".", isForced, options }: Wanted,
  target: Target,
): Promise<Said> {
  const tables = files.map(({ table }) => table);
  const steps = planImport(tables, await target.stored(), {
    host: options.host,
    enables: () => false,
    force: isForced,
    prune: false,
    reread: rereadJob,
  });
  const { job, file, sign } = findLine(steps, name);
  const texts = {
    [join(folder, `${name}.flow.yaml`)]: definitionOf(job, file),
    [join(folder, `${name}.schedule.yaml`)]: scheduleOf(job, name),
  };
  write(texts, isForced);
  const written = Object.keys(texts);
  return {
    json: { ejected: name, files: written },
    text: () => written.map((path) => `+ file ${path}`).join("\n"),
    notes: [
      `Change ${name}.flow.yaml as you like, then \`millrace apply ${folder}\` puts the flow "${name}" and its schedule, which is paused.`,
      sign === "+"
        ? `Take line ${job.line} out of ${file}, then resume the schedule: cron would fire it, too, and an import would make a schedule of it.`
        : `Take line ${job.line} out of ${file} and import that again, which pauses ${flow}/${name}, then resume ${name}/${name}.`,
    ],
  };
}

function findLine(steps: readonly PlanStep[], name: string): LineStep {
  const lines = steps.filter((step): step is LineStep => "job" in step);
  const found = lines.find((step) => step.name === name);
  if (found) return found;
  const names = lines.map((step) => step.name).join(", ");
  throw new UsageError(`--eject: no line of these files is "${name}"; there are ${names || "none"}`);
}

/** The flow of all lines, with what this one is about at its head. */
function definitionOf({ line }: Job, file: string): string {
  const [, ...rest] = COMMAND_DEFINITION.split("\n");
  return [`# What was line ${line} of ${file}: add steps before and behind it.`, ...rest].join("\n");
}

/** Without `source`: an import leaves it alone from now on. */
function scheduleOf({ settings }: Job, name: string): string {
  return documentOf({ resource: "schedule", flow: name, name, ...settings, enabled: false });
}

function write(texts: Readonly<Record<string, string>>, isForced: boolean): void {
  const there = Object.keys(texts).find((path) => existsSync(path));
  if (there !== undefined && !isForced)
    throw new UsageError(`${there} is there already: --force overwrites it`);
  for (const [path, text] of Object.entries(texts)) {
    try {
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, text);
    } catch (error) {
      throw new UsageError(`${path} cannot be written: ${messageOf(error)}`);
    }
  }
}
