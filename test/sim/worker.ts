import type { Platform } from "../support/platform/platform.ts";

/** What goes wrong with a worker, as probabilities. */
export interface WorkerHabits {
  /** Of a task: the worker is gone before it reports. */
  readonly dies: number;
  readonly fails: number;
  /** Of a turn: it works longer than its lease, and reports late. */
  readonly dawdles: number;
  /** What it reports of a task with this name, if it does; by default the name. Undefined: nothing, ever. */
  readonly resultOf?: (name: string, token: string) => Result | undefined;
  /** What it reported of a task was taken. */
  readonly onTaken?: (token: string) => void;
}

export type Result = Pick<Report, "output" | "error" | "cause">;

export const GOOD_HABITS: WorkerHabits = { dies: 0, fails: 0, dawdles: 0 };

interface Report {
  readonly token: string;
  readonly receipt: string;
  readonly output?: object;
  readonly error?: string;
  readonly cause?: string;
}

interface Turn {
  readonly verdicts: readonly { readonly ok: boolean; readonly code?: string }[];
  readonly messages: readonly { readonly body: string; readonly receipt: string }[];
}

const LEASE_SECONDS = 30;

const nameOf = (name: string): Result => ({ output: { name } });

export function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A worker as in the example: one call hands in and takes; after an error it repeats what it has. */
export async function work(
  platform: Platform,
  name: string,
  habits: WorkerHabits,
  isOver: () => boolean,
): Promise<void> {
  const { random } = platform;
  let reports: Report[] = [];
  while (!isOver()) {
    const wishes = {
      max: random.between(1, 5),
      waitSeconds: random.between(0, 10),
      leaseSeconds: LEASE_SECONDS,
    };
    const turn = await platform
      .fetch<Turn>("POST", "/v1/queues/workers/work", { reports, worker: name, ...wishes })
      .catch(() => undefined);
    if (turn?.status !== 200) {
      await rest(random.between(50, 1000));
      continue;
    }
    for (const [position, { ok }] of turn.body.verdicts.entries()) {
      const { token } = reports[position] ?? {};
      if (ok && token !== undefined) habits.onTaken?.(token);
    }
    if (random.chance(habits.dawdles)) await rest((LEASE_SECONDS + 10) * 1000);
    reports = turn.body.messages.flatMap((message) => report(platform, message, habits));
  }
}

function report(
  { random }: Platform,
  { body, receipt }: Turn["messages"][number],
  { dies, fails, resultOf = nameOf }: WorkerHabits,
): Report[] {
  const { task_token: token, worker_name: name } = JSON.parse(body) as {
    task_token: string;
    worker_name: string;
  };
  if (random.chance(dies)) return [];
  if (random.chance(fails)) return [{ token, receipt, error: "Unlucky", cause: "a fault of the worker" }];
  const result = resultOf(name, token);
  return result ? [{ token, receipt, ...result }] : [];
}
