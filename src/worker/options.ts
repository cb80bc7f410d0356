/** What can be said on the command line, in one table: the parser and the help are made of it. */
import { parseArgs } from "node:util";
import {
  BATCH_MAX,
  ENTRIES_PER_CALL,
  KILL_AFTER_SECONDS,
  LEASE_SECONDS_DEFAULT,
  LEASE_SECONDS_MAX,
  LEASE_SECONDS_MIN,
  ONCE_WAIT_SECONDS,
  SLOTS_MAX,
  TAIL_BYTES,
  TAIL_OF_SUCCESS_BYTES,
} from "./limits.ts";
import { LEVELS } from "./log.ts";
import { UsageError } from "./usage-error.ts";

const KIB = 1024;

/** With a word for its value, or none for a switch. */
const OPTIONS = {
  url: ["ADDRESS", "where the service is (or MILLRACE_URL)"],
  credentials: [
    "FILE",
    "url, accessKeyId and accessKeySecret in JSON (or MILLRACE_CREDENTIALS, or MILLRACE_KEY=id.secret)",
  ],
  ca: ["FILE", "trust these certificates, too (PEM; or SSL_CERT_FILE)"],
  "insecure-http": ["", "send the key over http to another machine"],
  name: ["NAME", "of this worker (or MILLRACE_WORKER; the host's short name)"],
  slots: ["N", `tasks side by side of a queue that does not say (1 to ${SLOTS_MAX}; 1)`],
  concurrency: ["N", "the same as --slots"],
  batch: [
    "N",
    `messages a slot takes to do one after the other (1 to ${BATCH_MAX}; 1); for tasks of milliseconds`,
  ],
  lease: [
    "SECONDS",
    `how long a message is kept from others without a sign of life (${LEASE_SECONDS_MIN} to ${LEASE_SECONDS_MAX}; ${LEASE_SECONDS_DEFAULT})`,
  ],
  stdin: ["WHAT", "what the command reads: body or none (body)"],
  output: ["WHERE", "the task's output is: file ($MILLRACE_OUTPUT), stdout, or last-line of it (file)"],
  "no-templates": ["", "take {$.path} in arguments as it stands"],
  cwd: ["FOLDER", "where the command runs"],
  "run-commands": ["", "run what messages say, as cron would: whoever may send them runs commands here"],
  users: ["NAME,...", "with --run-commands: whom commands may run as, for a worker that runs as root"],
  allow: ["FILE", "with --run-commands: run only what stands there (import crontab --print-allow)"],
  "env-file": ["FILE", "with --run-commands: NAME=value lines, variables of all commands"],
  timeout: ["SECONDS", "end a command that takes longer"],
  "kill-after": ["SECONDS", `between TERM and KILL (${KILL_AFTER_SECONDS})`],
  "kill-leftovers": ["", "end what a command leaves running behind it"],
  errors: ["N=NAME,...", "names of errors for exit statuses"],
  "give-back": ["N,...", "exit statuses that leave the task to another worker"],
  "pass-token": ["", "give the task token to the command, as MILLRACE_TOKEN"],
  "quiet-tasks": ["", "do not pass on what commands say"],
  "log-tail": [
    "KIB",
    "how much of what a successful command said is kept (0 to 16; 2); of failures it is 16",
  ],
  log: ["FORMAT", "text or json (text)"],
  "log-level": ["LEVEL", "debug, info, warn or error (info)"],
  "log-commands": ["", "log commands with their arguments"],
  "beat-on-progress": ["", "only progress counts as a sign of life of the step"],
  strict: ["", "end a command when its lease could not be extended for a whole lease"],
  grace: ["SECONDS", "how long running tasks may take after TERM or INT (until they are done)"],
  "on-stop": [
    "WHAT",
    "what becomes of a task that is cut short then: release or fail (release; fail with --run-commands)",
  ],
  state: ["FOLDER", "where unsent reports and running commands are remembered"],
  "no-state": ["", "remember nothing"],
  once: ["", "one task for each slot, then end"],
  wait: ["SECONDS", `with --once: how long to wait for one (${ONCE_WAIT_SECONDS})`],
  drain: ["", "end when the queues are empty"],
  "max-tasks": ["N", "end after so many"],
  "print-unit": ["", "print a systemd unit that runs this"],
  user: ["NAME", "with --print-unit: who it runs as"],
  version: ["", "print the version"],
  help: ["", "print this"],
} as const;

type Name = keyof typeof OPTIONS;

