import { toBase64Url, utf8 } from "../auth/bytes.ts";

/** Whether whoever asks has what this tag stands for. */
export function hasTag(headers: Headers, tag: string): boolean {
  const known = (headers.get("if-none-match") ?? "").split(",").map((one) => one.trim());
  return known.some((one) => one === "*" || bare(one) === bare(tag));
}

function bare(tag: string): string {
  return tag.replace(/^W\//, "");
}

/** An answer with a tag of its text; without the text, where whoever asks has it already. */
export async function tagged({ headers: asked }: Request, answer: Response): Promise<Response> {
  const text = await answer.text();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", utf8(text)), 0, 16);
  const tag = `W/"${toBase64Url(digest)}"`;
  const headers = new Headers(answer.headers);
  headers.set("etag", tag);
  headers.set("cache-control", "private, no-cache");
  if (!hasTag(asked, tag)) return new Response(text, { status: answer.status, headers });
  headers.delete("content-type");
  return new Response(null, { status: 304, headers });
}
