import { HttpClient } from "./client.ts";
import { StatsKeeper } from "./latencies.ts";

/**
 * A worker's process: so many loops, each a caller of `work`. It is told `{url, key, queue, loops, max}` in its
 * environment, and answers "stats" and "reset" in messages.
 */
const { BENCH_URL = "", BENCH_KEY = "", BENCH_QUEUE = "", BENCH_LOOPS = "32", BENCH_MAX = "1" } = process.env;
const POLL_SECONDS = 20;
const RETRY_MS = 50;

const loops = Number(BENCH_LOOPS);
const client = new HttpClient(BENCH_URL, loops, { authorization: `Bearer ${BENCH_KEY}` });
const stats = new StatsKeeper();

interface Turn {
  readonly verdicts: readonly { readonly ok: boolean }[];
  readonly messages: readonly { readonly body: string; readonly receipt: string }[];
}

interface Report {
  readonly token: string;
  readonly receipt: string;
  readonly output: { readonly worker: "success"; readonly i: number };
}

async function loop(worker: string): Promise<never> {
  let reports: Report[] = [];
  let takenAt = 0;
  for (;;) {
    const body = JSON.stringify({ reports, max: Number(BENCH_MAX), waitSeconds: POLL_SECONDS, worker });
    const calledAt = performance.now();
    const answer = await client.send("POST", `/v1/queues/${BENCH_QUEUE}/work`, body).catch(() => undefined);
    const answeredAt = performance.now();
    if (answer?.status !== 200) {
      stats.errors++;
      if (stats.errors < 5) console.error(answer?.status, answer?.text.slice(0, 300));
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      continue;
    }
    const { verdicts, messages } = JSON.parse(answer.text) as Turn;
    if (reports.length > 0) stats.calls.add(answeredAt - calledAt);
    for (const { ok } of verdicts) {
      if (!ok) stats.errors++;
      stats.done++;
      stats.tasks.add(answeredAt - takenAt);
    }
    takenAt = answeredAt;
    reports = messages.map(({ body: text, receipt }) => {
      const { token, i } = JSON.parse(text) as { token: string; i: number };
      return { token, receipt, output: { worker: "success", i } };
    });
  }
}

process.on("message", (word) => {
  if (word === "reset") stats.clear();
  process.send?.(stats.take());
});
process.on("disconnect", () => process.exit(0));
for (let index = 0; index < loops; index++) void loop(`${process.pid}-${index}`);
process.send?.("ready");