export interface WorkOptions {
  readonly queues: readonly { readonly queue: string; readonly slots: number }[];
  readonly command: readonly string[];
  readonly url: string | undefined;
  readonly credentials: string | undefined;
  readonly ca: string | undefined;
  readonly insecureHttp: boolean;
  readonly name: string | undefined;
  readonly batch: number;
  readonly leaseSeconds: number;
  readonly stdin: "body" | "none";
  readonly output: "file" | "stdout" | "last-line";
  readonly hasTemplates: boolean;
  readonly cwd: string | undefined;
  readonly runsCommands: boolean;
  readonly users: readonly string[];
  readonly allow: string | undefined;
  readonly envFile: string | undefined;
  readonly timeoutSeconds: number | undefined;
  readonly killAfterSeconds: number;
  readonly killLeftovers: boolean;
  readonly errors: ReadonlyMap<number, string>;
  readonly giveBack: ReadonlySet<number>;
  readonly passToken: boolean;
  readonly quietTasks: boolean;
  readonly logTailBytes: number;
  readonly log: "text" | "json";
  readonly logLevel: (typeof LEVELS)[number];
  readonly logCommands: boolean;
  readonly beatOnProgress: boolean;
  readonly strict: boolean;
  readonly graceSeconds: number | undefined;
  readonly onStop: "release" | "fail";
  readonly state: string | false | undefined;
  readonly onceWaitSeconds: number | undefined;
  readonly untilEmpty: boolean;
  readonly tasksMax: number | undefined;
  readonly printUnit: boolean;
  readonly user: string | undefined;
  /** As they were given, for a unit. */
  readonly args: readonly string[];
}

export type Asked = WorkOptions | "help" | "version";

/** Throws a `UsageError` that says what is wrong. */
export function readOptions(args: readonly string[]): Asked {
  const dashes = args.indexOf("--");
  const own = dashes === -1 ? args : args.slice(0, dashes);
  const command = dashes === -1 ? [] : args.slice(dashes + 1);
  const { values, positionals } = parse(own);
  if (values.help === true) return "help";
  if (values.version === true) return "version";
  if (positionals.length === 0) throw new UsageError("name a queue to take tasks from");
  const given = new Given(values);
  checkCommand(given, command);
  const slots = given.number("slots", 1, SLOTS_MAX) ?? given.number("concurrency", 1, SLOTS_MAX) ?? 1;
  return {
    queues: readQueues(positionals, slots),
    command,
    args,
    ...readManner(given),
    ...readCommandOptions(given),
    ...readEnd(given),
  };
}

/** Of --run-commands alone. */
const OF_PAYLOADS = ["users", "allow", "env-file"] as const;
/** Which messages that say themselves what is run leave nothing to. */
const OF_COMMANDS = ["cwd", "stdin", "no-templates"] as const;

function checkCommand(given: Given, command: readonly string[]): void {
  const runsCommands = given.isSet("run-commands");
  if (runsCommands && command.length > 0)
    throw new UsageError("--run-commands runs what messages say: name no command behind --");
  if (!runsCommands && command.length === 0)
    throw new UsageError("name the command to run for a task, behind --: ... -- ./backup.sh '{$.host}'");
  const wrong = (runsCommands ? OF_COMMANDS : OF_PAYLOADS).find((name) => given.has(name));
  if (wrong !== undefined)
    throw new UsageError(`--${wrong} is ${runsCommands ? "not " : ""}for --run-commands`);
}

type Values = Readonly<Partial<Record<string, string | boolean>>>;

