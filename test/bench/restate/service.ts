/** The service that Restate calls: a process of its own, as its users have one. */
import { createRequire } from "node:module";

/** Of Restate's SDK, which is installed for the benchmark alone, what is used here. */
interface Sdk {
  service(definition: { name: string; handlers: object }): object;
  serve(options: { services: object[]; port: number }): unknown;
  readonly RestatePromise: { all(promises: readonly Promise<unknown>[]): Promise<unknown[]> };
}
interface Context {
  awakeable(): { readonly id: string; readonly promise: Promise<unknown> };
  run<T>(name: string, action: () => T | Promise<T>): Promise<T>;
}
interface FanOut {
  readonly n: number;
  /** Where the worker takes tasks. */
  readonly inbox: string;
  /** Of Restate's ingress. */
  readonly base: string;
}

const { BENCH_MODULES = "", BENCH_PORT = "0" } = process.env;
const restate = createRequire(`${BENCH_MODULES}/`)("@restatedev/restate-sdk") as Sdk;

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  await response.text();
  if (!response.ok) throw new Error(`POST ${url}: ${response.status}`);
}

/** The cheapest form for this peer: one journaled step hands out all tasks, then each is waited for. */
async function fanOut(context: Context, { n, inbox, base }: FanOut): Promise<unknown[]> {
  const waiting = Array.from({ length: n }, () => context.awakeable());
  const tasks = waiting.map(({ id }, i) => ({ i, url: `${base}/restate/awakeables/${id}/resolve` }));
  await context.run("hand out", () => post(inbox, tasks));
  return restate.RestatePromise.all(waiting.map(({ promise }) => promise));
}

async function serial(context: Context, { n }: { n: number }): Promise<number> {
  let count = 0;
  for (let index = 0; index < n; index++) {
    const before = count;
    count = await context.run(`step ${index}`, () => before + 1);
  }
  return count;
}

const service = restate.service({ name: "bench", handlers: { fanOut, serial } });
restate.serve({ services: [service], port: Number(BENCH_PORT) });
process.on("disconnect", () => process.exit(0));
