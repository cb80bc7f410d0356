import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { rest } from "./worker.ts";

/** Everything at times; each as often as makes a run meet several of them. */
export const FAULTS: Faults = {
  latencyMs: 40,
  dieBeforeAnswer: 0.02,
  lostCall: 0.03,
  lostTransport: 0.2,
  repeatedTransport: 0.2,
  slowTransport: 0.2,
  lostAlarm: 0.1,
  repeatedAlarm: 0.1,
  lostTick: 0.3,
  repeatedTick: 0.3,
};

const LONGEST_STORY_MINUTES = 600;

/** Lets a story run on a platform until it is told to its end. */
export async function tell<T>(platform: Platform, story: () => Promise<T>): Promise<T> {
  const state: { result?: { value: T } | { error: unknown } } = {};
  void story().then(
    (value) => (state.result = { value }),
    (error: unknown) => (state.result = { error }),
  );
  for (let minute = 0; minute < LONGEST_STORY_MINUTES && !state.result; minute++) await platform.pass(60_000);
  if (!state.result) throw new Error(`the story did not end within ${LONGEST_STORY_MINUTES} minutes`);
  if ("error" in state.result) throw state.result.error;
  return state.result.value;
}

/** What no repeat makes better: the story is wrong. */
export const HOPELESS: ReadonlySet<number> = new Set([400, 413, 422]);
const TRIES_MAX = 1000;

/** Asks until it is answered well, as a client does that does not give up for minutes. */
export async function insist<T>(
  platform: Platform,
  method: string,
  path: string,
  body?: unknown,
  idempotencyKey?: string,
): Promise<T> {
  let last: unknown;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const answer = await platform.fetch<T>(method, path, body, idempotencyKey).catch(() => undefined);
    if (answer && answer.status < 300) return answer.body;
    last = answer ?? last;
    if (answer && HOPELESS.has(answer.status)) break;
    await rest(200);
  }
  throw new Error(`${method} ${path} is not answered well: ${JSON.stringify(last)}`);
}

export interface SimEvent {
  readonly eventId: number;
  readonly scheduleEventId: number;
  readonly type: string;
  readonly stepPath: string;
}

/** The whole history of an execution, page by page, with nothing going wrong. */
export async function readHistory(platform: Platform, execution: string): Promise<SimEvent[]> {
  const { faults } = platform;
  platform.faults = NO_FAULTS;
  const events = await tell(platform, async () => {
    const all: SimEvent[] = [];
    for (let cursor: string | undefined = "0"; cursor !== undefined;) {
      const path: string = `${execution}/history?limit=500&after=${cursor}`;
      const page: { items: SimEvent[]; cursor?: string } = await insist(platform, "GET", path);
      all.push(...page.items);
      ({ cursor } = page);
    }
    return all;
  });
  platform.faults = faults;
  return events;
}
