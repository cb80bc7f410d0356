import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ROOT, Service } from "./service.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "millrace-import-"));
const COMMAND = join(ROOT, "src/cli/millrace.mjs");

let service: Service;
let proxy: Server;
let address = "";
/** What went over the wire, as `GET /v1/flows/command`. */
let calls: string[] = [];

beforeAll(async () => {
  service = await Service.start();
  proxy = createServer((request, response) => {
    calls.push(`${request.method} ${request.url}`);
    void passOn(request, response);
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as { port: number };
  address = `http://127.0.0.1:${port}`;
});

/** To the service, and its answer back. */
async function passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = "", url = "", headers } = request;
  const body = await text(request);
  const answer = await fetch(`${service.url}${url}`, {
    method,
    headers: {
      authorization: headers.authorization ?? "",
      "content-type": headers["content-type"] ?? "application/json",
    },
    ...(body !== "" && { body }),
  });
  response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
  response.end(await answer.text());
}

beforeEach(() => {
  calls = [];
});

afterAll(async () => {
  proxy.close();
  await service.stop();
});

interface Around {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

async function millrace(args: readonly string[], { input = "", env = {} }: Around = {}) {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd: FOLDER,
    env: {
      PATH: process.env.PATH,
      MILLRACE_CREDENTIALS: service.credentialsFile,
      MILLRACE_URL: address,
      ...env,
    },
  });
  child.stdin.end(input);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data) => (stdout += String(data)));
  child.stderr.on("data", (data) => (stderr += String(data)));
  const [status] = (await once(child, "close")) as [number];
  return { status, stdout, stderr };
}

/** An import for a host of its own, so that no test sees another's schedules. */
function importing(host: string, table: string, ...more: string[]) {
  const args = ["import", "crontab", "-", "--host", host, "--time-zone", "Europe/Berlin", ...more];
  return millrace(args, { input: table });
}

interface Schedule {
  readonly name: string;
  readonly enabled: boolean;
  readonly cron: string;
  readonly pauseReason?: string;
  readonly payload: Record<string, unknown>;
}

async function schedulesOf(host: string): Promise<Schedule[]> {
  const { stdout } = await millrace([
    "schedule",
    "list",
    "command",
    "--include",
    "payload",
    "--all",
    "--json",
  ]);
  const { items } = JSON.parse(stdout) as { items: Schedule[] };
  return items.filter(({ payload }) => payload.host === host);
}

const TWO = "# Every night\n30 2 * * * /opt/backup --all\n0 4 * * 1 /opt/report\n";

