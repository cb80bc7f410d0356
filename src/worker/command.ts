/** Does tasks by running a command for each. */
import { ChildProcess, spawn } from "node:child_process";
import { accessSync, closeSync, constants } from "node:fs";
import { type EndingRules, failure, resultOf } from "./endings.ts";
import { readJsonExactly } from "./json.ts";
import { GIVE_BACK_SECONDS, TAIL_OF_BEAT_BYTES } from "./limits.ts";
import type { Launch } from "./launch.ts";
import type { Log, Mask } from "./log.ts";
import { OwnFiles } from "./own-files.ts";
import { endGroup, isGroupAlive, startOf } from "./process-group.ts";
import type { RunCommands } from "./run-commands.ts";
import type { Sink } from "./sink.ts";
import { Streams } from "./streams.ts";
import { type Doer, type Job, type Result, shortName, stopReason, subjectOf } from "./task.ts";
import { fill, hasTemplates } from "./templates.ts";

export interface CommandOptions extends EndingRules {
  readonly command: readonly string[];
  readonly cwd: string | undefined;
  readonly stdin: "body" | "none";
  readonly output: "file" | "stdout" | "last-line";
  readonly hasTemplates: boolean;
  readonly passToken: boolean;
  readonly killAfterMs: number;
  readonly killLeftovers: boolean;
  readonly logTailBytes: number;
  readonly logCommands: boolean;
  /** Names of tasks stand in front of their lines. */
  readonly prefix: boolean;
  readonly quiet: boolean;
}

/** Who must know which processes run, should the runner die. */
export interface Groups {
  began(group: number, start: string | undefined): void;
  ended(group: number): void;
}

export interface CommandDeps {
  readonly log: Log;
  readonly mask: Mask;
  readonly out: Sink;
  readonly err: Sink;
  readonly groups: Groups;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Messages say what is run, in place of the command line. */
  readonly runCommands?: RunCommands;
}

export class CommandDoer implements Doer {
  private readonly options: CommandOptions;
  private readonly deps: CommandDeps;

  constructor(options: CommandOptions, deps: CommandDeps) {
    this.options = options;
    this.deps = deps;
  }

  async do(job: Job): Promise<Result> {
    const { runCommands } = this.deps;
    const launch = runCommands ? runCommands.launchOf(job.message.body) : this.launchOf(job);
    if (!("program" in launch)) return launch;
    const files = new OwnFiles();
    job.progress = () => files.readProgress();
    try {
      if (this.options.logCommands)
        this.deps.log("info", "started", {
          ...subjectOf(job),
          detail: [launch.program, ...launch.args].join(" "),
        });
      return await this.run(job, launch, files);
    } finally {
      job.progress = () => undefined;
      job.log = () => undefined;
      files.remove();
    }
  }

  private launchOf(job: Job): Launch | Result {
    const [program = "", ...templates] = this.options.command;
    const args = this.argsFor(job, templates);
    if (!("args" in args)) return args;
    return { program, ...args, cwd: this.options.cwd, stdin: job.message.body };
  }

  private argsFor(job: Job, templates: readonly string[]): { args: readonly string[] } | Result {
    if (!this.options.hasTemplates || !hasTemplates(templates)) return { args: templates };
    const body = readJsonExactly(job.message.body);
    const isJson = body !== undefined;
    const filled = isJson ? fill(templates, body) : { ok: false as const, detail: "the body is not JSON" };
    if (filled.ok) return { args: filled.args };
    if (job.task || isJson) return failure("Worker.BadInput", filled.detail);
    return { kind: "bury", reason: filled.detail };
  }

  private async run(job: Job, launch: Launch, files: OwnFiles): Promise<Result> {
    const began = performance.now();
    const { options, deps } = this;
    const { program, cwd } = launch;
    const env = this.environment(job, files, launch.env ?? deps.env);
    const input = this.inputOf(launch, files);
    const child = this.start(launch, env, input);
    if (typeof input === "number") closeSync(input);
    if (!(child instanceof ChildProcess)) return notStarted(child, program, cwd);
    const prefix = options.prefix ? `[${shortName(job)}] ` : "";
    const streams = new Streams(child, {
      ...deps,
      prefix,
      quiet: options.quiet,
      keep: options.output,
      maskLine: (line) => deps.mask.bytes(line),
    });
    job.log = () => this.newLog(streams);
    // The command need not read what it is given.
    child.stdin?.on("error", () => {}).end(launch.stdin);
    const { pid } = child;
    if (pid === undefined) return notStarted(await failed(child), program, cwd);
    deps.groups.began(pid, startOf(pid));
    const ended = await this.untilEnd(job, child, pid);
    const seconds = Math.round(performance.now() - began) / 1000;
    await streams.end();
    await this.endLeftovers(job, pid);
    deps.groups.ended(pid);
    const file = files.readOutput();
    const output = options.output === "file" ? file : (streams.kept() ?? "");
    const place = options.output === "file" ? "the file $MILLRACE_OUTPUT" : "stdout";
    const stderr = this.deps.mask.text(streams.lastWords());
    const result = resultOf({ ...ended, seconds, output, place, file, stderr }, options);
    return this.withLog(result, streams);
  }

