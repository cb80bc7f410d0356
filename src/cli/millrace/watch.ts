import { setTimeout as pause } from "node:timers/promises";
import { createLogUpdate } from "log-update";
import type * as z from "zod";
import { executionHead, stepsAnswer } from "../../http/contract/executions.ts";
import { ApiError, type Client, UnreachableError } from "../client.ts";
import { withValues } from "../values.ts";
import { LogLines } from "./log-lines.ts";
import { EXIT_CODES } from "./failure.ts";
import { bar, duration, pretty, tally } from "./format.ts";
import type { Output, Said } from "./output.ts";
import { printable } from "./text.ts";
import { untaken } from "./waiting.ts";

type Head = z.output<typeof executionHead>;
type Step = z.output<typeof stepsAnswer>["items"][number];
type Show = ReturnType<typeof createLogUpdate>;

const LOOK_MS = 500;
/** Logs come with signs of life and reports: to look more often shows nothing more. */
const LOGS_LOOK_MS = 2000;
const HOLD_SECONDS = 30;
/** A service that is started anew is back within this. */
const LOOKS_WITHOUT_ANSWER = 60;
const SERVER_FAULT = 500;

export function executionPath(flow = "", name = ""): string {
  return `/v1/flows/${encodeURIComponent(flow)}/executions/${encodeURIComponent(name)}`;
}

interface Watched {
  readonly flow: string;
  readonly name: string;
}

interface WatchOptions {
  /** What is said before anything else. */
  readonly announcement?: string;
  /** Show what commands write, as it comes. */
  readonly logs?: boolean;
}

/** Waits for an execution's end, and shows how far it is where somebody looks on. Ctrl-C leaves it running. */
export async function watch(
  client: Client,
  output: Output,
  started: Watched,
  { announcement, logs = false }: WatchOptions = {},
): Promise<Said> {
  const path = executionPath(started.flow, started.name);
  const stop = new AbortController();
  const onInterrupt = () => stop.abort();
  process.on("SIGINT", onInterrupt);
  // Whoever reads this may press Ctrl-C at once.
  if (announcement !== undefined && !output.isJson) output.tell(announcement);
  const show = output.isLive ? createLogUpdate(process.stdout) : undefined;
  const follower = logs ? new LogFollower(client, path, stop.signal, tellerOf(output, show)) : undefined;
  try {
    const head = await follow(client, output, started, stop.signal, show);
    await follower?.end();
    return head ? ended(await withValues(client, path, head)) : leftRunning(started);
  } finally {
    process.off("SIGINT", onInterrupt);
  }
}

function ended(head: Head): Said {
  return {
    json: head,
    text: (output) => describeEnd(head, output),
    exitCode: head.status === "Succeeded" ? EXIT_CODES.done : EXIT_CODES.unsuccessful,
  };
}

function describeEnd(
  { flow, name, status, startedAt, endedAt, error, cause, output: result }: Head,
  output: Output,
): string {
  const took = endedAt === undefined ? "" : ` in ${duration(startedAt, endedAt, 0)}`;
  const head = `${flow}/${name}: ${output.status(status)}${took}`;
  if (error !== undefined) return [head, `${error}${cause ? `: ${cause}` : ""}`].join("\n");
  return [head, ...(result === undefined ? [] : [pretty(result)])].join("\n");
}

function leftRunning({ flow, name }: { flow: string; name: string }): Said {
  return {
    json: { flow, name, left: "running" },
    text: () => "",
    notes: [`\n${flow}/${name} goes on; to look again: npx millrace watch ${flow} ${name}`],
    exitCode: EXIT_CODES.interrupted,
  };
}

/** The execution at its end; undefined if the watcher was asked to leave. */
async function follow(
  client: Client,
  output: Output,
  { flow, name }: Watched,
  signal: AbortSignal,
  show: Show | undefined,
): Promise<Head | undefined> {
  const path = executionPath(flow, name);
  const left = new Promise<undefined>((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined));
  });
  try {
    let isTold = false;
    while (!signal.aborted) {
      const look = patiently(async () => {
        const wait = show ? 0 : HOLD_SECONDS;
        const head = await client.call({ method: "GET", path, query: { wait }, signal }, executionHead);
        if (head.endedAt === undefined) show?.(await describeProgress(client, head, output));
        return head;
      }, signal);
      const head = await Promise.race([look, left]);
      if (head?.endedAt !== undefined) return head;
      if (head && !show && !isTold && !output.isJson) {
        const idle = untaken(head.waitingFor, Date.now());
        isTold = idle.length > 0;
        for (const one of idle) output.tell(one);
      }
      if (show) await Promise.race([pause(LOOK_MS), left]);
    }
    return undefined;
  } finally {
    if (signal.aborted) show?.done();
    else show?.clear();
  }
}

