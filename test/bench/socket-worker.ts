import { StatsKeeper } from "./latencies.ts";

/** A worker's process with one socket, over which it has so many tasks at once; told and asked as the one that calls `work`. */
const { BENCH_URL = "", BENCH_KEY = "", BENCH_QUEUE = "", BENCH_LOOPS = "32" } = process.env;

const stats = new StatsKeeper();

interface Frame {
  readonly nr: number;
  readonly id?: number;
  readonly error?: { readonly code: string; readonly detail: string };
  readonly verdicts?: readonly { readonly ok: boolean }[];
  readonly messages?: readonly { readonly body: string; readonly receipt: string }[];
}

const name = `bench-${process.pid}`;
const address = `${BENCH_URL.replace("http", "ws")}/v1/queues/${BENCH_QUEUE}/connect?session=${name}&worker=${name}`;
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node takes headers, which browsers do not
const options = { headers: { authorization: `Bearer ${BENCH_KEY}` } } as unknown as string[];
const socket = new WebSocket(address, options);

/** When tasks came that were reported, and when that was, by the frame's id. */
const reported = new Map<number, { readonly takenAt: number; readonly calledAt: number }>();
let last = 0;
let seen = 0;

function say(frame: object): number {
  socket.send(JSON.stringify({ id: ++last, seen, ...frame }));
  return last;
}

function hear({ nr, id, error, verdicts = [], messages = [] }: Frame): void {
  const now = performance.now();
  seen = nr;
  if (error) fail(JSON.stringify(error));
  const told = id === undefined ? undefined : reported.get(id);
  if (told && id !== undefined) {
    reported.delete(id);
    stats.calls.add(now - told.calledAt);
    for (const { ok } of verdicts) {
      if (!ok) stats.errors++;
      stats.done++;
      stats.tasks.add(now - told.takenAt);
    }
  }
  if (messages.length === 0) return;
  const reports = messages.map(({ body, receipt }) => {
    const { token, i } = JSON.parse(body) as { token: string; i: number };
    return { token, receipt, output: { worker: "success", i } };
  });
  const asked = say({ take: messages.length, reports });
  reported.set(asked, { takenAt: now, calledAt: now });
}

function fail(why: string): void {
  stats.errors++;
  if (stats.errors < 5) console.error(why);
}

socket.addEventListener("open", () => {
  say({ take: Number(BENCH_LOOPS) });
  process.send?.("ready");
});
socket.addEventListener("message", ({ data }) => hear(JSON.parse(String(data)) as Frame));
socket.addEventListener("close", ({ code, reason }) => fail(`the socket was closed: ${code} ${reason}`));
socket.addEventListener("error", () => fail("the socket failed"));
process.on("message", (word) => {
  if (word === "reset") stats.clear();
  process.send?.(stats.take());
});
process.on("disconnect", () => process.exit(0));
