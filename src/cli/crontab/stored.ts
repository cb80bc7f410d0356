import { given } from "../../core/given.ts";
import { ANACRON, readAnacrontab } from "./anacron.ts";
import { readCrontab } from "./crontab.ts";
import type { Job, Payload, Source } from "./job.ts";
import type { Stored } from "./plan.ts";
import { UNIT_MARK, readUnits } from "./systemd/systemd.ts";

/** What a schedule starts its flow with: what is to be run, and which line it is of. */
export function payloadOf(
  { line, text, settings }: Job,
  file: string,
  user: string | undefined,
): Payload & { readonly source: Source } {
  return { ...settings.payload, source: { file, ...given({ user }), line, text } };
}

/** The job of an earlier import, from what it has kept of its file; undefined if that was changed since. */
export function rereadJob({ source, host = "", fields }: Stored): Job | undefined {
  if (!source) return undefined;
  const { file, user, text } = source;
  const { payload } = fields;
  const hasUser = typeof payload === "object" && payload !== null && "user" in payload;
  const isSystem = user === undefined && hasUser;
  const options = { host, file, timeZone: "UTC", isSystem, withSecrets: true, ...given({ user }) };
  const read = readerOf(text)(text, options);
  return read.ok && read.table.jobs.length === 1 ? read.table.jobs[0] : undefined;
}

function readerOf(text: string): typeof readCrontab {
  if (text.startsWith(UNIT_MARK)) return readUnits;
  return text.startsWith(ANACRON) ? readAnacrontab : readCrontab;
}