describe("millrace import crontab", () => {
  test("says with --dry-run what it would do, and only reads", async () => {
    const { status, stdout, stderr } = await importing("dry", TWO, "--dry-run");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\+ dry-backup +30 2 \* \* \* +Europe\/Berlin +\/opt\/backup --all$/m);
    expect(stdout).toMatch(/^ +next \d{4}-\d\d-\d\d 02:30 \+0[12]:00, /m);
    expect(stderr).toContain("this was a dry run");
    expect(calls.length).toBeGreaterThan(1);
    expect(calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
    expect(await millrace(["flow", "get", "command"])).toMatchObject({ status: 3 });
  });

  test("makes a paused schedule of each line, and the flow and the queue once", async () => {
    const first = await importing("north", TWO);
    expect(first).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("paused while cron runs the lines"),
    });
    expect(await schedulesOf("north")).toMatchObject([
      {
        name: "north-backup",
        enabled: false,
        cron: "30 2 * * *",
        timeZone: "Europe/Berlin",
        description: "Every night",
        overlap: "allow",
        catchUp: { mode: "none" },
        payload: { host: "north", command: "/opt/backup --all", source: { file: "stdin", line: 2 } },
      },
      { name: "north-report" },
    ]);
    expect((await millrace(["queue", "get", "commands"])).status).toBe(0);
    calls = [];
    const again = await importing("north", TWO);
    expect(again.stdout).toMatch(/^= north-backup .*\n= north-report [^\n]*\n$/);
    expect(calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
  });

  test("changes, pauses and deletes what it made, and lets it fire when told to", async () => {
    await importing("east", TWO, "--enable");
    expect(await schedulesOf("east")).toMatchObject([{ enabled: true }, { enabled: true }]);
    const changed = await importing("east", TWO.replace("30 2", "45 2").replace(/0 4.*\n/, ""));
    expect(changed.stdout).toContain('cron: "30 2 * * *" -> "45 2 * * *"');
    expect(changed.stdout).toContain("- east-report  gone from stdin: paused");
    expect(await schedulesOf("east")).toMatchObject([
      { name: "east-backup", cron: "45 2 * * *", enabled: true, description: "Every night" },
      { name: "east-report", enabled: false, pauseReason: expect.stringMatching(/^gone from stdin on \d/) },
    ]);
    await importing("east", TWO);
    expect(await schedulesOf("east")).toMatchObject([{ cron: "30 2 * * *" }, { enabled: true }]);
    await importing("east", "", "--prune");
    expect(await schedulesOf("east")).toEqual([]);
  });

  test("keeps what was changed by hand, with status 1, until it is forced", async () => {
    await importing("south", TWO);
    await millrace(["schedule", "put", "command", "south-backup", "--cron", "0 7 * * *"]);
    const kept = await importing("south", TWO);
    expect(kept.status).toBe(1);
    expect(kept.stdout).toMatch(/^! south-backup +changed by hand, and kept: --force overwrites it$/m);
    expect((await importing("south", TWO, "--force")).status).toBe(0);
    expect(await schedulesOf("south")).toMatchObject([{ cron: "30 2 * * *" }, {}]);
  });

  test("imports what can be read, and tells the place of what cannot, with status 1", async () => {
    const { status, stdout } = await importing("west", `0 99 * * * x\n${TWO}@reboot y\n`, "--json");
    expect(status).toBe(1);
    const { steps } = JSON.parse(stdout) as { steps: { sign: string }[] };
    expect(steps).toMatchObject([
      { sign: "!", line: 1, column: 3 },
      { sign: "+", name: "west-backup" },
      { sign: "+", name: "west-report" },
      { sign: "!", line: 5, column: 1 },
    ]);
    expect(await schedulesOf("west")).toHaveLength(2);
  });

  test.each([
    [["import", "crontab", "-", "--host", "elsewhere"], "--time-zone is needed"],
    [["import", "crontab", "-", "--host", "x", "--time-zone", "Mars"], "--time-zone: "],
    [["import", "crontab", "missing", "--host", "x", "--time-zone", "UTC"], "missing cannot be read"],
    [
      ["import", "crontab", "-", "--host", "x", "--time-zone", "UTC", "--dialect", "v7"],
      "--dialect takes debian",
    ],
    [["import", "crontab", "a", "b", "--host", "x", "--cutover"], "cannot be read"],
  ])("%j is told what is wrong, and calls nothing", async (args, said) => {
    const { status, stderr } = await millrace(args, { input: TWO });
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(said) });
    expect(calls).toEqual([]);
  });

  test("takes a thousand lines with at most two calls each", async () => {
    const lines = Array.from(
      { length: 1000 },
      (_, at) => `${at % 60} ${at % 24} * * * /opt/job${at} --of ${at}`,
    );
    const made = await importing("many", lines.join("\n"));
    expect(made.status).toBe(0);
    expect(calls.length).toBeLessThanOrEqual(2000);
    calls = [];
    await importing("many", lines.join("\n"), "--dry-run");
    expect(calls.length).toBeLessThanOrEqual(10);
  });
});

describe("a hand-over", () => {
  const bin = mkdtempSync(join(tmpdir(), "millrace-bin-"));
  const installed = join(bin, "installed");
  const env = { PATH: `${bin}:${process.env.PATH}` };

  /** A machine's crontab program, whose crontab is a file. */
  beforeAll(() => {
    writeFileSync(
      join(bin, "crontab"),
      `#!/bin/sh\n[ "$1" = -l ] && exec cat ${installed}\nexec cat > ${installed}\n`,
      {
        mode: 0o755,
      },
    );
    writeFileSync(installed, TWO);
  });

  const handOver = (file: string) => {
    const args = ["import", "crontab", file, "--host", "over", "--time-zone", "UTC", "--cutover"];
    return millrace(args, { env });
  };

  test("prints the crontab without the lines, and lets schedules fire once it is installed, never before", async () => {
    const first = await handOver(installed);
    expect(first.stdout).toBe(
      "# Every night\n#millrace# 30 2 * * * /opt/backup --all\n#millrace# 0 4 * * 1 /opt/report\n",
    );
    expect(first.stderr).toContain("Install this crontab");
    expect(await schedulesOf("over")).toMatchObject([{ enabled: false }, { enabled: false }]);
    await handOver(installed);
    expect(await schedulesOf("over")).toMatchObject([{ enabled: false }, { enabled: false }]);
    writeFileSync(installed, first.stdout);
    const second = await handOver(installed);
    expect(second.stdout).toBe(first.stdout);
    expect(second.stderr).toContain("schedule over-backup: on");
    expect(await schedulesOf("over")).toMatchObject([{ enabled: true }, { enabled: true }]);
    const again = await millrace(["import", "crontab", installed, "--host", "over", "--time-zone", "UTC"], {
      env,
    });
    expect(again.stdout).toMatch(/^= over-backup .*\n= over-report [^\n]*\n$/);
  });
});

