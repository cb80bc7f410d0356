/** The runner as a program: from the command line to an exit status. */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { CommandDoer, type CommandOptions } from "./command.ts";
import { Connection, trustedWith } from "./connection.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { type Log, Mask, createLog } from "./log.ts";
import { watchHeaders } from "./notices.ts";
import { AnyService } from "./older-service.ts";
import { type WorkOptions, helpText, readOptions } from "./options.ts";
import { RunCommands } from "./run-commands.ts";
import { type Ended, Runner, type RunnerDeps } from "./runner.ts";
import { EndSignals, Groups, onOtherSignals } from "./signals.ts";
import { Sink } from "./sink.ts";
import { type StateFolder, defaultState, takeStateFolder } from "./state-folder.ts";
import { unitFile } from "./unit.ts";
import { UsageError } from "./usage-error.ts";

const EXIT = { done: 0, failed: 1, usage: 2, refused: 3, unreachable: 4, broken: 5 } as const;
const SESSION_BYTES = 8;
const LAST_WORDS_MS = 1000;

interface Place {
  readonly version: string;
  /** How it is called, for the help. */
  readonly program: string;
  /** The same with whole paths, for a unit. */
  readonly start: readonly string[];
}

/** Gives the status to end with. */
export async function runProgram(args: readonly string[], place: Place): Promise<number> {
  try {
    const options = readOptions(args);
    if (options === "help") return say(helpText(place.program));
    if (options === "version") return say(`${place.version}\n`);
    if (options.printUnit) return say(unitFile(options, place.start));
    return await work(options, place);
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`error: ${error.message}\n(\`${place.program} --help\` tells more)\n`);
      return EXIT.usage;
    }
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.broken;
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return EXIT.done;
}

async function work(options: WorkOptions, { version }: Place): Promise<number> {
  const { env } = process;
  const warnings: string[] = [];
  const connection = () => connectionOf(options, env, (text) => warnings.push(text));
  const { credentials } = connection();
  const { name, wanted, folder } = placeOf(options, env);
  const out = new Sink(process.stdout.fd);
  const err = new Sink(process.stderr.fd);
  const mask = new Mask([credentials.key]);
  const { log: format, logLevel: level } = options;
  const log = createLog({
    format,
    level,
    worker: name,
    mask,
    write: (line) => err.write(Buffer.from(line)),
  });
  for (const detail of [...warnings, ...warningsOf(options, env)]) log("warn", "warning", { detail });
  const connect = () => new Connection({ ...connection(), version, look: watchHeaders(version, log) });
  const service = new AnyService(connect());
  const groups = new Groups(folder);
  const runCommands = options.runsCommands ? new RunCommands({ ...options, name: wanted }) : undefined;
  const deps = { log, mask, out, err, env, groups, ...(runCommands && { runCommands }) };
  const doer = new CommandDoer(commandOptionsOf(options, name), deps);
  const past = await takeOver(folder, options, log);
  const runner = new Runner(
    { ...options, ...past, worker: name, version },
    { service, doer, log, onUnsent: keeperOf(folder, log) },
  );
  const signals = new EndSignals(runner, () => groups.kill());
  onOtherSignals(runner, signals, log, () => service.replace(connect()));
  const ended = await runner.run(folder?.keptReports());
  service.close();
  await Promise.all([out, err].map((sink) => sink.end(LAST_WORDS_MS)));
  return statusOf(ended, options, service, signals.exitCode);
}

function commandOptionsOf(options: WorkOptions, worker: string): CommandOptions {
  const slots = options.queues.reduce((sum, one) => sum + one.slots, 0);
  return {
    ...options,
    worker,
    prefix: slots > 1,
    quiet: options.quietTasks,
    killAfterMs: options.killAfterSeconds * 1000,
  };
}

/** What a runner that died here left behind ends: its commands now, its leases with the first call. */
async function takeOver(folder: StateFolder | undefined, options: WorkOptions, log: Log) {
  const session = randomBytes(SESSION_BYTES).toString("hex");
  const takesOver = folder?.replaceSession(session);
  const count = (await folder?.endLeftovers(options.killAfterSeconds * 1000)) ?? 0;
  if (count > 0)
    log("warn", "warning", { detail: `${count} commands of a runner that died here were ended` });
  return { session, takesOver };
}

function keeperOf(folder: StateFolder | undefined, log: Log): NonNullable<RunnerDeps["onUnsent"]> {
  return (queue, unsent, hasFailed) => {
    const dropped = folder?.keep(queue, unsent, hasFailed) ?? 0;
    if (dropped > 0)
      log("error", "lost", {
        queue,
        detail: `${dropped} reports had to give way: too many wait for the service`,
      });
  };
}

function statusOf(
  { refusal, isForced, failed }: Ended,
  { onceWaitSeconds, untilEmpty }: WorkOptions,
  service: AnyService,
  forcedExit: number,
): number {
  if (refusal) {
    process.stderr.write(`error: the service refused: ${refusal.code} ${refusal.detail}\n`);
    return EXIT.refused;
  }
  if (isForced) return forcedExit;
  if (onceWaitSeconds !== undefined && !service.wasReached) return EXIT.unreachable;
  return (onceWaitSeconds !== undefined || untilEmpty) && failed > 0 ? EXIT.failed : EXIT.done;
}

function placeOf({ name, state }: WorkOptions, env: NodeJS.ProcessEnv) {
  const [host = "worker"] = hostname().split(".");
  const wanted = name ?? env.MILLRACE_WORKER ?? host;
  if (state === false) return { name: wanted, wanted, folder: undefined };
  return { ...takeStateFolder(state ?? defaultState(wanted, env), wanted), wanted };
}

function connectionOf(
  options: WorkOptions,
  env: NodeJS.ProcessEnv,
  warn: (text: string) => void,
): { credentials: Credentials; ca: readonly string[] | undefined; env: NodeJS.ProcessEnv } {
  const credentials = readCredentials(options, env, warn);
  const file = options.ca ?? env.SSL_CERT_FILE;
  return { credentials, ca: trustedWith(file), env };
}

function warningsOf({ graceSeconds }: WorkOptions, env: NodeJS.ProcessEnv): string[] {
  const warnings: string[] = [];
  if (env.KUBERNETES_SERVICE_HOST !== undefined && graceSeconds === undefined)
    warnings.push(
      "give --grace a little less than terminationGracePeriodSeconds: after that Kubernetes kills what runs",
    );
  if (process.pid === 1) warnings.push("as process 1 only own children are waited for: run with --init");
  return warnings;
}
