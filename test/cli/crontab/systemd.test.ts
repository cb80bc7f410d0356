import { describe, expect, test } from "vitest";
import type { ReadOptions } from "../../../src/cli/crontab/job.ts";
import { payloadOf, rereadJob } from "../../../src/cli/crontab/stored.ts";
import { readCalendar, readSpan } from "../../../src/cli/crontab/systemd/calendar.ts";
import { readExecLine } from "../../../src/cli/crontab/systemd/exec-line.ts";
import { readUnits } from "../../../src/cli/crontab/systemd/systemd.ts";

const OPTIONS: ReadOptions = {
  host: "north",
  file: "/etc/systemd/system/backup.timer",
  timeZone: "Europe/Berlin",
  isSystem: false,
};

function unitsOf(timer: string, service: string): string {
  return `#systemd backup.timer\n${timer}\n#systemd backup.service\n${service}`;
}

function tableOf(text: string, options: Partial<ReadOptions> = {}) {
  const read = readUnits(text, { ...OPTIONS, ...options });
  if (!read.ok) throw new Error(read.detail);
  return read.table;
}

/** Of a service that runs a line. */
function commandOf(line: string): unknown {
  return tableOf(unitsOf("[Timer]\nOnCalendar=daily", `[Service]\nExecStart=${line}`)).jobs[0]?.settings
    .payload.command;
}

const TIMER = `[Unit]
Description=Backup of the shop

[Timer]
OnCalendar=Mon..Fri 02:30
OnCalendar=Sat,Sun 04:00 # no comment here
OnCalendar=
OnCalendar=Mon..Fri 02:30
OnCalendar=Sat *-*-1..7 04:00
RandomizedDelaySec=1h 30min
Persistent=true

[Install]
WantedBy=timers.target
`;
const SERVICE = `[Unit]
ConditionACPower=true

[Service]
Type=oneshot
User=backup
WorkingDirectory=/srv/shop
# for pg_dump
Environment="PGDATABASE=shop" LC_ALL=C
EnvironmentFile=-/etc/default/shop
Nice=10
ExecStartPre=/usr/bin/test -d /mnt/backup
ExecStart=/usr/local/bin/backup --to \\
    /mnt/backup "--label=the shop" %n
`;

describe("a timer of systemd", () => {
  test("becomes a schedule that does what its service does", () => {
    const { jobs, refusals } = tableOf(unitsOf(TIMER, SERVICE));
    expect(refusals).toEqual([]);
    expect(jobs).toMatchObject([
      {
        slug: "backup",
        settings: {
          cron: ["30 2 * * 1-5", "0 4 1-7 * +6"],
          timeZone: "Europe/Berlin",
          overlap: "skip",
          catchUp: { mode: "last" },
          jitterSeconds: 5400,
          description: "Backup of the shop",
          payload: {
            host: "north",
            user: "backup",
            cwd: "/srv/shop",
            env: { PGDATABASE: "shop", LC_ALL: "C", PATH: expect.stringContaining("/usr/local/bin") },
            command:
              "/usr/bin/test -d /mnt/backup && /usr/local/bin/backup --to /mnt/backup '--label=the shop' backup.service",
          },
        },
        notes: [
          "left out of its service: Nice",
          "left out, so it runs whatever they say: ConditionACPower",
          "EnvironmentFile=-/etc/default/shop: give it to the worker with --env-file",
        ],
      },
    ]);
  });

  test("runs as root and in / if it says nothing, and one of a user as that user, at home", () => {
    const text = unitsOf("[Timer]\nOnCalendar=hourly", "[Service]\nExecStart=/bin/x");
    const { payload } = tableOf(text).jobs[0]?.settings ?? {};
    expect(payload).toMatchObject({ user: "root", cwd: "/" });
    const own = tableOf(text, { file: "/home/eva/.config/systemd/user/backup.timer", user: "eva" });
    expect(own).toMatchObject({ user: "eva", jobs: [{ settings: { payload: { user: "eva" } } }] });
    expect(own.jobs[0]?.settings.payload).not.toHaveProperty("cwd");
  });

  test("what is kept of it gives the same schedule again", () => {
    for (const options of [{}, { file: "/home/eva/.config/systemd/user/backup.timer", user: "eva" }]) {
      const { user, file = OPTIONS.file }: { user?: string; file?: string } = options;
      const [job] = tableOf(unitsOf(TIMER, SERVICE), options).jobs;
      if (!job) throw new Error("it was refused");
      const payload = payloadOf(job, file, user);
      const stored = { name: "x", enabled: true, host: "north", fields: { payload }, source: payload.source };
      expect(rereadJob(stored)).toMatchObject({ text: job.text, settings: job.settings, slug: job.slug });
    }
  });

  test.each([
    ["OnBootSec=5min", "", "OnBootSec= counts from a boot"],
    ["Persistent=true", "", "no OnCalendar="],
    ["OnCalendar=*-*~1", "", "end of the month"],
    ["OnCalendar=daily UTC\nOnCalendar=daily", "", "several time zones"],
    ["OnCalendar=daily\nRandomizedDelaySec=soon", "", "RandomizedDelaySec=soon"],
    ["OnCalendar=daily", "ExecStart=", "no ExecStart="],
    ["OnCalendar=daily", "ExecStart=/bin/x %m", "%m in a command"],
    ["OnCalendar=daily", 'ExecStart=/bin/x "open', "no end"],
    ["OnCalendar=daily", "Environment=DB_PASSWORD=hunter2", "DB_PASSWORD looks like a secret"],
  ])("with %j and %j is refused", (timer, service, reason) => {
    const text = unitsOf(`[Timer]\n${timer}`, `[Service]\nExecStart=/bin/x\n${service}`);
    expect(tableOf(text)).toMatchObject({
      jobs: [],
      refusals: [{ reason: expect.stringContaining(reason) }],
    });
  });
});

