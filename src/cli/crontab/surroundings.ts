import { isTimeZone } from "../../core/schedule/timetable/zone.ts";
import { zoneProblem } from "../../core/schedule/timetable/zone-names.ts";
import type { Payload, Settings } from "./job.ts";
import { isSecret } from "./secrets.ts";
import { isJitter } from "./times.ts";
import type { Assignment } from "./variables.ts";

/** What the variables above a line make of it. */
export interface Surroundings {
  readonly shell?: string;
  readonly cwd?: string;
  readonly env?: Payload["env"];
  readonly notify?: Settings["notify"];
  /** `CRON_TZ`, unless it is empty. */
  readonly timeZone?: string;
  readonly jitterSeconds: number;
  /** A variable that looks like a secret. */
  readonly secret?: string;
  /** Why no line below can be read as cron would read it. */
  readonly problem?: string;
}

/** For cron itself, or for its mail. */
const NOT_PASSED_ON = new Set([
  "SHELL",
  "LOGNAME",
  "MAILTO",
  "MAILFROM",
  "CONTENT_TYPE",
  "CONTENT_TRANSFER_ENCODING",
  "CRON_TZ",
  "RANDOM_DELAY",
]);
const VARIABLE = /^[A-Za-z_]\w*$/;

/** The variables that were set above a line, as they stand in the file. */
export class Variables {
  private readonly lines = new Map<string, Assignment & { readonly line: string }>();
  private read: Surroundings | undefined;

  set(assignment: Assignment, line: string): void {
    // What is set again stands where it was set last.
    this.lines.delete(assignment.name);
    this.lines.set(assignment.name, { ...assignment, line });
    this.read = undefined;
  }

  /** The lines that count, in their order. */
  get text(): string[] {
    return [...this.lines.values()].map(({ line }) => line);
  }

  get surroundings(): Surroundings {
    this.read ??= surroundingsOf([...this.lines.values()]);
    return this.read;
  }
}

function surroundingsOf(assignments: readonly Assignment[]): Surroundings {
  const value = (name: string) => assignments.find((one) => one.name === name)?.value || undefined;
  const [shell, cwd, zone] = [value("SHELL"), value("HOME"), value("CRON_TZ")];
  const passedOn = assignments.filter(({ name }) => VARIABLE.test(name) && !NOT_PASSED_ON.has(name));
  const secret = passedOn.find((one) => isSecret(one.name, one.value))?.name;
  const delay = Number(value("RANDOM_DELAY") ?? 0) * 60;
  const problem = zone === undefined || isTimeZone(zone) ? undefined : `CRON_TZ: ${zoneProblem(zone)}`;
  return {
    ...(shell !== undefined && { shell }),
    ...(cwd !== undefined && { cwd }),
    ...(passedOn.length > 0 && {
      env: Object.fromEntries(passedOn.map((one) => [one.name, one.value])),
    }),
    ...(value("MAILTO") !== undefined && { notify: { on: ["failed", "missed"] as const } }),
    ...(zone !== undefined && { timeZone: zone }),
    jitterSeconds: isJitter(delay) ? delay : 0,
    ...(secret !== undefined && { secret }),
    ...(problem !== undefined && { problem }),
  };
}

/** What becomes of a variable that is not what it is under cron; told once a file. */
export function noteOf({ name, value }: Assignment, isDebian: boolean): string | undefined {
  if (value === "") return undefined;
  if (name === "CRON_TZ" && isDebian)
    return "CRON_TZ is unknown to Debian's cron: the lines below stay in the zone of the machine";
  if (name === "RANDOM_DELAY" && !isJitter(Number(value) * 60))
    return `RANDOM_DELAY=${value} is no number of minutes up to a day: it is left out, as cron does`;
  if (name === "MAILTO")
    return "MAILTO: no mail is sent; the webhook is told of what failed or was missed, and a task's log has the end of its output";
  if (name === "LOGNAME") return "LOGNAME cannot be set, under cron neither";
  if (!VARIABLE.test(name)) return `"${name}" is no name of a variable: it is left out`;
  return undefined;
}
