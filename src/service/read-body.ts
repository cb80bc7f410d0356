import { REQUEST_BODY_BYTES } from "../core/limits.ts";
import { type Rejection, type Result, reject } from "../core/result.ts";

/** A client that is still sending hears no answer, so what is too long is read on for a while, and forgotten. */
const DRAINED_BYTES_MAX = 8 * REQUEST_BODY_BYTES;

/** A request's body, none as no bytes; rejected with BodyTooLarge. */
export async function readBody(
  request: Request,
  bytesMax: number = REQUEST_BODY_BYTES,
): Promise<Result<{ bytes: Uint8Array<ArrayBuffer> }>> {
  // Most bodies say that they are short: these need not be counted piece by piece, which costs more than all else here.
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) <= bytesMax) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.byteLength > bytesMax ? tooLarge(bytesMax) : { ok: true, bytes };
  }
  let chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > DRAINED_BYTES_MAX) break;
    if (length > bytesMax) chunks = [];
    else chunks.push(chunk);
  }
  if (length > bytesMax) return tooLarge(bytesMax);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return { ok: true, bytes };
}

function tooLarge(bytesMax: number): Rejection {
  return reject("BodyTooLarge", `a body has at most ${bytesMax} bytes`);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/** The bytes as UTF-8 text; undefined when they are none. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