describe("OnCalendar", () => {
  // Each was compared with what `systemd-analyze calendar` makes of it.
  test.each([
    ["minutely", "* * * * *"],
    ["weekly", "0 0 * * 1"],
    ["quarterly", "0 0 1 1,4,7,10 *"],
    ["Mon..Fri *-*-* 02:30", "30 2 * * 1-5"],
    ["Mon-Fri 02:30", "30 2 * * 1-5"],
    ["Sunday 3:00", "0 3 * * 7"],
    ["Mon,", "0 0 * * 1"],
    ["Sat,Sun 12:05", "5 12 * * 6,7"],
    ["02-10", "0 0 10 2 *"],
    ["*-*-1/7", "0 0 1-31/7 * *"],
    ["*:0/15", "0-59/15 * * * *"],
    ["*:*:*", "* * * * * *"],
    ["*:*:0/10", "0-59/10 * * * * *"],
    ["08:05:40", "40 5 8 * * *"],
    ["0..23/2:0", "0 0-23/2 * * *"],
    ["2027-*-1", "0 0 0 1 * * 2027"],
    ["*-02,04..06-01 6,18:00:30", "30 0 6,18 1 2,4-6 *"],
    ["Mon *-*-1..7 10:00", "0 10 1-7 * +1"],
    ["*:30..36/9", "30 * * * *"],
  ])("%s is %s", (text, cron) => {
    expect(readCalendar(text)).toEqual({ ok: true, cron });
  });

  test.each([
    ["hourly UTC", "UTC"],
    ["Mon 02:30 Asia/Shanghai", "Asia/Shanghai"],
  ])("%s has a zone of its own", (text, timeZone) => {
    expect(readCalendar(text)).toMatchObject({ ok: true, timeZone });
  });

  test.each([
    "*:*/5",
    "*:58/5",
    "Sat..Mon",
    "5..2:00",
    "10",
    "*",
    "1/2",
    "",
    "mon *-*~3",
    "12:00:00.5",
    "@1700000000",
    "Foo 1:00",
  ])("%j is not taken", (text) => {
    expect(readCalendar(text)).toMatchObject({ ok: false, reason: expect.stringContaining(`"${text}"`) });
  });

  test.each([
    ["30", 30],
    ["1h 30min", 5400],
    ["2 days", 172_800],
    ["500ms", 1],
    ["soon", undefined],
    ["1 parsec", undefined],
  ])("a span of %s is %s seconds", (text, seconds) => {
    expect(readSpan(text)).toBe(seconds);
  });
});

describe("what a service runs, for a shell:", () => {
  test.each([
    ["/bin/x a b", "/bin/x a b"],
    ["/bin/x 'two words' \"three more words\"", "/bin/x 'two words' 'three more words'"],
    ["/bin/x a*b; rm", "/bin/x 'a*b;' rm"],
    ["/bin/x a ; /bin/y b", "/bin/x a && /bin/y b"],
    ["/bin/x a \\; b", "/bin/x a ';' b"],
    ["/bin/sh -c 'echo $HOME && date'", "/bin/sh -c 'echo $HOME && date'"],
    ["/bin/x $ARGS ${ONE} --at=${ONE}", '/bin/x $ARGS "${ONE}" "--at=${ONE}"'],
    ["/bin/x $$HOME `id`", "/bin/x '$HOME' '`id`'"],
    [":/bin/x $ARGS", "/bin/x '$ARGS'"],
    ["-/bin/x a", "{ /bin/x a || :; }"],
    ["/bin/x it\\'s\\x21 a\\tb", "/bin/x 'it'\\''s!' 'a\tb'"],
    ["/bin/x 100%% %i", "/bin/x 100% ''"],
  ])("%s", (line, command) => {
    expect(commandOf(line)).toBe(command);
  });

  test("what is only known to systemd is not taken", () => {
    expect(readExecLine("@/bin/x y")).toMatchObject({ ok: false });
  });
});