function parse(args: readonly string[]): { values: Values; positionals: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(OPTIONS).map(([name, [value]]) => [
      name,
      { type: value === "" ? ("boolean" as const) : ("string" as const) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readManner(given: Given) {
  const state = given.text("state");
  if (state !== undefined && given.isSet("no-state"))
    throw new UsageError("--state and --no-state: say one of them");
  return {
    url: given.text("url"),
    credentials: given.text("credentials"),
    ca: given.text("ca"),
    insecureHttp: given.isSet("insecure-http"),
    name: given.text("name"),
    batch: given.number("batch", 1, BATCH_MAX) ?? 1,
    leaseSeconds: given.number("lease", LEASE_SECONDS_MIN, LEASE_SECONDS_MAX) ?? LEASE_SECONDS_DEFAULT,
    log: given.oneOf("log", ["text", "json"]) ?? "text",
    logLevel: given.oneOf("log-level", LEVELS) ?? "info",
    logCommands: given.isSet("log-commands"),
    beatOnProgress: given.isSet("beat-on-progress"),
    strict: given.isSet("strict"),
    state: given.isSet("no-state") ? (false as const) : state,
    printUnit: given.isSet("print-unit"),
    user: given.text("user"),
  };
}

function readCommandOptions(given: Given) {
  const tailKib = given.number("log-tail", 0, TAIL_BYTES / KIB);
  return {
    stdin: given.oneOf("stdin", ["body", "none"]) ?? "body",
    output: given.oneOf("output", ["file", "stdout", "last-line"]) ?? "file",
    hasTemplates: !given.isSet("no-templates"),
    cwd: given.text("cwd"),
    runsCommands: given.isSet("run-commands"),
    users: given.list("users"),
    allow: given.text("allow"),
    envFile: given.text("env-file"),
    timeoutSeconds: given.number("timeout", 0.001),
    killAfterSeconds: given.number("kill-after", 0) ?? KILL_AFTER_SECONDS,
    killLeftovers: given.isSet("kill-leftovers"),
    errors: readErrors(given.text("errors")),
    giveBack: new Set(given.list("give-back").map((status) => readStatus(status, "give-back"))),
    passToken: given.isSet("pass-token"),
    quietTasks: given.isSet("quiet-tasks"),
    logTailBytes: tailKib === undefined ? TAIL_OF_SUCCESS_BYTES : tailKib * KIB,
  };
}

function readEnd(given: Given) {
  const wait = given.number("wait", 0.001);
  return {
    graceSeconds: given.number("grace", 0),
    onStop: given.oneOf("on-stop", ["release", "fail"]) ?? (given.isSet("run-commands") ? "fail" : "release"),
    onceWaitSeconds: given.isSet("once") ? (wait ?? ONCE_WAIT_SECONDS) : undefined,
    untilEmpty: given.isSet("drain"),
    tasksMax: given.number("max-tasks", 1),
  };
}

class Given {
  private readonly values: Values;

  constructor(values: Values) {
    this.values = values;
  }

  has(name: Name): boolean {
    return this.values[name] !== undefined;
  }

  isSet(name: Name): boolean {
    return this.values[name] === true;
  }

  text(name: Name): string | undefined {
    const value = this.values[name];
    if (value === "") throw new UsageError(`--${name} has no value`);
    return typeof value === "string" ? value : undefined;
  }

  list(name: Name): readonly string[] {
    return this.text(name)?.split(",") ?? [];
  }

  number(name: Name, min: number, max = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    const isGood = value >= min && value <= max && (Number.isInteger(value) || min < 1);
    if (isGood) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
    throw new UsageError(`--${name} must be a number, ${range}, not "${text}"`);
  }

  oneOf<T extends string>(name: Name, choices: readonly T[]): T | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new UsageError(`--${name} must be ${choices.join(", ")}, not "${text}"`);
  }
}

const QUEUE = /^([A-Za-z0-9-]{1,120})(?:=(\d{1,6}))?$/;

function readQueues(words: readonly string[], slots: number): WorkOptions["queues"] {
  const queues = words.map((word) => {
    const [, queue, own] = QUEUE.exec(word) ?? [];
    const count = own === undefined ? slots : Number(own);
    if (queue === undefined || count < 1 || count > SLOTS_MAX)
      throw new UsageError(`"${word}" is not QUEUE or QUEUE=SLOTS (1 to ${SLOTS_MAX})`);
    return { queue, slots: count };
  });
  const twice = queues.find(({ queue }, at) => queues.findIndex((one) => one.queue === queue) !== at);
  if (twice) throw new UsageError(`the queue ${twice.queue} is named twice`);
  return queues;
}

const ERROR_NAME = /^[A-Za-z_][\w.-]{0,127}$/;

function readErrors(text: string | undefined): ReadonlyMap<number, string> {
  const pairs = (text?.split(",") ?? []).map((pair): [number, string] => {
    const [status = "", name = ""] = pair.split("=");
    if (!ERROR_NAME.test(name)) throw new UsageError(`--errors: "${pair}" is not STATUS=NAME`);
    return [readStatus(status, "errors"), name];
  });
  if (pairs.length > ENTRIES_PER_CALL)
    throw new UsageError(`--errors has more than ${ENTRIES_PER_CALL} names`);
  return new Map(pairs);
}

function readStatus(text: string, name: Name): number {
  const status = Number(text);
  if (/^\d+$/.test(text) && status >= 1 && status <= 255) return status;
  throw new UsageError(`--${name}: "${text}" is not an exit status from 1 to 255`);
}

const COLUMN = 24;

/** `program` is how it was called. */
export function helpText(program: string): string {
  const lines = Object.entries(OPTIONS).map(
    ([name, [value, text]]) => `  ${`--${name} ${value}`.trimEnd().padEnd(COLUMN)} ${text}`,
  );
  return `Usage: ${program} QUEUE[=SLOTS]... [options] -- COMMAND ARG...

Takes tasks from queues and runs a command for each. The message is the command's stdin; {$.path} in an
argument is a value of it; exit status 0 is success.

  $ ${program} nightly=2 -- ./backup.sh '{$.host}'

${lines.join("\n")}

Status: 0 done, 1 with --once or --drain: some task failed, 2 wrong usage, 3 refused, 4 out of reach (--once),
5 broken, 143 or 130 told twice to end.
`;
}
