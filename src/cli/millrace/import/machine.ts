import { execFileSync } from "node:child_process";
import { accessSync, constants, readdirSync, realpathSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { isScriptName } from "../../crontab/run-parts.ts";
import { messageOf } from "../../../core/result.ts";
import { UsageError } from "../../usage-error.ts";

/** Where cron keeps its tables. */
const TABLES =
  /^\/(?:etc\/(?:crontab$|cron\.d\/|anacrontab$|systemd\/)|var\/(?:spool\/cron|cron\/tabs)\/|lib\/systemd\/|usr\/lib\/systemd\/)/;

/** Whether a file is about the machine that this runs on: it lies where cron looks, or the host has its name. */
export function isThisMachine(file: string, host: string): boolean {
  const own = hostname();
  return TABLES.test(file) || host === own || host === own.split(".", 1)[0];
}

/** The zone that cron goes by here: the machine's, not that of `TZ`. */
export function machineZone(): string {
  const linked = linkOf("/etc/localtime")?.split("/zoneinfo/")[1];
  return linked ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function linkOf(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    // Machines without it are in UTC, which the platform says, too.
    return undefined;
  }
}

/** What run-parts would run of a folder of this machine. */
export function scriptsOf(folder: string): string[] | undefined {
  try {
    return readdirSync(folder)
      .filter((name) => isScriptName(name) && isProgram(`${folder}/${name}`))
      .toSorted();
  } catch {
    // Not there, or not for us to read: the line stays one line.
    return undefined;
  }
}

function isProgram(file: string): boolean {
  if (!statSync(file).isFile()) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The crontab that is installed here; empty if there is none. */
export function installedCrontab(user: string | undefined): string {
  const args = user === undefined ? ["-l"] : ["-l", "-u", user];
  try {
    return execFileSync("crontab", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    if (/no crontab/i.test(said)) return "";
    throw new UsageError(
      `crontab ${args.join(" ")} does not tell what is installed, so nothing was handed over: ${said || messageOf(error)}`,
    );
  }
}
