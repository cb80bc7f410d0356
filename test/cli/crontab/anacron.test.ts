import { expect, test } from "vitest";
import { readAnacrontab } from "../../../src/cli/crontab/anacron.ts";
import type { ReadOptions } from "../../../src/cli/crontab/job.ts";
import { payloadOf, rereadJob } from "../../../src/cli/crontab/stored.ts";

const OPTIONS: ReadOptions = { host: "north", file: "anacrontab", timeZone: "UTC", isSystem: false };

function tableOf(text: string) {
  const read = readAnacrontab(text, OPTIONS);
  if (!read.ok) throw new Error(read.detail);
  return read.table;
}

const TABLE = `# what a machine that sleeps has missed
SHELL=/bin/sh
RANDOM_DELAY=45
START_HOURS_RANGE=22-4

#period in days   delay in minutes   job-identifier   command
1\t5\tcron.daily\t\tnice run-parts /etc/cron.daily
7\t125\tcron.weekly\t\tnice run-parts /etc/cron.weekly
@monthly 45\tcron.monthly\t\tdate +%F
3 1 thrice x
1 x
`;

test("an anacrontab becomes schedules that make up for what was missed, once", () => {
  const { jobs, refusals } = tableOf(TABLE);
  expect(jobs).toMatchObject([
    {
      line: 7,
      slug: "cron-daily",
      settings: {
        cron: "5 22 * * *",
        jitterSeconds: 2700,
        catchUp: { mode: "last" },
        payload: { host: "north", command: "nice run-parts /etc/cron.daily", shell: "/bin/sh" },
      },
    },
    { slug: "cron-weekly", settings: { cron: "5 0 * * 0" } },
    { slug: "cron-monthly", settings: { cron: "45 22 1 * *", payload: { command: "date +%F" } } },
  ]);
  expect(jobs[0]?.settings.payload).not.toHaveProperty("env");
  expect(refusals).toMatchObject([
    { line: 10, reason: expect.stringContaining('"3" is no period') },
    { line: 11, reason: expect.stringContaining("are needed") },
  ]);
});

test("without a range of hours it is three in the morning", () => {
  expect(tableOf("1 10 a x").jobs).toMatchObject([{ settings: { cron: "10 3 * * *" } }]);
});

test("what is kept of a line gives the same schedule again", () => {
  for (const job of tableOf(TABLE).jobs) {
    const payload = payloadOf(job, "anacrontab", undefined);
    const stored = { name: "x", enabled: true, host: "north", fields: { payload }, source: payload.source };
    expect(rereadJob(stored)).toMatchObject({ text: job.text, settings: job.settings, slug: job.slug });
  }
});