/** Above what changes on a terminal, else past the result. */
function tellerOf(output: Output, show: Show | undefined): (line: string) => void {
  return show ? (line) => show.persist(printable(line)) : (line) => output.tell(line);
}

/** Tells what commands write until it is told to end. */
class LogFollower {
  private readonly lines = new LogLines();
  private readonly client: Client;
  private readonly path: string;
  private readonly signal: AbortSignal;
  private readonly tell: (line: string) => void;
  private readonly isOver: Promise<unknown>;
  private over: () => void = () => {};
  private readonly looking: Promise<void>;

  constructor(client: Client, path: string, signal: AbortSignal, tell: (line: string) => void) {
    this.client = client;
    this.path = `${path}/log`;
    this.signal = signal;
    this.tell = tell;
    this.isOver = new Promise<void>((resolve) => {
      this.over = resolve;
      signal.addEventListener("abort", () => resolve());
    });
    this.looking = this.lookUntilOver();
    // Whoever ends it hears of it.
    this.looking.catch(() => {});
  }

  /** Resolves when all is told that is there now. */
  async end(): Promise<void> {
    this.over();
    await this.looking;
    if (!this.signal.aborted) await this.look();
  }

  private async lookUntilOver(): Promise<void> {
    let isOver = false;
    while (!isOver) {
      await this.look();
      isOver = await Promise.race([this.isOver.then(() => true), pause(LOGS_LOOK_MS, false, { ref: false })]);
    }
  }

  private async look(): Promise<void> {
    const call = { method: "GET", path: this.path, signal: this.signal } as const;
    const answer = await patiently(() => this.client.text(call), this.signal).catch((error: unknown) => {
      if (this.signal.aborted) return "";
      throw error;
    });
    for (const line of this.lines.newIn(answer)) this.tell(line);
  }
}

/** Tries again while the service is away or busy: the execution does not mind. */
async function patiently<T>(look: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await look();
    } catch (error) {
      const isAway =
        error instanceof UnreachableError ||
        (error instanceof ApiError && error.problem.status >= SERVER_FAULT);
      if (!isAway || tries > LOOKS_WITHOUT_ANSWER || signal.aborted) throw error;
      await pause(LOOK_MS);
    }
  }
}

async function describeProgress(client: Client, head: Head, output: Output): Promise<string> {
  const { flow, name, status, startedAt } = head;
  const line = `${flow}/${name}: ${output.status(status)} for ${duration(startedAt, undefined, Date.now())}`;
  if (status === "Starting") return line;
  const steps = await openSteps(client, executionPath(flow, name));
  return [
    line,
    ...steps.map((step) => describeStep(step, output)),
    ...untaken(head.waitingFor, Date.now()).map((one) => output.paint("yellow", `  ${one}`)),
    output.paint("dim", "Ctrl-C leaves it running"),
  ].join("\n");
}

const NESTING_SHOWN = 4;
const SHOWN_MAX = 20;

/** The steps that run, with those inside of branches and options, each foreach as a whole. */
async function openSteps(client: Client, path: string, parent?: string, depth = 0): Promise<Step[]> {
  const query = { status: "Running", parent, limit: SHOWN_MAX };
  const { items } = await client.call({ method: "GET", path: `${path}/steps`, query }, stepsAnswer);
  if (depth >= NESTING_SHOWN) return items;
  const all = await Promise.all(
    items.map(async (step) => {
      const isOpened = ["parallel", "choice", "branch", "option"].includes(step.type);
      const inside = isOpened ? await openSteps(client, path, step.path, depth + 1) : [];
      return inside.length > 0 ? inside : [step];
    }),
  );
  return all.flat().slice(0, SHOWN_MAX);
}

function describeStep({ path, iterations, attempts }: Step, output: Output): string {
  if (!iterations)
    return `  ${path}${attempts !== undefined && attempts > 1 ? ` (attempt ${attempts})` : ""}`;
  const { total, running, succeeded, failed } = iterations;
  const done = output.paint("green", bar(succeeded + failed, total));
  const words = tally(iterations);
  return `  ${path}  ${done} ${failed > 0 ? output.paint("red", words) : words}, ${running} running`;
}
