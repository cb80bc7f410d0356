import type * as z from "zod";
import { mayBeWorker, permits } from "../auth/roles.ts";
import { given } from "../core/given.ts";
import { readJson } from "../core/json.ts";
import type { WorkOutcome, WorkRequest } from "../core/objects.ts";
import type { ReceivedMessage } from "../core/queue/message.ts";
import type { Stop } from "../core/queue/pollers.ts";
import type { FrameWishes } from "../core/queue/socket.ts";
import { type Result, reject } from "../core/result.ts";
import { parseJsonValue } from "../core/schema-words.ts";
import type { Env } from "../env.ts";
import { workerFrame } from "../http/contract/connect.ts";
import { findCaller } from "../service/key-calls.ts";
import { findMasterKeys } from "../service/master-keys.ts";
import { handOut } from "../service/received.ts";
import { workTurn } from "../service/work.ts";
import { toMessages, toWorkAnswer } from "./answer.ts";
import { readLists, sessionOf } from "./said.ts";

/** Who is at the other end of a socket, as its connecting said. */
export interface Connected {
  readonly accessKeyId: string;
  readonly session: string;
  readonly worker?: string;
  readonly leaseSeconds?: number;
}

export type WorkerFrame = z.output<typeof workerFrame>;
/** Without its number, which is the socket's. */
export interface ToldFrame extends Partial<ReturnType<typeof toWorkAnswer>> {
  readonly id?: number;
  readonly stop?: readonly Stop[];
  readonly error?: { readonly code: string; readonly detail: string };
}

/** A frame as it came. Rejections: InvalidFrame, with the place and what is wrong there. */
export function readFrame(data: string | ArrayBuffer): Result<{ frame: WorkerFrame }> {
  if (typeof data !== "string") return reject("InvalidFrame", "a frame is JSON in a text message");
  const read = readJson(data);
  if (!read.ok) return reject("InvalidFrame", `the frame is not good JSON: ${read.detail}`);
  const parsed = parseJsonValue(workerFrame, read.value);
  if (parsed.success) return { ok: true, frame: parsed.data };
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join(".") ?? "";
  return reject("InvalidFrame", `${place === "" ? "the frame" : place}: ${issue?.message ?? "is not good"}`);
}

export function wishesOf({ id, seen, take, bye = false }: WorkerFrame): FrameWishes {
  return { seen, take, bye, ...given({ id }) };
}

/**
 * One turn, as a frame asks for it; what it may take says the socket, and `ask` puts it to the queue. Rejected as the
 * queue rejects it, and with NotConfigured.
 */
export async function takeFrameTurn(
  env: Env,
  queue: string,
  by: Connected,
  frame: WorkerFrame,
  ask: (request: WorkRequest) => Promise<WorkOutcome>,
  receive?: WorkRequest["receive"],
): Promise<Result<{ answer: ReturnType<typeof toWorkAnswer> }>> {
  const masters = await findMasterKeys(env);
  if (!masters.ok) return masters;
  const { about, bye, takesOver, holds } = frame;
  const { session, worker, leaseSeconds } = by;
  const call = sessionOf(by, { session, worker, about, bye, takesOver });
  const asked = { queue, ...readLists(frame), ...given({ session: call, leaseSeconds, holds, receive }) };
  const done = await workTurn(env, masters.masters, asked, ask);
  return done.ok ? { ok: true, answer: toWorkAnswer(done) } : done;
}

/** Messages as a worker gets them. Rejected with NotConfigured. */
export async function handTo(
  env: Env,
  messages: readonly ReceivedMessage[],
): Promise<Result<{ messages: ReturnType<typeof toMessages> }>> {
  const masters = await findMasterKeys(env);
  if (!masters.ok) return masters;
  return { ok: true, messages: toMessages(await handOut(masters.masters, messages)) };
}

/** Whether who is connected may still work at this queue: his key is looked at again when the last look is a while ago. */
export async function mayStay(
  env: Env,
  queue: string,
  { accessKeyId, worker }: Connected,
): Promise<Result<object>> {
  const found = await findCaller(env, accessKeyId);
  if (!found.ok) return found;
  const { caller } = found;
  if (permits(caller, "work", queue) && mayBeWorker(caller, worker)) return { ok: true };
  return reject("Forbidden", "this key may no longer work at this queue under this name");
}
