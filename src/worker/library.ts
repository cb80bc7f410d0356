/** The runner as a library. */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { Connection, trustedWith } from "./connection.ts";
import { readCredentials } from "./credentials.ts";
import { HandlerDoer } from "./handler.ts";
import { LeaseGuard } from "./lease-guard.ts";
import { LEASE_SECONDS_DEFAULT } from "./limits.ts";
import { Mask, createLog } from "./log.ts";
import { watchHeaders } from "./notices.ts";
import { AnyService } from "./older-service.ts";
import { Runner } from "./runner.ts";
import { EndSignals } from "./signals.ts";
import { takeStateFolder } from "./state-folder.ts";
import { UsageError } from "./usage-error.ts";
import type { RunOptions, Totals } from "./worker.d.ts";

const SESSION_BYTES = 8;

/** `run` of `worker.d.ts`, for a version of it; `beatThread` is the code of `beat-thread.ts`. */
export function runnerOf(version: string, beatThread: string) {
  return async <Input, Output extends object | void>(options: RunOptions<Input, Output>): Promise<Totals> => {
    const { env } = process;
    const warnings: string[] = [];
    const credentials = readCredentials(options, env, (text) => warnings.push(text));
    const wanted = options.name ?? env.MILLRACE_WORKER ?? hostname().split(".")[0] ?? "worker";
    const { folder, name } =
      options.state === undefined
        ? { folder: undefined, name: wanted }
        : takeStateFolder(options.state, wanted);
    const mask = new Mask([credentials.key]);
    const write = (line: string) => options.log?.(line.trimEnd());
    const log = createLog({ format: "text", level: "info", worker: name, mask, write });
    for (const detail of warnings) log("warn", "warning", { detail });
    const look = watchHeaders(version, log);
    const ca = trustedWith(options.ca ?? env.SSL_CERT_FILE);
    const connection = { credentials, ca, env: { ...env }, version };
    const service = new AnyService(new Connection({ ...connection, look }));
    const session = randomBytes(SESSION_BYTES).toString("hex");
    const takesOver = folder?.replaceSession(session);
    const manner = { ...mannerOf(options), worker: name, session, takesOver, version };
    const { leaseSeconds } = manner;
    const guard = new LeaseGuard(beatThread, { connection, worker: name, session, leaseSeconds });
    const runner = new Runner(manner, {
      guard,
      service,
      doer: new HandlerDoer(options.handler, mask),
      log,
      onUnsent: (queue, unsent, hasFailed) => folder?.keep(queue, unsent, hasFailed),
    });
    const stop = endings(runner, options);
    const { refusal, isForced: _, ...totals } = await runner.run(folder?.keptReports());
    stop();
    guard.close();
    service.close();
    if (refusal) throw new Error(`the service refused: ${refusal.code} ${refusal.detail}`);
    return totals;
  };
}

function mannerOf<Input, Output extends object | void>(options: RunOptions<Input, Output>) {
  const { queue, queues = {}, slots = 1, batch = 1, lease = LEASE_SECONDS_DEFAULT } = options;
  const named = Object.entries(queues).map(([name, own]) => ({ queue: name, slots: own }));
  const all = queue === undefined ? named : [{ queue, slots }, ...named];
  if (all.length === 0) throw new UsageError("name a queue to take tasks from");
  return {
    queues: all,
    batch,
    leaseSeconds: lease,
    beatOnProgress: false,
    strict: false,
    tasksMax: options.maxTasks,
    onceWaitSeconds: undefined,
    untilEmpty: false,
    graceSeconds: options.grace,
  };
}

/** What tells it to end; gives what undoes that. */
function endings<Input, Output extends object | void>(
  runner: Runner,
  { signal, signals }: RunOptions<Input, Output>,
): () => void {
  const drain = () => runner.drain();
  signal?.addEventListener("abort", drain, { once: true });
  if (signal?.aborted === true) drain();
  const own = signals === true ? new EndSignals(runner, () => {}) : undefined;
  return () => {
    signal?.removeEventListener("abort", drain);
    own?.close();
  };
}
