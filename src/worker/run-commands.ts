/** Runs what messages say, as cron would: for those who asked for it, since whoever may send them then runs commands here. */
import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { readText } from "./credentials.ts";
import { failure } from "./endings.ts";
import { GIVE_BACK_SECONDS } from "./limits.ts";
import type { Launch } from "./launch.ts";
import { type Payload, allowLine, readPayload } from "./payload.ts";
import type { Result } from "./task.ts";
import { UsageError } from "./usage-error.ts";

export interface RunCommandsOptions {
  /** Of the worker. */
  readonly name: string;
  /** Others that commands may run as, besides the runner's own user. */
  readonly users: readonly string[];
  /** A file of what may be run; anything by default. */
  readonly allow: string | undefined;
  /** A file of variables for all commands. */
  readonly envFile: string | undefined;
}

interface Account {
  readonly name: string;
  readonly home: string;
}

/** As cron sets it. */
const PATH = "/usr/bin:/bin";
const SHELL = "/bin/sh";
/** Not in the path of a command. */
const RUNUSER = ["/usr/sbin/runuser", "/sbin/runuser", "/usr/bin/runuser", "/bin/runuser"];
const ROOT = 0;
const VARIABLE = /^([A-Za-z_]\w*)=(.*)$/;

export class RunCommands {
  private readonly options: RunCommandsOptions;
  private readonly allowed: ReadonlySet<string> | undefined;
  private readonly variables: Readonly<Record<string, string>>;

  /** Throws a `UsageError` for a file that cannot be read. */
  constructor(options: RunCommandsOptions) {
    const { allow, envFile } = options;
    this.options = options;
    this.allowed = allow === undefined ? undefined : readAllowed(allow);
    this.variables = envFile === undefined ? {} : readVariables(envFile);
  }

  /** What a message's body asks for, or why it is not done. */
  launchOf(body: string): Launch | Result {
    const read = readPayload(body);
    if (!read.ok) return failure("Worker.BadInput", read.detail);
    const { payload } = read;
    const { host, user } = payload;
    // Another worker's turn: it has come to the wrong machine.
    if (host !== undefined && host !== this.options.name)
      return { kind: "giveBack", delaySeconds: GIVE_BACK_SECONDS };
    if (this.allowed && !this.allowed.has(allowLine(payload)))
      return failure("Worker.Denied", "the command does not stand in the file of --allow on this machine");
    const own = ownAccount();
    if (user === undefined || user === own.name) return this.launch(payload, own);
    const denial = this.denialOf(user);
    if (denial !== undefined) return failure("Worker.Denied", denial);
    const account = accountOf(user);
    if (!account) return failure("Worker.Denied", `there is no user ${user} on this machine`);
    const runuser = RUNUSER.find((file) => existsSync(file));
    if (runuser === undefined) return failure("Worker.Denied", "there is no runuser on this machine");
    return this.launch(payload, account, [runuser, "-u", user, "--"]);
  }

  private denialOf(user: string): string | undefined {
    if (!this.options.users.includes(user))
      return `commands may not run as ${user} here: the worker's --users does not name it`;
    return process.getuid?.() === ROOT
      ? undefined
      : `only a worker that runs as root can run commands as ${user}`;
  }

  private launch(payload: Payload, { name, home }: Account, before: readonly string[] = []): Launch {
    const { command, shell = SHELL, cwd = home, env = {}, stdin = "" } = payload;
    const words = [...before, shell, "-c", command];
    const own = { LOGNAME: name, USER: name, HOME: home, SHELL: shell, PATH };
    return {
      program: words[0] ?? shell,
      args: words.slice(1),
      cwd,
      stdin,
      isStdinFile: true,
      env: { ...own, ...this.variables, ...env },
    };
  }
}

function readAllowed(file: string): ReadonlySet<string> {
  const lines = linesOf(file).map(([line, number]) => {
    const read = readPayload(line);
    if (read.ok) return allowLine(read.payload);
    throw new UsageError(
      `${file}:${number}: ${read.detail}: each line is a command as \`millrace import crontab --print-allow\` prints it`,
    );
  });
  return new Set(lines);
}

function readVariables(file: string): Readonly<Record<string, string>> {
  const pairs = linesOf(file).map(([line, number]) => {
    const [, name, value = ""] = VARIABLE.exec(line) ?? [];
    if (name === undefined) throw new UsageError(`${file}:${number}: this is not NAME=value`);
    return [name, value.replace(/^(["'])(.*)\1$/, "$2")] as const;
  });
  return Object.fromEntries(pairs);
}

/** Without comments and empty lines, with their numbers. */
function linesOf(file: string): (readonly [line: string, number: number])[] {
  return readText(file, "of lines")
    .split("\n")
    .map((line, index) => [line.trim(), index + 1] as const)
    .filter(([line]) => line !== "" && !line.startsWith("#"));
}

/** Who runs this. In a container it may be a number that nobody has a name for. */
function ownAccount(): Account {
  try {
    const { username, homedir } = userInfo();
    return { name: username, home: homedir };
  } catch {
    return { name: String(process.getuid?.()), home: process.env.HOME ?? "/" };
  }
}

/** Of this machine; undefined if there is no such user. */
function accountOf(user: string): Account | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((one) => one.startsWith(`${user}:`));
  const home = line?.split(":")[5];
  return home === undefined ? undefined : { name: user, home: home === "" ? "/" : home };
}
