import { CALLBACK_LONG_MS, CALLBACK_NEAR_MS, CALLBACK_NEAR_PART } from "./callback-limits.ts";

/** A task whose token no queue has: somebody outside was called, and answers when it is done. */
export interface OpenCallback {
  readonly path: string;
  readonly attempt: number;
  /** When the attempt began; epoch milliseconds, as all times here. */
  readonly since: number;
  /** When it fails without an answer: by its own time limit, or by its execution's. */
  readonly dueAt: number;
  readonly asked: Asked;
}

/** Who was called, without anything that could be a secret: of an address only the host. */
export interface Asked {
  readonly kind: "topic" | "flow" | "function" | "http";
  readonly name: string;
}

/** The open ones of something, as far as they are told of, and how many there are. */
export interface CallbackStand {
  readonly open: number;
  readonly told: readonly OpenCallback[];
}

type Waiting = Pick<OpenCallback, "since" | "dueAt">;

/** When somebody has to look after it: a good part of its time is over, or it waits for long. */
export function pressingAt({ since, dueAt }: Waiting): number {
  return Math.min(nearEndAt({ since, dueAt }), since + CALLBACK_LONG_MS);
}

/** From when on it is nearly out of time. */
export function nearEndAt({ since, dueAt }: Waiting): number {
  return dueAt - Math.min(CALLBACK_NEAR_MS, (dueAt - since) * CALLBACK_NEAR_PART);
}

/** At most so many, the oldest first: those that are due next, and those that wait longest. */
export function mostPressing<T extends Waiting>(open: readonly T[], most: number): T[] {
  const byAge = open.toSorted((a, b) => a.since - b.since);
  if (open.length <= most) return byAge;
  const chosen = new Set(open.toSorted((a, b) => a.dueAt - b.dueAt).slice(0, Math.ceil(most / 2)));
  for (const one of byAge) {
    if (chosen.size >= most) break;
    chosen.add(one);
  }
  return byAge.filter((one) => chosen.has(one));
}
