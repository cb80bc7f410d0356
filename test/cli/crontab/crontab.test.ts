import { describe, expect, test } from "vitest";
import { readCrontab } from "../../../src/cli/crontab/crontab.ts";
import type { Job, ReadOptions, Table } from "../../../src/cli/crontab/job.ts";

const OPTIONS: ReadOptions = { host: "north", file: "crontab", timeZone: "UTC", isSystem: false };

function tableOf(text: string, more: Partial<ReadOptions> = {}): Table {
  const read = readCrontab(text, { ...OPTIONS, ...more });
  if (!read.ok) throw new Error(read.detail);
  return read.table;
}

/** The last line's job. */
function jobOf(text: string, more: Partial<ReadOptions> = {}): Job {
  const { jobs, refusals } = tableOf(text, more);
  expect(refusals).toEqual([]);
  return jobs.at(-1)!;
}

describe("a line", () => {
  test("becomes a schedule that does what cron does: it may run beside itself, and makes nothing up", () => {
    expect(jobOf("30 2 * * * /usr/local/bin/backup --all\n")).toEqual({
      line: 1,
      slug: "backup",
      text: "CRON_TZ=UTC\n30 2 * * * /usr/local/bin/backup --all",
      notes: [],
      settings: {
        cron: "30 2 * * *",
        timeZone: "UTC",
        overlap: "allow",
        catchUp: { mode: "none" },
        payload: { host: "north", command: "/usr/local/bin/backup --all" },
      },
    });
  });

  test.each([
    ["0 3 * * 1-5 x", "0 3 * * 1-5"],
    ["0 3 * JAN,feb Mon-fri x", "0 3 * JAN,feb Mon-fri"],
    ["*/10\t8-18 * *\t0 x", "*/10 8-18 * * 0"],
    ["  0 0 * * 7 x", "0 0 * * 7"],
    ["0 4 */2 * * x", "0 4 */2 * *"],
    ["-*/15 * * * * x", "*/15 * * * *"],
    ["@daily x", "@daily"],
    ["@midnight x", "@midnight"],
    ["@every_minute x", "* * * * *"],
    // Of two day fields cron wants both once one begins with a star, and one of them else.
    ["0 4 */2 * mon x", "0 4 */2 * +mon"],
    ["0 4 13 * */2 x", "0 4 13 * +*/2"],
    ["0 4 13 * 5 x", "0 4 13 * 5"],
  ])("%s fires at %s", (line, cron) => {
    expect(jobOf(line).settings).toMatchObject({ cron, payload: { command: "x" } });
  });

  test.each([
    ["0~30 3 * * * x", "0 3 * * *", 1800],
    ["~ * * * * x", "0 * * * *", 3540],
    ["15~ * * * * x", "15 * * * *", 2640],
    ["RANDOM_DELAY=45\n0 3 * * * x", "0 3 * * *", 2700],
    ["RANDOM_DELAY=5\n10~20 3 * * * x", "10 3 * * *", 900],
  ])("%s is delayed by a part of an hour that is always the same", (text, cron, jitterSeconds) => {
    expect(jobOf(text).settings).toMatchObject({ cron, jitterSeconds });
  });

  test("above RANDOM_DELAY is not delayed", () => {
    const { jobs } = tableOf("0 1 * * * a\nRANDOM_DELAY=45\n0 3 * * * b");
    expect(jobs.map(({ settings }) => settings.jitterSeconds)).toEqual([undefined, 2700]);
  });

  test.each([
    ["0 25 * * * x", 3, 'hour: "25" is not allowed'],
    ["60 * * * * x", 1, 'minute: "60" is not allowed'],
    ["0 3 * * x", 9, 'weekday: "x" is not allowed'],
    [
      "0 3 * *",
      8,
      "five fields (minute, hour, day of the month, month, weekday) and a command are needed, and 4 of them stand here",
    ],
    ["0 3 * * *", 10, "there is no command"],
    ["*/6 * * * * * echo", 13, "a sixth field"],
    ["  0/5 * * * * x", 3, '"0/5" is read in several ways by different crons: write 0-59/5, or 0 alone'],
    ["0 3 L * * x", 5, 'day of the month: "L" is not allowed'],
    ["0 3 ? * 1 x", 5, 'day of the month: "?" is not allowed'],
    ["0 22-6 * * * x", 3, '"22-6" runs backwards'],
    ["0 3 * * Monday x", 9, 'weekday: "Monday" is not allowed'],
    ["*/0 * * * * x", 1, "minute"],
    ["@reboot x", 1, "a schedule knows no boot"],
    ["@every 5m x", 1, '"@every" is not known'],
    ["0 0~6 * * * x", 3, "only a random minute can be kept"],
    ["0~10,30 * * * * x", 1, "more than one random minute"],
    ["hello world", 1, 'minute: "hello" is not allowed'],
    ['FOO="bar', 1, "minute"],
  ])("%s is refused with its place", (text, column, reason) => {
    const { jobs, refusals } = tableOf(`# before\n${text}\n0 1 * * * after`);
    expect(refusals).toMatchObject([{ line: 2, column, reason: expect.stringContaining(reason) }]);
    expect(jobs).toHaveLength(1);
  });

  test.each([
    ["echo a%b", "echo a", "b"],
    ["mail -s hi root%line 1%line 2", "mail -s hi root", "line 1\nline 2"],
    [String.raw`date +\%F`, "date +%F", undefined],
    [String.raw`date +\%F%x\%y\n`, "date +%F", String.raw`x%y\n`],
    [String.raw`echo a\\%b`, String.raw`echo a\\`, "b"],
    ["cat%", "cat", ""],
    ["cat%%%", "cat", "\n\n"],
  ])("%s is split where cron splits it", (text, command, stdin) => {
    const { payload } = jobOf(`0 1 * * * ${text}`).settings;
    expect([payload.command, payload.stdin]).toEqual([command, stdin]);
  });

  test.each([
    ["0 1 * * * -s x", "skip", "x"],
    ["0 1 * * * -nq -s x -n", "skip", "x -n"],
    ["0 1 * * * -n x", "allow", "x"],
  ])("%s takes OpenBSD's flags", (text, overlap, command) => {
    expect(jobOf(text).settings).toMatchObject({ overlap, payload: { command } });
  });
});