describe("files in place of calls", () => {
  test("hold what would be stored, keep their names, and need no service", async () => {
    const args = ["import", "crontab", "-", "--host", "files", "--time-zone", "UTC", "--to", "crontabs"];
    const env = { MILLRACE_CREDENTIALS: join(FOLDER, "none.json") };
    expect((await millrace(args, { input: TWO, env })).status).toBe(0);
    const folder = join(FOLDER, "crontabs");
    const names = [
      "command.flow.yaml",
      "commands.queue.yaml",
      "files-backup.schedule.yaml",
      "files-report.schedule.yaml",
    ];
    expect(readdirSync(folder).toSorted()).toEqual(names);
    await millrace(args, { input: TWO.replace("30 2", "45 2").replace(/0 4.*\n/, ""), env });
    expect(readdirSync(folder).toSorted()).toEqual(names);
    expect(readFileSync(join(folder, "files-backup.schedule.yaml"), "utf8")).toContain("cron: 45 2 * * *");
    expect(readFileSync(join(folder, "files-report.schedule.yaml"), "utf8")).toContain("enabled: false");
    expect(calls).toEqual([]);
  });

  test("are put by millrace apply, once: it tells what differs, and nothing is sent while a file is wrong", async () => {
    const args = ["import", "crontab", "-", "--host", "put", "--time-zone", "UTC", "--to", "put"];
    await millrace(args, { input: TWO });
    const dry = await millrace(["apply", "put", "--dry-run"]);
    expect(dry).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("+ schedule command/put-backup"),
    });
    expect(calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
    expect((await millrace(["apply", "put"])).status).toBe(0);
    expect(await schedulesOf("put")).toMatchObject([{ enabled: false, cron: "30 2 * * *" }, {}]);
    calls = [];
    const again = await millrace(["apply", "put"]);
    expect(again.stdout).toMatch(/^(?:= .*\n){4}$/);
    expect(calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
    // An import into the service finds what was applied.
    expect((await importing("put", TWO, "--time-zone", "UTC")).stdout).toMatch(
      /^= put-backup .*\n= put-report/,
    );
    await millrace(args, { input: TWO.replace("30 2", "45 2") });
    const changed = await millrace(["apply", "put"]);
    expect(changed.stdout).toContain('cron: "30 2 * * *" -> "45 2 * * *"');
    writeFileSync(
      join(FOLDER, "put", "wrong.yaml"),
      "resource: schedule\nflow: command\nname: x\ncron: 99 * * * *\n",
    );
    calls = [];
    expect(await millrace(["apply", "put"])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("wrong.yaml:4:7: minute"),
    });
    expect(calls).toEqual([]);
  });

  test("are a flow of its own and its schedule for a line that has outgrown the others", async () => {
    await importing("out", TWO);
    const wrong = await importing("out", TWO, "--eject", "backup", "--to", "out");
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringContaining("out-backup, out-report") });
    const ejected = await importing("out", TWO, "--eject", "out-backup", "--to", "out");
    expect(ejected).toMatchObject({
      status: 0,
      stdout: "+ file out/out-backup.flow.yaml\n+ file out/out-backup.schedule.yaml\n",
      stderr: expect.stringContaining("Take line 2 out of stdin"),
    });
    expect((await importing("out", TWO, "--eject", "out-backup", "--to", "out")).status).toBe(2);
    expect((await millrace(["apply", "out"])).stdout).toMatch(
      /^\+ flow out-backup .*\n\+ schedule out-backup\/out-backup /,
    );
    const left = await importing("out", TWO.replace(/^#.*\n.*backup.*\n/, ""));
    expect(left.stdout).toMatch(/^= out-report .*\n- out-backup/);
    const own = await millrace(["schedule", "get", "out-backup", "out-backup", "--json"]);
    const payload = { host: "out", command: "/opt/backup --all" };
    expect(JSON.parse(own.stdout)).toMatchObject({ cron: "30 2 * * *", enabled: false, payload });
  });

  test("of a worker say all that decides about a command", async () => {
    const table = "SHELL=/bin/bash\nA=1\n0 1 * * * x%in\n0 2 * * * x%in\n";
    const { stdout } = await importing("allow", table, "--print-allow");
    expect(stdout).toBe('{"command":"x","env":{"A":"1"},"shell":"/bin/bash","stdin":"in"}\n');
    expect(calls).toEqual([]);
  });
});
