import { describe, expect, test } from "vitest";
import { readCrontab } from "../../../src/cli/crontab/crontab.ts";
import type { ReadOptions } from "../../../src/cli/crontab/job.ts";
import { CORPUS } from "./corpus.ts";

describe.each(CORPUS)("$file", ({ text, becomes, ...more }) => {
  const options: ReadOptions = { host: "north", timeZone: "UTC", isSystem: false, ...more };
  const read = readCrontab(text, options);
  if (!read.ok) throw new Error(read.detail);
  const { jobs, refusals } = read.table;

  test("becomes what a person would make of it", () => {
    const all = [
      ...jobs.map(({ line, slug, settings: { cron, payload } }) => ({
        line,
        said: `${slug} ${String(cron)} ${payload.user ?? ""}`.trim(),
      })),
      ...refusals.map(({ line, column }) => ({ line, said: `! ${line}:${column}` })),
    ];
    expect(all.toSorted((a, b) => a.line - b.line).map(({ said }) => said)).toEqual(becomes);
  });

  test("can be read again line by line", () => {
    for (const job of jobs) {
      const again = readCrontab(job.text, { ...options, timeZone: "Asia/Tokyo", withSecrets: true });
      expect(again).toMatchObject({
        ok: true,
        table: { jobs: [{ slug: job.slug, settings: job.settings }] },
      });
    }
  });
});

test("descriptions are what people wrote", () => {
  const described = CORPUS.flatMap(({ text, becomes: _, ...more }) => {
    const read = readCrontab(text, { host: "north", timeZone: "UTC", isSystem: false, ...more });
    return read.ok ? read.table.jobs.flatMap(({ settings }) => settings.description ?? []) : [];
  });
  expect(described).toEqual([
    "This purges session files that have not been used for longer than the longest\nsession.gc_maxlifetime among all SAPIs, but at least for 24 minutes.",
    "check all arrays on the first Sunday of each month; cron wants either day, so the date is asked for",
    "Activity reports every 10 minutes everyday",
    "Additional run at 23:59 to rotate the statistics file",
    "Run system wide raid-check once a week on Sunday at 1am by default",
    "check scripts in cron.hourly, cron.daily, cron.weekly, and cron.monthly",
    "rotate log files every hour, if necessary",
    "do daily/weekly/monthly maintenance",
    "Save some entropy so that /dev/random can re-seed on boot.",
    "Rotate log files every hour, if necessary.",
    "Everything under /srv, to the other house.",
  ]);
});
