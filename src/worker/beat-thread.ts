/** The other thread of a lease guard: sends signs of life while the first is busy, and never otherwise. */
import { type MessagePort, workerData } from "node:worker_threads";
import { Connection } from "./connection.ts";
import { BEATS_PER_LEASE, ENTRIES_PER_CALL, GUARD_LOOKS_MS, GUARD_PATIENCE_MS } from "./limits.ts";
import type { GuardSetup, Lease } from "./lease-guard.ts";

interface Watched extends Lease {
  dueAt: number;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever starts the thread gives it this
const { setup, port } = workerData as { setup: GuardSetup; port: MessagePort };
const { worker, session, leaseSeconds } = setup;
const connection = new Connection(setup.connection);
let watched: Watched[] = [];
let heardAt = performance.now();
let isBeating = false;

port.on("message", (leases: readonly Lease[]) => {
  heardAt = performance.now();
  watched = leases.map((lease) => ({ ...lease, dueAt: heardAt + lease.dueInMs }));
});

setInterval(() => void look(), GUARD_LOOKS_MS);

async function look(): Promise<void> {
  const now = performance.now();
  if (isBeating || now - heardAt < GUARD_PATIENCE_MS) return;
  const due = watched.filter(({ dueAt }) => dueAt <= now);
  isBeating = true;
  for (const queue of new Set(due.map((one) => one.queue)))
    await beat(queue, due.filter((one) => one.queue === queue).slice(0, ENTRIES_PER_CALL));
  isBeating = false;
}

async function beat(queue: string, due: readonly Watched[]): Promise<void> {
  const sentAt = Date.now();
  const beats = due.map(({ receipt }) => ({ receipt }));
  const outcome = await connection.work(queue, {
    beats,
    max: 0,
    waitSeconds: 0,
    leaseSeconds,
    worker,
    session,
  });
  const verdicts = outcome.kind === "answer" ? (outcome.answer.beats ?? []) : [];
  for (const [position, lease] of due.entries()) {
    const verdict = verdicts[position];
    const granted = verdict?.ok === true ? (verdict.leaseSeconds ?? leaseSeconds) : undefined;
    lease.dueAt =
      performance.now() + (granted === undefined ? GUARD_PATIENCE_MS : (granted * 1000) / BEATS_PER_LEASE);
    if (granted !== undefined)
      port.postMessage({ queue, receipt: lease.receipt, leaseSeconds: granted, sentAt });
  }
}
