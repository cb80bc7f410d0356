import type * as z from "zod";
import { DEAD_LETTERS_PER_CALL } from "../../../core/limits.ts";
import { deadDone } from "../../../http/contract/queues.ts";
import type { Client } from "../../client.ts";
import { UsageError } from "../../usage-error.ts";
import { EXIT_CODES } from "../failure.ts";

/** What redrives and purges of dead letters have in common, wherever they lie. */

export const EVERY = ["--all", "all of them, the oldest first"] as const;

type Done = z.output<typeof deadDone>;

export function checkChoice(ids: readonly string[], isAll: unknown): void {
  if ((isAll === true) === ids.length > 0)
    throw new UsageError("which ones? Name ids, or --all for all of them");
}

/** As many calls as it takes: for these ids, or without any for all that are there; what dies meanwhile is left. */
export async function changeDead(client: Client, path: string, ids: readonly string[], options: object) {
  const call = (body: object) =>
    client.call({ method: "POST", path, body: { ...body, ...options } }, deadDone);
  if (ids.length === 0) return changeAll(call);
  let done = { count: 0, left: 0 };
  for (let first = 0; first < ids.length; first += DEAD_LETTERS_PER_CALL) {
    const { count, left } = await call({ ids: ids.slice(first, first + DEAD_LETTERS_PER_CALL) });
    done = { count: done.count + count, left };
  }
  return done;
}

/** Those that a call leaves, because there is no room for more or they cannot be read, are left. */
async function changeAll(call: (body: object) => Promise<Done>) {
  let done = await call({ all: true });
  let last = done.count;
  for (let wanted = done.left; wanted > 0 && last > 0; wanted -= last) {
    const { count, left } = await call({ all: true, max: Math.min(wanted, DEAD_LETTERS_PER_CALL) });
    done = { count: done.count + count, left };
    last = count;
  }
  return done;
}

export function saidOfDead(done: Done, ids: readonly string[], what: string) {
  const missed = ids.length - done.count;
  return {
    json: done,
    text: () => `${what}: ${done.count}; dead letters left: ${done.left}`,
    notes: missed > 0 ? [`${missed} of the ids are of no dead letter here`] : [],
    exitCode: missed > 0 ? EXIT_CODES.refused : EXIT_CODES.done,
  };
}