  /** A file's number, or what Node calls a pipe and /dev/null. */
  private inputOf({ stdin, isStdinFile }: Launch, files: OwnFiles): number | "pipe" | "ignore" {
    if (isStdinFile === true) return stdin === "" ? "ignore" : files.open(stdin);
    return this.options.stdin === "body" ? "pipe" : "ignore";
  }

  private start(
    { program, args, cwd }: Launch,
    env: Record<string, string>,
    input: number | "pipe" | "ignore",
  ) {
    try {
      // Its own session and group: a kill reaches its children, and a Ctrl-C of the runner does not reach it.
      return spawn(program, args, { cwd, env, detached: true, stdio: [input, "pipe", "pipe"] });
    } catch (error) {
      // Some of what the kernel refuses is thrown, the rest comes as an event.
      if (error instanceof Error) return error;
      throw error;
    }
  }

  private async untilEnd(job: Job, child: ChildProcess, pid: number) {
    const { timeoutSeconds, killAfterMs } = this.options;
    let ending: Promise<void> | undefined;
    let stop = stopReason(job.signal);
    const end = () => {
      ending ??= endGroup(pid, killAfterMs);
    };
    const onAbort = () => {
      stop ??= stopReason(job.signal);
      end();
    };
    const timer =
      timeoutSeconds === undefined
        ? undefined
        : setTimeout(() => {
            stop ??= "timeout";
            end();
          }, timeoutSeconds * 1000);
    job.signal.addEventListener("abort", onAbort, { once: true });
    if (job.signal.aborted) onAbort();
    const [code, signal] = await exited(child);
    clearTimeout(timer);
    job.signal.removeEventListener("abort", onAbort);
    // Its children were told to end, too.
    await ending;
    return { exitCode: code ?? undefined, signal: signal ?? undefined, stop };
  }

  private async endLeftovers(job: Job, pid: number): Promise<void> {
    if (!isGroupAlive(pid)) return;
    const { killLeftovers, killAfterMs } = this.options;
    if (killLeftovers) await endGroup(pid, killAfterMs);
    else
      this.deps.log("warn", "warning", {
        ...subjectOf(job),
        detail: "the command ended and left processes behind: --kill-leftovers ends them",
      });
  }

  private environment(job: Job, files: OwnFiles, base: CommandDeps["env"]): Record<string, string> {
    const { message, task, queue } = job;
    const own: Record<string, string | undefined> = {
      MILLRACE_QUEUE: queue,
      MILLRACE_FLOW: task?.flow,
      MILLRACE_EXECUTION: task?.execution,
      MILLRACE_STEP: task?.step,
      MILLRACE_ATTEMPT: textOf(task?.attempt),
      MILLRACE_DELIVERY: textOf(message.dequeueCount),
      MILLRACE_WORKER: this.options.worker,
      MILLRACE_MESSAGE_ID: message.id,
      MILLRACE_REMAINING_SECONDS: textOf(task?.remainingSeconds),
      MILLRACE_OUTPUT: files.output,
      MILLRACE_PROGRESS: files.progress,
      MILLRACE_TOKEN: this.options.passToken ? task?.token : undefined,
    };
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries({ ...base, ...own })) {
      if (value !== undefined && !isSecret(name)) env[name] = value;
    }
    return env;
  }

  private newLog(streams: Streams): string | undefined {
    const tail = this.options.logTailBytes === 0 ? undefined : streams.newTail(TAIL_OF_BEAT_BYTES);
    return tail === undefined ? undefined : this.deps.mask.text(tail);
  }

  private withLog(result: Result, streams: Streams): Result {
    const bytes = this.options.logTailBytes;
    if (result.kind === "success") {
      const log = this.deps.mask.text(streams.tail(bytes));
      return log === "" ? result : { ...result, log };
    }
    if (result.kind !== "failure" || bytes === 0) return result;
    const log = this.deps.mask.text(streams.tail());
    return log === "" ? result : { ...result, log };
  }
}

function textOf(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** What opens the service's door is not for the commands. */
function isSecret(name: string): boolean {
  return name.startsWith("MILLRACE_KEY") || name === "MILLRACE_CREDENTIALS";
}

function exited(child: ChildProcess): Promise<[code: number | null, signal: string | null]> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => resolve([code, signal]));
  });
}

function failed(child: ChildProcess): Promise<NodeJS.ErrnoException> {
  return new Promise((resolve) => child.once("error", resolve));
}

const AGAIN_LATER: ReadonlySet<string> = new Set(["EAGAIN", "ENOMEM", "EMFILE", "ENFILE"]);

function notStarted({ code = "", message }: NodeJS.ErrnoException, program: string, cwd?: string): Result {
  // The machine is short of something just now; the task is none the worse for it.
  if (AGAIN_LATER.has(code)) return { kind: "giveBack", delaySeconds: GIVE_BACK_SECONDS };
  if (code === "E2BIG") return failure("Worker.BadInput", `${program}: the arguments are too long`);
  if (code === "EACCES" || code === "EPERM") return failure("Worker.Denied", `${program}: ${message}`);
  if (code === "ENOENT" && cwd !== undefined && !exists(cwd))
    return failure("Worker.Denied", `the folder ${cwd} cannot be entered`);
  return failure("Worker.CommandNotFound", `${program}: ${message}`);
}

function exists(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
