import { expect, test } from "vitest";
import { readCrontab } from "../../../src/cli/crontab/crontab.ts";
import type { ReadOptions } from "../../../src/cli/crontab/job.ts";
import { withRunParts } from "../../../src/cli/crontab/run-parts.ts";
import { payloadOf, rereadJob } from "../../../src/cli/crontab/stored.ts";

const OPTIONS: ReadOptions = { host: "north", file: "/etc/crontab", timeZone: "UTC", isSystem: true };
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  "/etc/cron.daily": ["apt-compat", "logrotate"],
  "/etc/cron.hourly": [],
};
const TABLE = `17 * * * * root cd / && run-parts --report /etc/cron.hourly
25 6 * * * root test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }
47 6 * * 7 root run-parts /etc/elsewhere
0 1 * * * root /opt/x
`;

function jobsOf(expands: boolean) {
  const read = readCrontab(TABLE, OPTIONS);
  if (!read.ok) throw new Error(read.detail);
  return withRunParts(read.table, OPTIONS, (folder) => FOLDERS[folder], expands).jobs;
}

test("a line that runs all scripts of a folder tells which there are", () => {
  const notes = jobsOf(false).map((job) => job.notes.filter((note) => note.includes("--expand")));
  expect(notes).toEqual([
    ["/etc/cron.hourly has no scripts now; --expand makes a schedule of each"],
    ["/etc/cron.daily has apt-compat, logrotate; --expand makes a schedule of each"],
    [],
    [],
  ]);
});

test("or becomes a line for each script, in what stands around it", () => {
  const jobs = jobsOf(true);
  const said = jobs.map(({ line, slug, settings }) => [line, slug, settings.payload.command]);
  expect(said).toEqual([
    [2, "apt-compat", "test -x /usr/sbin/anacron || { cd / && /etc/cron.daily/apt-compat; }"],
    [2, "logrotate", "test -x /usr/sbin/anacron || { cd / && /etc/cron.daily/logrotate; }"],
    [3, "elsewhere", "run-parts /etc/elsewhere"],
    [4, "x", "/opt/x"],
  ]);
  for (const job of jobs) {
    const payload = payloadOf(job, "/etc/crontab", undefined);
    const stored = { name: "x", enabled: true, host: "north", fields: { payload }, source: payload.source };
    expect(rereadJob(stored)).toMatchObject({ settings: job.settings, slug: job.slug });
  }
});