describe("variables", () => {
  test("hold for the lines below, as cron takes them", () => {
    const { jobs } = tableOf(
      [
        "0 1 * * * a",
        "SHELL=/bin/bash",
        'PATH = "/usr/bin:/bin"',
        "HOME=/srv",
        "GREETING=  'two words'  ",
        "PLAIN=$HOME/x # no comment ",
        "0 2 * * * b",
        "SHELL=",
        "0 3 * * * c",
      ].join("\n"),
    );
    expect(jobs[0]?.settings.payload).toEqual({ host: "north", command: "a" });
    const env = {
      PATH: "/usr/bin:/bin",
      HOME: "/srv",
      GREETING: "two words",
      PLAIN: "$HOME/x # no comment",
    };
    expect(jobs[1]?.settings.payload).toEqual({
      host: "north",
      command: "b",
      shell: "/bin/bash",
      cwd: "/srv",
      env,
    });
    expect(jobs[2]?.settings.payload).toEqual({ host: "north", command: "c", cwd: "/srv", env });
  });

  test("CRON_TZ is the zone of the lines below, TZ one of their variables", () => {
    const text = "CRON_TZ=Europe/Berlin\nTZ=Asia/Tokyo\n0 1 * * * a";
    const { settings, hasOwnZone } = jobOf(text);
    expect(settings).toMatchObject({ timeZone: "Europe/Berlin", payload: { env: { TZ: "Asia/Tokyo" } } });
    expect(hasOwnZone).toBe(true);
    const onDebian = tableOf(text, { isDebian: true });
    expect(onDebian.jobs[0]?.settings.timeZone).toBe("UTC");
    expect(onDebian.notes).toEqual([expect.stringContaining("unknown to Debian's cron")]);
  });

  test("a zone that nobody knows is refused with each line below", () => {
    const { jobs, refusals } = tableOf("CRON_TZ=Mars/Olympus\n0 1 * * * a\nCRON_TZ=\n0 2 * * * b");
    expect(refusals).toMatchObject([{ line: 2, reason: expect.stringContaining("Mars/Olympus") }]);
    expect(jobs.map(({ line }) => line)).toEqual([4]);
  });

  test("MAILTO has failures told to the webhook, unless it is empty", () => {
    const { jobs, notes } = tableOf('MAILTO=ops@example.com\n0 1 * * * a\nMAILTO=""\n0 2 * * * b');
    expect(jobs.map(({ settings }) => settings.notify)).toEqual([{ on: ["failed", "missed"] }, undefined]);
    expect(notes).toEqual([expect.stringContaining("no mail is sent")]);
  });
});

