import type { AdjustItems, ExecutionOutcome, Pause } from "../core/engine/command.ts";
import type { Beginning, ForkedFrom } from "../core/engine/state/fork.ts";
import type { TaskRef } from "../core/engine/state/task-ref.ts";
import type { ExecutionEntry, ExecutionMode, Labels } from "../core/flow/flow.ts";
import { given } from "../core/given.ts";
import type { JsonObject } from "../core/json.ts";
import type { ExecutionId } from "../core/names.ts";
import type { Nonce } from "../core/durable/nonces.ts";
import type { ExecutionRpc, ExecutionsPage, ExecutionsQuery } from "../core/objects.ts";
import type {
  ExecutionData,
  ExecutionHead,
  ExecutionSnapshot,
  HistoryEventsPage,
  HistoryPageQuery,
} from "../core/execution-views.ts";
import { type Result, reject } from "../core/result.ts";
import { quoted } from "../core/text.ts";
import { SECOND_MS } from "../core/time.ts";
import type { Env } from "../env.ts";
import { carry } from "../carry.ts";
import { OverloadedError } from "../call.ts";
import { flowNotExists } from "./flow-calls.ts";
import { locateMessages } from "./locate-messages.ts";
import { askExecution, askFlow } from "./objects.ts";

export interface StartRequest {
  readonly flow: string;
  readonly name: string;
  readonly input: JsonObject;
  /** The input as its client wrote it, to be given back; absent where it is our own writing. */
  readonly inputText?: string;
  readonly version?: number;
  readonly labels?: Labels;
  readonly startedBy: string;
  /** A repeat of the same request has the same one. */
  readonly startId: string;
  /** How long to hold the answer for the execution's end. */
  readonly waitSeconds: number;
  /** Only if the flow is of this mode. */
  readonly mode?: ExecutionMode;
  readonly nonce?: Nonce;
  /** A task that waits for the end, whoever started the execution. */
  readonly callback?: TaskRef;
  /** Absent: with the first step. */
  readonly begin?: Beginning;
  readonly forkedFrom?: ForkedFrom;
}

/** A name for an execution that was given none. */
export function newExecutionName(): string {
  return nameFrom(crypto.randomUUID());
}

/** A UUID with a letter first, as names have it. */
export function nameFrom(uuid: string): string {
  return uuid.replace(/^\d/, (digit) => "ghijklmnop"[Number(digit)] ?? "g");
}

/**
 * Starts an execution. A name that runs already gives the running one (`created: false`), a name that has ended is
 * refused with `ExecutionAlreadyExists` (spec: FDL section 5.7).
 */
export async function startExecution(
  env: Env,
  request: StartRequest,
): Promise<Result<{ created: boolean; head: ExecutionHead }>> {
  const { flow, name, input, inputText, version, startedBy, startId, waitSeconds } = request;
  const { labels, mode, nonce, callback, begin, forkedFrom } = request;
  const outcome = await askFlow(env, flow, (object) =>
    object.startExecution({
      type: "startExecution",
      name,
      input: carry(input),
      startedBy,
      startId,
      ...(inputText !== undefined && { inputText }),
      ...(version !== undefined && { version }),
      ...(labels && { labels }),
      ...(mode && { mode }),
      ...(nonce && { nonce }),
      ...(callback && { parent: callback }),
      ...given({ begin: begin && carry(begin), forkedFrom }),
    }),
  );
  if (!outcome.ok) return outcome.code === "FlowNotExists" ? flowNotExists(flow) : outcome;
  const { execution: entry, created = false, repeated = false } = outcome;
  if (!entry) throw new Error("Broken invariant: a start that is not refused has an execution");
  const isAsked = repeated || waitSeconds > 0;
  const known = isAsked ? await headOf(env, flow, entry, waitSeconds) : undefined;
  // The start is done: too many who wait for the end are no reason to tell otherwise.
  const head =
    (known?.ok && known.head) || headFromEntry(flow, entry, { input, ...given({ inputText, forkedFrom }) });
  if (!created && head.endedAt !== undefined) {
    return reject(
      "ExecutionAlreadyExists",
      `an execution "${name}" of this flow has already ended: use another name`,
    );
  }
  if (callback && !created) await join(env, flow, entry, callback);
  return { ok: true, created, head };
}

