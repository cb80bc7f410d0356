import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Listr } from "listr2";
import { messageOf } from "../../core/result.ts";
import { Client } from "../client.ts";
import { UsageError } from "../usage-error.ts";
import { withValues } from "../values.ts";
import { type Credentials, credentialsFile } from "./credentials.ts";
import { onEnd } from "./on-end.ts";
import { type LocalOptions, readOptions } from "./options.ts";
import {
  type Head,
  type Steps,
  WORKER_FILE,
  executionPath,
  firstSince,
  pauseSchedule,
  putInPlace,
  readHead,
  readSteps,
} from "./scenario.ts";
import { type LocalService, startService } from "./service.ts";
import { signInAddress } from "./sign-in.ts";

const WORKERS = 3;
const LOOK_MS = 250;
/** The schedule fires every 15 seconds; after this long something is wrong. */
const FIRST_EXECUTION_SECONDS = 90;

interface Progress {
  service?: LocalService;
  workers: ChildProcess[];
  name?: string;
  head?: Head;
}

/** What of a line on the terminal is ours to change. */
interface Task {
  title: unknown;
  output: unknown;
}

/** `npm start`: the service and the tutorial's scenario on it, with its progress on the terminal. */
export async function start(args: readonly string[]): Promise<number> {
  const options = readOptions(args, "start");
  const progress: Progress = { workers: [] };
  const end = { isAsked: false };
  const ended = onEnd(new Promise(() => {})).then((reason) => (end.isAsked = reason === "asked"));
  try {
    await Promise.race([steps(options).run(progress), ended]);
    if (end.isAsked) return 0;
    if (progress.head) tellResult(progress, options);
    if (options.once) return 0;
    if (progress.service) await tellConsole(progress.service);
    console.log("Serving until you press Ctrl-C; the schedule goes on.");
    await Promise.race([ended, progress.service?.ended]);
    return end.isAsked ? 0 : 1;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    console.error(messageOf(error));
    return 1;
  } finally {
    await endScenario(progress);
    await progress.service?.stop();
    if (options.once && progress.head) console.log(`RESULT ${JSON.stringify(progress.head)}`);
  }
}

async function tellConsole({ credentials }: LocalService): Promise<void> {
  const address = await signInAddress(new Client(credentials));
  console.log(`Console, signs you in once (later: npx millrace login):\n${address}\n`);
}

/** Workers and schedule rest until the next start; what is under way is taken up then. */
async function endScenario({ workers, service }: Progress): Promise<void> {
  if (service && workers.length > 0) {
    // The service may be gone already: then there is nothing to pause.
    await pauseSchedule(new Client(service.credentials)).catch(() => {});
  }
  for (const worker of workers) worker.kill("SIGTERM");
}

function steps(options: LocalOptions) {
  const since = new Date().toISOString();
  let client: Client | undefined;
  const api = () => {
    if (!client) throw new Error("Broken invariant: the service is started first");
    return client;
  };
  return new Listr<Progress>(
    [
      {
        title: "Service on local workerd",
        task: async (progress, task) => {
          progress.service = await startService(options);
          client = new Client(progress.service.credentials);
          task.title = `Service: ready ${progress.service.credentials.url}`;
        },
      },
      { title: "Queue, flow and schedule in place", task: () => putInPlace(api()) },
      {
        title: `${WORKERS} workers pull and report`,
        task: (progress) => {
          progress.workers = startWorkers(options, progress.service?.credentials);
        },
      },
      {
        title: "Waiting for the schedule to fire",
        task: async (progress, task) => {
          progress.name = await waitForFirst(api(), since);
          task.title = `Schedule fired: execution ${progress.name}`;
        },
      },
      {
        title: "Execution",
        task: async (progress, task) => {
          progress.head = await follow(api(), progress.name ?? "", task);
          const { status, error, cause } = progress.head;
          if (status !== "Succeeded") throw new Error([status, error, cause].filter(Boolean).join(": "));
        },
      },
    ],
    { rendererOptions: { collapseSubtasks: false }, registerSignalListeners: false },
  );
}

function startWorkers({ data }: LocalOptions, credentials: Credentials | undefined): ChildProcess[] {
  if (!credentials) return [];
  const env = { ...process.env, MILLRACE_CREDENTIALS: credentialsFile(data) };
  return Array.from({ length: WORKERS }, () =>
    spawn(process.execPath, [fileURLToPath(WORKER_FILE)], { env, stdio: "ignore" }),
  );
}

async function waitForFirst(client: Client, since: string): Promise<string> {
  const deadline = Date.now() + FIRST_EXECUTION_SECONDS * 1000;
  while (Date.now() < deadline) {
    const name = await firstSince(client, since);
    if (name !== undefined) return name;
    await pause(LOOK_MS);
  }
  throw new Error(`the schedule did not fire within ${FIRST_EXECUTION_SECONDS} seconds`);
}

/** Shows an execution's steps until it has ended. */
async function follow(client: Client, name: string, task: Task): Promise<Head> {
  for (;;) {
    const head = await readHead(client, name);
    task.title = `Execution ${name}: ${head.status}`;
    if (head.status !== "Starting") task.output = describe(await readSteps(client, name));
    if (head.endedAt !== undefined) return withValues(client, executionPath(name), head);
    await pause(LOOK_MS);
  }
}

function describe(all: Steps): string {
  return all
    .map(({ path, status, iterations }) => {
      const counts =
        iterations && ` ${iterations.succeeded} of ${iterations.total} done, ${iterations.running} running`;
      return `${path}: ${status}${counts ?? ""}`;
    })
    .join(" | ");
}

function tellResult({ head, service, name }: Progress, { data }: LocalOptions): void {
  const url = service?.credentials.url ?? "";
  console.log(`\nOutput: ${JSON.stringify(head?.output)}`);
  console.log(`Steps:  ${url}${executionPath(name ?? "")}/steps`);
  console.log(
    `Key:    ${credentialsFile(data)} (send "Authorization: Bearer accessKeyId.accessKeySecret")\n`,
  );
}
