import { UsageError } from "../../src/cli/usage-error.ts";

const KINDS = ["fanout", "serial", "many", "roundtrips", "start", "schedules"] as const;

export interface Job {
  readonly kind: (typeof KINDS)[number];
  readonly n: number;
}

/** `fanout:1000,serial:200`. */
export function parseJobs(text: string): Job[] {
  return text.split(",").map((word) => {
    const [kind, number = ""] = word.split(":");
    const known = KINDS.find((one) => one === kind);
    const n = Number(number);
    if (!known || !Number.isInteger(n) || n < 1)
      throw new UsageError(`"${word}" is no job: use ${KINDS.join(", ")} with a number, as in fanout:1000`);
    return { kind: known, n };
  });
}

const WARM_UP_MAX = 1000;

/** Tasks of the execution that warms a peer up: the first one is slower everywhere. */
export function warmUpTasks(jobs: readonly Job[]): number {
  const sizes = jobs.filter(({ kind }) => kind === "fanout").map(({ n }) => n);
  return Math.min(WARM_UP_MAX, Math.max(20, ...sizes));
}

/** `total` times, `atOnce` at a time. */
export async function pool(
  total: number,
  atOnce: number,
  run: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const one = async () => {
    while (next < total) await run(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** Outputs must be all there, in order. */
export function checkOutputs(outputs: unknown, n: number): void {
  if (!Array.isArray(outputs) || outputs.length !== n)
    throw new Error(`${Array.isArray(outputs) ? outputs.length : "no"} outputs instead of ${n}`);
  for (const [index, output] of (outputs as { worker?: string; i?: number }[]).entries()) {
    if (output.worker !== "success" || output.i !== index)
      throw new Error(`output ${index} is ${JSON.stringify(output)}`);
  }
}