/** The execution runs for somebody else: this task is told of its end, too. */
async function join(env: Env, flow: string, { generation, name }: ExecutionEntry, task: TaskRef) {
  const outcome = await askExecution(env, { flow, generation, name }, (execution) => execution.join(task));
  // It is told by the repeat of this start.
  if (!outcome.ok) throw new OverloadedError(outcome.detail);
}

/** An execution as its object tells it, or as the index does while the object has not taken the start. */
export async function describeExecution(
  env: Env,
  flow: string,
  name: string,
  waitSeconds: number,
): Promise<Result<{ head: ExecutionHead }>> {
  const entry = await findExecution(env, flow, name);
  if (!entry.ok) return entry;
  const known = await headOf(env, flow, entry.entry, waitSeconds);
  if (!known.ok) return known;
  const { head } = known;
  if (!head) return { ok: true, head: headFromEntry(flow, entry.entry, { input: {} }) };
  const { waitingFor } = head;
  if (!waitingFor) return { ok: true, head };
  return { ok: true, head: { ...head, waitingFor: await locateMessages(env, entry.id, waitingFor) } };
}

export async function findExecution(
  env: Env,
  flow: string,
  name: string,
): Promise<Result<{ entry: ExecutionEntry; id: ExecutionId }>> {
  const entry = await askFlow(env, flow, (object) => object.execution(name));
  if (entry) return { ok: true, entry, id: { flow, generation: entry.generation, name } };
  const stored = await askFlow(env, flow, (object) => object.get());
  return stored
    ? reject("ExecutionNotExists", `flow "${flow}" has no execution "${name}"`)
    : flowNotExists(flow);
}

/** A flow's executions as its index knows them, newest first. */
export async function listExecutions(
  env: Env,
  flow: string,
  query: ExecutionsQuery,
): Promise<Result<{ page: ExecutionsPage }>> {
  const page = await askFlow(env, flow, (object) => object.executions(query));
  return page ? { ok: true, page } : flowNotExists(flow);
}

/** What of an execution's input and output is short enough for a list; none while its object has not taken the start. */
export async function readData(
  env: Env,
  flow: string,
  { generation, name }: ExecutionEntry,
  maxBytes: number,
): Promise<ExecutionData> {
  const data = await askExecution(env, { flow, generation, name }, (execution) => execution.data(maxBytes));
  return data ?? {};
}

/** The JSON text of what a reference of an execution names; without task tokens. */
export async function openValue(
  env: Env,
  flow: string,
  name: string,
  ref: string,
): Promise<Result<{ stream: ReadableStream<Uint8Array> }>> {
  const found = await findExecution(env, flow, name);
  if (!found.ok) return found;
  const stream = await askExecution(env, found.id, (execution) => execution.value(ref));
  return stream
    ? { ok: true, stream }
    : reject("ValueNotExists", `the execution "${name}" has no value ${quoted(ref)}`);
}

/** As `openValue`, the whole text. */
export async function readValue(
  env: Env,
  flow: string,
  name: string,
  ref: string,
): Promise<Result<{ text: string }>> {
  const opened = await openValue(env, flow, name, ref);
  return opened.ok ? { ok: true, text: await new Response(opened.stream).text() } : opened;
}

/** A page of an execution's events; none while its object has not taken the start. */
export async function readEvents(
  env: Env,
  flow: string,
  name: string,
  query: HistoryPageQuery,
): Promise<Result<HistoryEventsPage>> {
  const found = await findExecution(env, flow, name);
  if (!found.ok) return found;
  const page = await askExecution(env, found.id, (execution) => execution.history(query));
  return { ok: true, ...(page ?? { events: [] }) };
}

/** An execution for whoever draws it, with what its index alone knows. */
export async function readSnapshot(
  env: Env,
  flow: string,
  name: string,
): Promise<Result<{ snapshot: ExecutionSnapshot }>> {
  const found = await findExecution(env, flow, name);
  if (!found.ok) return found;
  const { entry, id } = found;
  const known = await askExecution(env, id, (execution) => execution.snapshot());
  const snapshot = known ?? {
    seq: 0,
    head: headFromEntry(flow, entry, { input: {} }),
    steps: [],
    foreach: {},
  };
  const { startedAt, labels } = entry;
  return { ok: true, snapshot: { ...snapshot, head: { ...snapshot.head, startedAt, ...given({ labels }) } } };
}