describe("a table of the system", () => {
  const system = { isSystem: true, file: "/etc/crontab" };

  test("names a user before each command", () => {
    expect(jobOf("0 1 * * * www-data /usr/bin/php cron.php", system).settings.payload).toEqual({
      host: "north",
      command: "/usr/bin/php cron.php",
      user: "www-data",
    });
    expect(tableOf("0 1 * * * /usr/bin/php cron.php", system).refusals).toMatchObject([
      { column: 11, reason: expect.stringContaining('"/usr/bin/php" is no user') },
    ]);
    expect(tableOf("0 1 * * * root", system).refusals).toMatchObject([{ reason: "there is no command" }]);
  });

  test("is not taken for a user's: root would be run as a command", () => {
    expect(readCrontab("0 1 * * * root borgmatic\n", OPTIONS)).toMatchObject({
      code: "WrongTable",
      detail: expect.stringMatching(/^crontab:1: .*"root".*--system.*--user/),
    });
    expect(tableOf("0 1 * * * root borgmatic\n", { user: "me" }).jobs).toHaveLength(1);
    expect(tableOf("0 1 * * * root -b analysis.C\n").jobs).toHaveLength(1);
  });
});

describe("comments", () => {
  test.each([
    ["# Every night", { description: "Every night" }],
    ["# Every night,\n#  all of it", { description: "Every night,\nall of it" }],
    ["# name: Böse Nacht!\n# why", { description: "why", givenName: "Böse Nacht!", slug: "bose-nacht" }],
    ["#Ansible: check dirs", { givenName: "check dirs", slug: "check-dirs" }],
    ["# Puppet Name: rotate", { givenName: "rotate", slug: "rotate" }],
    ["# name: 备份", { givenName: "备份", slug: "x" }],
    ["# before\n\n# after", { description: "after" }],
    ["# before\nA=1", {}],
    ["# m h  dom mon dow   command", {}],
    ["#0 5 * * * tar -zcf /var/backups/home.tgz /home/", {}],
    ["# Ansible: old\n# @reboot /x", {}],
    ["########\n# Night #\n########", { description: "Night #" }],
    ["# DO NOT EDIT THIS FILE - edit the master and reinstall.", {}],
    ["# password=hunter2", {}],
  ])("%s", (comment, expected) => {
    const { givenName, slug, settings } = jobOf(`${comment}\n0 1 * * * x`);
    expect({ description: settings.description, givenName, slug }).toEqual({
      description: undefined,
      givenName: undefined,
      slug: "x",
      ...expected,
    });
  });

  test("are cut at what a description may have", () => {
    expect(jobOf(`# ${"ä".repeat(2000)}\n0 1 * * * x`).settings.description).toHaveLength(1024);
  });
});

