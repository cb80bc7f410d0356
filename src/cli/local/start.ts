import { setTimeout as pause } from "node:timers/promises";
import { Listr } from "listr2";
import { messageOf } from "../../core/result.ts";
import { Client } from "../client.ts";
import { UsageError } from "../usage-error.ts";
import { withValues } from "../values.ts";
import { credentialsFile } from "./credentials.ts";
import { Machines } from "./machines.ts";
import { onEnd } from "./on-end.ts";
import { type LocalOptions, readOptions } from "./options.ts";
import {
  type Head,
  QUEUE,
  type Steps,
  executionPath,
  firstSince,
  machineNames,
  pauseSchedule,
  putInPlace,
  readHead,
  readSteps,
} from "./scenario.ts";
import { type LocalService, startService } from "./service.ts";
import { signInAddress } from "./sign-in.ts";

const LOOK_MS = 250;
/** The schedule fires every 15 seconds; after this long something is wrong. */
const FIRST_EXECUTION_SECONDS = 90;

/** What the machines say stays on the terminal when a step is over. */
const ALL_LINES = { outputBar: Infinity, persistentOutput: true };

interface Progress {
  service?: LocalService;
  machines?: Machines;
  name?: string;
  head?: Head;
}

/** What of a line on the terminal is ours to change. */
interface Task {
  title: unknown;
  output: unknown;
}

/** `npm start`: the service and a scenario on it, three machines with a schedule, with its progress on the terminal. */
export async function start(args: readonly string[]): Promise<number> {
  const options = readOptions(args, "start");
  const progress: Progress = {};
  const end = { isAsked: false };
  const ended = onEnd(new Promise(() => {})).then((reason) => (end.isAsked = reason === "asked"));
  try {
    await Promise.race([steps(options).run(progress), ended]);
    if (end.isAsked) return 0;
    if (progress.head) tellResult(progress, options);
    if (options.once) return 0;
    if (progress.service) await tellConsole(progress.service);
    console.log("Serving until you press Ctrl-C; the schedule goes on.");
    if (progress.machines) progress.machines.tell = (line) => console.log(line);
    await Promise.race([ended, progress.service?.ended, progress.machines?.broken]);
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

/** Machines and schedule rest until the next start; what is under way is taken up then. */
async function endScenario({ machines, service }: Progress): Promise<void> {
  if (!service || !machines) return;
  // The service may be gone already: then there is nothing to pause.
  const pausing = pauseSchedule(new Client(service.credentials)).catch(() => {});
  await Promise.all([pausing, machines.end()]);
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
        title: "Machines, each with a runner",
        task: (progress, task) => {
          const names = machineNames();
          const url = progress.service?.credentials.url ?? "";
          progress.machines = new Machines(names, { queue: QUEUE, url, data: options.data });
          task.title = `${names.length} machines, each with a runner: ${names.join(", ")}`;
        },
      },
      {
        title: "Waiting for the schedule to fire",
        rendererOptions: ALL_LINES,
        task: async (progress, task) => {
          showLines(progress, task);
          progress.name = await unlessBroken(progress, waitForFirst(api(), since));
          task.title = `Schedule fired: execution ${progress.name}`;
        },
      },
      {
        title: "Execution",
        rendererOptions: ALL_LINES,
        task: async (progress, task) => {
          showLines(progress, task);
          progress.head = await unlessBroken(progress, follow(api(), progress.name ?? "", task));
          const { status, error, cause } = progress.head;
          if (status !== "Succeeded") throw new Error([status, error, cause].filter(Boolean).join(": "));
        },
      },
    ],
    { rendererOptions: { collapseSubtasks: false }, registerSignalListeners: false },
  );
}

function showLines({ machines }: Progress, task: Task): void {
  if (machines) machines.tell = (line) => (task.output = line);
}

function unlessBroken<T>({ machines }: Progress, result: Promise<T>): Promise<T> {
  return machines ? Promise.race([result, machines.broken]) : result;
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

/** Shows how far an execution is until it has ended. */
async function follow(client: Client, name: string, task: Task): Promise<Head> {
  for (;;) {
    const head = await readHead(client, name);
    const done = head.status === "Running" ? describe(await readSteps(client, name)) : "";
    const title = `Execution ${name}: ${head.status}${done}`;
    if (task.title !== title) task.title = title;
    if (head.endedAt !== undefined) return withValues(client, executionPath(name), head);
    await pause(LOOK_MS);
  }
}

function describe(all: Steps): string {
  return all
    .flatMap(({ iterations }) => iterations ?? [])
    .map(({ succeeded, total }) => `, ${succeeded} of ${total} commands done`)
    .join("");
}

function tellResult({ head, service, name }: Progress, { data }: LocalOptions): void {
  const url = service?.credentials.url ?? "";
  console.log(`\nOutput: ${JSON.stringify(head?.output)}`);
  console.log(`Steps:  ${url}${executionPath(name ?? "")}/steps`);
  console.log(
    `Key:    ${credentialsFile(data)} (send "Authorization: Bearer accessKeyId.accessKeySecret")\n`,
  );
}
