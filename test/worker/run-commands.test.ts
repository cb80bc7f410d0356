import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { allowLine } from "../../src/worker/payload.ts";
import { PROGRAMS, SECRET, TELL, startRunner } from "./doors.ts";
import { FakeService } from "./fake-service.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "millrace-payloads-"));
const TELLS = `${process.execPath} ${TELL}`;
const OWN = userInfo();

function fileOf(name: string, text: string): string {
  const file = join(FOLDER, name);
  writeFileSync(file, text);
  return file;
}

/** Has one message done by a worker named north. */
async function runBy(
  door: string,
  body: unknown,
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
) {
  const service = new FakeService();
  const url = await service.start();
  service.send(body);
  const args = ["commands", "--run-commands", "--name", "north", "--once", "--no-state", ...options];
  const runner = startRunner(door, url, args, env);
  const status = await runner.exit;
  service.stop();
  const [report] = service.reports;
  expect(runner.stdout() + runner.stderr()).not.toContain(SECRET);
  return { status, stderr: runner.stderr(), report, released: service.released };
}

/** What the command said of itself. */
function toldBy({ report }: Awaited<ReturnType<typeof runBy>>) {
  return report?.output as { env: Record<string, string>; stdin: string; cwd: string; args: string[] };
}

describe.each(PROGRAMS)("%s that runs what messages say", (door) => {
  const run = (body: unknown, options?: readonly string[], env?: NodeJS.ProcessEnv) =>
    runBy(door, body, options, env);

  test("runs a command as cron would: its shell, folder and variables, and nothing on stdin", async () => {
    const { env, stdin, cwd } = toldBy(await run({ host: "north", command: TELLS }, [], { OWN: "1" }));
    expect(cwd).toBe(OWN.homedir);
    expect(stdin).toBe("");
    expect(env).toMatchObject({
      HOME: OWN.homedir,
      USER: OWN.username,
      LOGNAME: OWN.username,
      SHELL: "/bin/sh",
      PATH: "/usr/bin:/bin",
      MILLRACE_WORKER: "north",
    });
    expect(env).not.toHaveProperty("OWN");
  });

  test("with what stands in the message: variables, a folder, a shell, a text for stdin", async () => {
    const said = toldBy(
      await run({
        command: `if [[ $A == 1 ]]; then exec ${TELLS}; fi`,
        shell: "/bin/bash",
        cwd: "/",
        env: { A: "1", PATH: "/bin" },
        stdin: "one\ntwo",
        source: { file: "crontab" },
      }),
    );
    expect(said).toMatchObject({
      cwd: "/",
      stdin: "one\ntwo",
      env: { A: "1", PATH: "/bin", SHELL: "/bin/bash" },
    });
  });

  test("takes what is null for what is not there", async () => {
    const { env, stdin, cwd } = toldBy(
      await run({ command: TELLS, host: null, shell: null, user: null, cwd: null, env: null, stdin: null }),
    );
    expect({ stdin, cwd, shell: env.SHELL }).toEqual({ stdin: "", cwd: OWN.homedir, shell: "/bin/sh" });
  });

  test("with variables of a file of the machine, which a message's go before", async () => {
    const file = fileOf("env", "# for all\nTOKEN='a b'\nA=2\n");
    const { env } = toldBy(await run({ command: TELLS, env: { A: "1" } }, ["--env-file", file]));
    expect(env).toMatchObject({ TOKEN: "a b", A: "1" });
  });

  test("fails the task with the command's own exit status", async () => {
    const { report } = await run({ command: "echo why >&2; exit 3" });
    expect(report).toMatchObject({ error: "Exit.3", cause: "why" });
  });

  test("leaves a message for another machine to that one", async () => {
    const { report, released } = await run({ host: "south", command: "exit 0" });
    expect(report).toBeUndefined();
    expect(released).toMatchObject([{ delaySeconds: 60 }]);
  });

  test.each([
    ["no JSON", "x", /not one JSON object/],
    ["no command", {}, /no command/],
    ["a list for a command", { command: ["x"] }, /command is no text/],
    ["a NUL", { command: "a\0b" }, /NUL/],
    ["a variable that is none", { command: "x", env: { "A B": "1" } }, /env/],
    ["a value that is no text", { command: "x", env: { A: 1 } }, /env/],
  ])("refuses a message with %s", async (_, body, cause) => {
    const { report } = await run(body);
    expect(report).toMatchObject({ error: "Worker.BadInput", cause: expect.stringMatching(cause) });
  });

  test("refuses to be another user, unless it may be", async () => {
    const { report } = await run({ command: "exit 0", user: "nobody" });
    expect(report).toMatchObject({ error: "Worker.Denied", cause: expect.stringContaining("--users") });
    const unknown = await run({ command: "exit 0", user: "no-such-user" }, ["--users", "no-such-user"]);
    expect(unknown.report).toMatchObject({ error: "Worker.Denied" });
    expect((await run({ command: "exit 0", user: OWN.username })).report).toMatchObject({
      output: { exitCode: 0 },
    });
  });

  test.skipIf(OWN.uid !== 0)("as root runs a command as a user that it may be", async () => {
    const { report } = await run(
      { command: 'printf \'{"user":"%s","home":"%s"}\' $(id -un) "$HOME"', cwd: "/", user: "nobody" },
      ["--users", "backup,nobody", "--output", "stdout"],
    );
    expect(report).toMatchObject({ output: { user: "nobody", home: "/nonexistent" } });
  });

  test("runs with --allow only what stands there, to the letter", async () => {
    const allowed = { command: "exit 0", env: { B: "2", A: "1" }, cwd: "/" };
    const allow = ["--allow", fileOf("allow", `# of north\n${allowLine(allowed)}\n`)];
    const good = { cwd: "/", env: { A: "1", B: "2" }, command: "exit 0", host: "north", source: {} };
    expect((await run(good, allow)).report).toMatchObject({ output: { exitCode: 0 } });
    const more = [{ shell: "/bin/bash" }, { env: { A: "1", B: "3" } }, { stdin: "x" }, { cwd: undefined }];
    for (const change of more)
      expect((await run({ ...good, ...change }, allow)).report).toMatchObject({ error: "Worker.Denied" });
  });

  test.each([
    [["--run-commands", "--", "x"], "name no command"],
    [["--run-commands", "--cwd", "/"], "--cwd is not for --run-commands"],
    [["--users", "a", "--", "x"], "--users is for --run-commands"],
    [["--run-commands", "--allow", "/missing"], "cannot be read"],
    [["--run-commands", "--allow", fileOf("bad", "rm -rf /\n")], "bad:1: the body is not one JSON object"],
    [["--run-commands", "--env-file", fileOf("bad-env", "A=1\nB\n")], "bad-env:2: this is not NAME=value"],
  ])("%j is told what is wrong", async (args, said) => {
    const runner = startRunner(door, "http://127.0.0.1:9", ["commands", "--no-state", ...args]);
    expect(await runner.exit).toBe(2);
    expect(runner.stderr()).toContain(said);
  });

  test("prints a unit that gives it rights only where it needs them", async () => {
    const print = async (...args: string[]) => {
      const all = ["commands", "--run-commands", "--print-unit", ...args];
      const runner = startRunner(door, "http://127.0.0.1:9", all);
      expect(await runner.exit).toBe(0);
      return runner.stdout();
    };
    expect(await print()).toMatch(/ExecStart=.* commands --run-commands --credentials %d\/key\n/);
    expect(await print()).toContain("NoNewPrivileges=yes");
    expect(await print("--users", "backup")).not.toContain("NoNewPrivileges");
  });
});
