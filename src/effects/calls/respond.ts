import { type Json, readJson } from "../../core/json.ts";
import { CALL_ANSWER_BYTES, CALL_SECONDS_MAX } from "../../core/limits.ts";
import type { TaskCall } from "../../core/engine/tasks.ts";
import { messageOf } from "../../core/result.ts";
import { SECOND_MS } from "../../core/time.ts";
import type { CallContext, NoAnswer } from "./call.ts";

const TOO_LARGE = `the answer is larger than ${CALL_ANSWER_BYTES} bytes, the most that is read of one`;

/** What a call over HTTP came to. */
export type HttpAnswer =
  | { readonly status: number; readonly headers: Headers; readonly text: string }
  | NoAnswer;

export type Send = (request: Request) => Promise<Response>;

/** Calls for a task, as soon as there is a place for it: its time begins then. Never throws. */
export function callForTask(
  { calls, isWanted }: CallContext,
  { dueAt = Number.POSITIVE_INFINITY }: TaskCall,
  send: Send,
  request: Request,
): Promise<HttpAnswer> {
  return calls.call(async () => {
    const leftMs = dueAt - Date.now();
    if (leftMs <= 0 || !isWanted()) return { reason: "late", message: "nobody waits for the call any more" };
    return callHttp(send, request, Math.min(leftMs, CALL_SECONDS_MAX * SECOND_MS));
  });
}

/** Calls and reads the whole answer, within so many milliseconds. Never throws. */
export async function callHttp(send: Send, request: Request, withinMs: number): Promise<HttpAnswer> {
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(), withinMs);
  try {
    // What is called elsewhere stays there: a redirect could lead to where nobody may call.
    const response = await send(new Request(request, { signal, redirect: "manual" }));
    const text = await readText(response);
    if (text === undefined) return { reason: "tooLarge", message: TOO_LARGE };
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (!signal.aborted) return { reason: "none", message: messageOf(error) };
    return { reason: "late", message: `no answer within ${Math.ceil(withinMs / SECOND_MS)} s` };
  } finally {
    clearTimeout(timer);
  }
}
async function readText(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength;
    if (length > CALL_ANSWER_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The value of a JSON text that can be kept; undefined for any other. */
export function parseJson(text: string): Json | undefined {
  const read = readJson(text);
  return read.ok ? read.value : undefined;
}