export function stopExecution(
  env: Env,
  flow: string,
  name: string,
  error: string,
  cause: string,
): Promise<Result<{ head: ExecutionHead }>> {
  return changed(
    env,
    flow,
    name,
    (execution) => execution.stop(error, cause),
    async () => {
      await askFlow(env, flow, (object) => object.stopHeld({ type: "stopHeld", name, error, cause }));
    },
  );
}

/** Deletes one that has ended, with all it holds, by and by; then its name is free. */
export async function purgeExecution(env: Env, flow: string, name: string): Promise<Result<object>> {
  const outcome = await askFlow(env, flow, (object) => object.purgeExecution(name));
  return !outcome.ok && outcome.code === "FlowNotExists" ? flowNotExists(flow) : outcome;
}

/** Nothing new of it is dispatched until it is resumed, or until a time. */
export function pauseExecution(
  env: Env,
  flow: string,
  name: string,
  pause: Omit<Pause, "type">,
): Promise<Result<{ head: ExecutionHead }>> {
  return changed(env, flow, name, (execution) => execution.pause({ type: "pause", ...pause }));
}

/** Changes how an open foreach of it goes on. */
export function adjustItems(
  env: Env,
  flow: string,
  name: string,
  change: Omit<AdjustItems, "type">,
): Promise<Result<{ head: ExecutionHead }>> {
  return changed(env, flow, name, (execution) => execution.adjustItems({ type: "adjustItems", ...change }));
}

export function resumeExecution(
  env: Env,
  flow: string,
  name: string,
  by: string,
): Promise<Result<{ head: ExecutionHead }>> {
  return changed(env, flow, name, (execution) => execution.resume({ type: "resume", by }));
}

/** An execution after something was asked of it. */
async function changed(
  env: Env,
  flow: string,
  name: string,
  change: (execution: ExecutionRpc) => Promise<ExecutionOutcome>,
  changeHeld?: () => Promise<void>,
): Promise<Result<{ head: ExecutionHead }>> {
  const found = await findExecution(env, flow, name);
  if (!found.ok) return found;
  const { held } = found.entry;
  if (held && changeHeld) {
    await changeHeld();
    return describeExecution(env, flow, name, 0);
  }
  const outcome = await askExecution(env, found.id, change);
  return outcome.ok ? describeExecution(env, flow, name, 0) : outcome;
}

async function headOf(
  env: Env,
  flow: string,
  entry: ExecutionEntry,
  waitSeconds: number,
): Promise<Result<{ head?: ExecutionHead }>> {
  const { generation, name, labels, startedAt } = entry;
  const id = { flow, generation, name };
  const outcome =
    waitSeconds > 0
      ? await askExecution(env, id, (execution) => execution.wait(waitSeconds * SECOND_MS))
      : { ok: true as const, head: await askExecution(env, id, (execution) => execution.head()) };
  if (!outcome.ok) return outcome;
  // Started when its name was reserved, whoever is asked: the object takes the start a moment later.
  const head = outcome.head && asIndexed(outcome.head, entry);
  return { ok: true, ...(head && { head: { ...head, startedAt, ...(labels && { labels }) } }) };
}

/** An execution that is to go on has heard of it a moment later than its flow. */
function asIndexed(head: ExecutionHead, { status, redrives = 0, redrivenAt }: ExecutionEntry): ExecutionHead {
  if ((head.redrives ?? 0) >= redrives || status !== "Running") return head;
  const { endedAt: _, error: __, cause: ___, output: ____, outputValue: _____, ...kept } = head;
  return { ...kept, status, redrives, ...given({ redrivenAt }) };
}

function headFromEntry(
  flow: string,
  entry: ExecutionEntry,
  input: Pick<ExecutionHead, "input" | "inputText" | "forkedFrom">,
): ExecutionHead {
  const { generation: _, number: __, ...known } = entry;
  return { flow, ...known, ...input, counts: { events: 0, runningIterations: 0 } };
}
