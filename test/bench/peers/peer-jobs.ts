import { type Job, pool } from "../jobs.ts";
import type { Bench, Measured, Records } from "../record.ts";

export const MANY_AT_ONCE = 50;
export const MANY_TASKS = 3;

const UNITS = { fanout: "task", serial: "step", many: "execution" } as const;

/** What a peer can do. */
export interface PeerRun {
  /** One execution of so many tasks, until all outputs are there in order. */
  fanOut(n: number): Promise<void>;
  /** One execution of so many steps. */
  serial(n: number): Promise<void>;
}

/** Measures a peer's jobs, one after the other. */
export async function timePeer(
  run: PeerRun,
  jobs: readonly Job[],
  peer: Omit<Measured, "job" | "n" | "unit">,
  bench: Bench,
  records: Records,
): Promise<void> {
  for (const { kind, n } of jobs) {
    if (kind !== "fanout" && kind !== "serial" && kind !== "many") continue;
    const { worker, ...alone } = bench;
    const where = kind === "serial" || !worker ? alone : bench;
    await records.time({ ...peer, job: kind, n, units: n, unit: UNITS[kind] }, where, async () => {
      if (kind === "fanout") await run.fanOut(n);
      if (kind === "serial") await run.serial(n);
      if (kind === "many") await pool(n, MANY_AT_ONCE, () => run.fanOut(MANY_TASKS));
    });
  }
}
