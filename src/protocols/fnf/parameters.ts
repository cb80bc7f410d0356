import { FNF_PARAMETERS_MAX, FNF_REQUEST_BYTES } from "../../core/limits.ts";
import { quoted } from "../../core/text.ts";
import { decodeUtf8, readBody } from "../../service/read-body.ts";
import { FnfError, errorOf } from "./errors.ts";

/** Parameters by name; names are case-sensitive. */
export type Parameters = ReadonlyMap<string, string>;

/** A request as it came, before anybody is believed. */
export interface RawRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly query: Parameters;
  readonly body: Uint8Array<ArrayBuffer>;
  /** Query and form body; where both have a name, the body's counts (spec: api.md section 1.1). */
  readonly all: Parameters;
}

export async function readRaw(request: Request): Promise<RawRequest> {
  const { method, headers, url } = request;
  const read = await readBody(request, FNF_REQUEST_BYTES);
  if (!read.ok) throw errorOf(read);
  const query = parse(new URL(url).search.slice(1), "query");
  const form = isForm(headers) ? parse(textOf(read.bytes), "body") : [];
  return { method, headers, query: new Map(query), body: read.bytes, all: new Map([...query, ...form]) };
}

/** Bodies of other types are nobody's business. */
function isForm(headers: Headers): boolean {
  const [type = ""] = (headers.get("content-type") ?? "").split(";");
  return type.trim().toLowerCase() === "application/x-www-form-urlencoded";
}

function textOf(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw new FnfError("InvalidArgument", "the body is not UTF-8 text");
  return text;
}

function parse(text: string, place: string): [string, string][] {
  // Counted before they are taken apart: signing sorts them.
  if (text.split("&", FNF_PARAMETERS_MAX + 1).length > FNF_PARAMETERS_MAX) {
    throw new FnfError("InvalidArgument", `the ${place} has more than ${FNF_PARAMETERS_MAX} parameters`);
  }
  const entries = [...new URLSearchParams(text)];
  const names = new Set<string>();
  for (const [name] of entries) {
    if (names.has(name))
      throw new FnfError("InvalidArgument", `the parameter ${quoted(name)} stands twice in the ${place}`);
    names.add(name);
  }
  return entries;
}
