import { type Json, readJson } from "../../core/json.ts";
import { CALL_ANSWER_BYTES, CALL_SECONDS_MAX, CAUSE_LENGTH } from "../../core/limits.ts";
import { messageOf } from "../../core/result.ts";
import { SECOND_MS } from "../../core/time.ts";

/** What a call over HTTP came to. */
export type HttpAnswer =
  | { readonly status: number; readonly headers: Headers; readonly text: string }
  | { readonly isTimeout: boolean; readonly message: string };

/** Calls and reads the whole answer, within the time that the task has left. Never throws. */
export async function callHttp(
  call: (request: Request) => Promise<Response>,
  request: Request,
  dueAt: number | undefined,
): Promise<HttpAnswer> {
  const left = dueAt === undefined ? Number.POSITIVE_INFINITY : dueAt - Date.now();
  const signal = AbortSignal.timeout(Math.max(1, Math.min(left, CALL_SECONDS_MAX * SECOND_MS)));
  try {
    // What is called elsewhere stays there: a redirect could lead to where nobody may call.
    const response = await call(new Request(request, { signal, redirect: "manual" }));
    const text = await readText(response);
    if (text === undefined)
      return { isTimeout: false, message: `the answer is larger than ${CALL_ANSWER_BYTES} bytes` };
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    return { isTimeout: signal.aborted, message: messageOf(error) };
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

/** As much of a text as a cause may hold. */
export function asCause(text: string): string {
  return text.slice(0, CAUSE_LENGTH);
}

/** The value of a JSON text that can be kept; undefined for any other. */
export function parseJson(text: string): Json | undefined {
  const read = readJson(text);
  return read.ok ? read.value : undefined;
}
