/** The processes behind BullMQ: `worker` does the tasks, `engine` brings outputs together and takes steps. */
import { type BullJob, QUEUES, bullmqIn, connectionTo } from "./library.ts";

const { BENCH_MODULES = "", BENCH_PORT = "0", BENCH_ROLE = "", BENCH_LOOPS = "32" } = process.env;
const PARENTS_AT_ONCE = 50;
const { Worker } = bullmqIn(BENCH_MODULES);
const connection = connectionTo(Number(BENCH_PORT));

function startWorker(): object[] {
  const concurrency = Number(BENCH_LOOPS);
  const task = async ({ data: { i } }: BullJob) => ({ worker: "success", i });
  return [new Worker(QUEUES.tasks, task, { connection, concurrency })];
}

function startEngine(): object[] {
  const together = async (job: BullJob) => {
    const outputs = Object.values(await job.getChildrenValues()) as { i: number }[];
    return outputs.toSorted((a, b) => a.i - b.i);
  };
  // A job of several steps keeps in its data how far it is.
  const steps = async (job: BullJob) => {
    const n = Number(job.data.n);
    let count = 0;
    while (count < n) await job.updateData({ n, count: ++count });
    return count;
  };
  return [
    new Worker(QUEUES.parents, together, { connection, concurrency: PARENTS_AT_ONCE }),
    new Worker(QUEUES.serial, steps, { connection }),
  ];
}

const workers = BENCH_ROLE === "worker" ? startWorker() : startEngine();
process.on("disconnect", () => process.exit(0));
process.send?.(`${workers.length} ready`);
