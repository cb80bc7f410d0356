import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UNIT_MARK } from "../../crontab/systemd/systemd.ts";
import { Units } from "../../crontab/systemd/unit-file.ts";
import { UsageError } from "../../usage-error.ts";
import { readLimited } from "./tables.ts";

/** Where systemd looks for units, the first that has one counts. */
const FOLDERS = [
  "/etc/systemd/system",
  "/run/systemd/system",
  "/usr/local/lib/systemd/system",
  "/usr/lib/systemd/system",
];

/** A timer with the service that it starts, and with the drop-ins of both, each file behind its mark. */
export function loadUnits(file: string): string {
  const name = basename(file);
  if (!name.endsWith(".timer")) throw new UsageError(`${file} is no timer: name files such as backup.timer`);
  if (name.endsWith("@.timer"))
    throw new UsageError(
      `${file} is a template: name one of its instances, such as ${name.replace("@", "@home")}`,
    );
  const folders = [dirname(file), ...FOLDERS];
  const timer = loadWithDropIns(existsSync(file) ? file : fileOf(name, folders, file), name, folders);
  const service = new Units(timer).one("Timer", "Unit") ?? name.replace(/\.timer$/, ".service");
  if (!service.endsWith(".service"))
    throw new UsageError(
      `${file} starts ${service}, which is no service: only services can become schedules`,
    );
  return `${timer}\n${loadWithDropIns(fileOf(service, folders, file), service, folders)}`;
}

/** An instance may have a file of its own, or be made of its template. */
function fileOf(unit: string, folders: readonly string[], asked: string): string {
  const names = [unit, unit.replace(/@[^@]*(?=\.\w+$)/, "@")];
  const found = names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((one) => existsSync(one));
  if (found === undefined)
    throw new UsageError(
      `${asked}: ${unit} is neither beside it nor where systemd keeps units: put it there`,
    );
  return found;
}

function loadWithDropIns(file: string, unit: string, folders: readonly string[]): string {
  const dropIns = folders
    .map((folder) => join(folder, `${unit}.d`))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder)
        .filter((name) => name.endsWith(".conf"))
        .toSorted()
        .map((name) => join(folder, name)),
    );
  return [`${UNIT_MARK}${unit}`, ...[file, ...dropIns].map((one) => readLimited(one).trimEnd())].join("\n");
}
