import { Agent, createServer, request } from "node:http";
import { StatsKeeper } from "./latencies.ts";

/**
 * The worker's process for a peer without a queue of its own: tasks `{url, i}` are put into its memory with POST /tasks,
 * and each of its loops takes one and posts the result to its address. That costs the peer next to nothing.
 */
const { BENCH_PORT = "0", BENCH_LOOPS = "32" } = process.env;
const TRIES = 6;
const RETRY_MS = 20;

interface Task {
  readonly url: string;
  readonly i: number;
  at: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: Number(BENCH_LOOPS) });
const stats = new StatsKeeper();
const waiting: ((task: Task) => void)[] = [];
let inbox: Task[] = [];
let next = 0;

function put(task: Task): void {
  const taker = waiting.shift();
  if (taker) taker(task);
  else inbox.push(task);
}

function take(): Promise<Task> {
  const task = inbox[next];
  if (!task) return new Promise((resolve) => waiting.push(resolve));
  next++;
  if (next > 4096) [inbox, next] = [inbox.slice(next), 0];
  return Promise.resolve(task);
}

function post(url: string, body: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const call = request(url, { method: "POST", agent, headers }, (response) => {
    response.resume();
    response.on("end", () => {
      if ((response.statusCode ?? 500) < 300) resolve();
      else reject(new Error(`status ${response.statusCode}`));
    });
  });
  call.on("error", reject);
  call.end(body);
  return promise;
}

async function report(task: Task): Promise<void> {
  const body = JSON.stringify({ worker: "success", i: task.i });
  for (let tried = 0; tried < TRIES; tried++) {
    const calledAt = performance.now();
    try {
      await post(task.url, body);
      const answeredAt = performance.now();
      stats.tasks.add(answeredAt - task.at);
      stats.calls.add(answeredAt - calledAt);
      stats.done++;
      return;
    } catch {
      stats.errors++;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS * 2 ** tried));
    }
  }
}

async function loop(): Promise<never> {
  for (;;) await report(await take());
}

for (let index = 0; index < Number(BENCH_LOOPS); index++) void loop();

const server = createServer((asked, answer) => {
  let body = "";
  asked.setEncoding("utf8");
  asked.on("data", (part: string) => (body += part));
  asked.on("end", () => {
    const at = performance.now();
    for (const task of JSON.parse(body) as Task[]) put({ ...task, at });
    answer.end("{}");
  });
});
server.keepAliveTimeout = 120_000;
server.listen(Number(BENCH_PORT), "127.0.0.1", () => process.send?.("ready"));
process.on("message", (word) => {
  if (word === "reset") stats.clear();
  process.send?.(stats.take());
});
process.on("disconnect", () => process.exit(0));