describe("secrets", () => {
  test.each([
    ["DB_PASSWORD=hunter2\n0 1 * * * x", "DB_PASSWORD"],
    ["API_TOKEN=hunter2\n0 1 * * * x", "API_TOKEN"],
    ["0 1 * * * PGPASSWORD=hunter2 pg_dump db", "PGPASSWORD"],
    ["0 1 * * * mysqldump --password=hunter2 db", "--password"],
    ["0 1 * * * mysqldump -u shop -phunter2 shop > x.sql", "-p of mysql"],
    ["0 1 * * * cd /x && mysql -phunter2 -e 'x'", "-p of mysql"],
    ["0 1 * * * sshpass -p hunter2 scp a b:", "-p of sshpass"],
    ["0 1 * * * curl -s -u me:hunter2 https://example.com", "-u of curl"],
    ["0 1 * * * redis-cli -a hunter2 save", "-a of redis-cli"],
    ["0 1 * * * curl https://me:hunter2@example.com/", "an address with a password"],
    ["URL=https://me:hunter2@example.com/\n0 1 * * * x", "URL"],
    ["0 1 * * * login%user:hunter2 https://me:hunter2@example.com", "an address with a password"],
  ])("%s is refused until it is asked for", (text, what) => {
    const { jobs, refusals } = tableOf(text);
    expect(jobs).toEqual([]);
    expect(refusals).toMatchObject([
      { reason: expect.stringMatching(new RegExp(`^${what} looks like a secret.*--with-secrets`)) },
    ]);
    expect(JSON.stringify(refusals.map(({ reason }) => reason))).not.toContain("hunter2");
    expect(tableOf(text, { withSecrets: true }).jobs).toHaveLength(1);
  });

  test.each([
    "DB_PASSWORD=\n0 1 * * * x",
    "PGPASSFILE=/root/.pgpass\n0 1 * * * x",
    "0 1 * * * mysqldump --password=$PW db",
    '0 1 * * * curl -u "$USER:$TOKEN" https://example.com/',
    "0 1 * * * curl https://example.com:8080/a@b",
    "0 1 * * * mysqldump --protocol=tcp -p$PW shop | gzip -p",
    "0 1 * * * mysqldump shop | ssh -p 2222 host",
    "0 1 * * * mkdir -p /x && mysql-backup.sh",
    "0 1 * * * gpg --batch --passphrase-file /root/pw x",
  ])("%s holds none", (text) => {
    expect(jobOf(text)).toBeDefined();
  });

  test("do not come back with the lines above them", () => {
    expect(tableOf("0 1 * * * x\nSECRET=hunter2\n0 2 * * * y").jobs).toHaveLength(1);
  });
});

test("notes tell what a person should look at", () => {
  expect(jobOf("*/35 * * * * x").notes).toEqual([
    expect.stringContaining("the last gap of one is 25 minutes"),
  ]);
  expect(jobOf("0 */90 * * * x", {}).notes).toEqual([expect.stringContaining("too large")]);
  expect(jobOf("0 1 * * * flock -n /run/x x").notes).toEqual([expect.stringContaining("overlap: skip")]);
  expect(jobOf("-0 1 * * * x").notes).toEqual([expect.stringContaining("leading -")]);
  expect(jobOf("0 1 * * * -q x").notes).toEqual([expect.stringContaining("-q")]);
});

test("what a job keeps of its file gives the same job when it is read alone", () => {
  const { jobs } = tableOf(
    [
      "MAILTO=me",
      "SHELL=/bin/bash",
      "# first",
      "# name: A",
      "0~5 1 * * * -s root-like a%b",
      "X=1",
      "RANDOM_DELAY=3",
      "CRON_TZ=Asia/Tokyo",
      "0 4 */2 * mon date +\\%F",
    ].join("\n"),
  );
  expect(jobs).toHaveLength(2);
  for (const { text, settings, slug } of jobs)
    expect(jobOf(text, { timeZone: "America/New_York" })).toMatchObject({ text, settings, slug });
});

test("a line that was handed over is read as it was", () => {
  const { jobs } = tableOf("#millrace# 0 1 * * * x\n#0 2 * * * y\n0 3 * * * z\r\n");
  expect(jobs.map(({ settings, isHandedOver }) => [settings.payload.command, isHandedOver])).toEqual([
    ["x", true],
    ["z", undefined],
  ]);
});
