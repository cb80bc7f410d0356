import { LIST_LIMIT_MAX } from "../../core/limits.ts";
import { QUEUE_NAME_PATTERN } from "../../core/names.ts";
import { MnsError } from "./errors.ts";
import { toFlag } from "./read.ts";

export interface ListPage {
  readonly prefix: string | undefined;
  readonly limit: number;
  readonly after: string | undefined;
  readonly withMeta: boolean;
}

/** Which page of a list is asked for, in the headers that MNS has for it. */
export function readPage(headers: Headers): ListPage {
  const limit = headers.get("x-mns-ret-number") ?? String(LIST_LIMIT_MAX);
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > LIST_LIMIT_MAX) {
    throw new MnsError("InvalidArgument", `x-mns-ret-number must be from 1 to ${LIST_LIMIT_MAX}`);
  }
  return {
    prefix: readName(headers, "x-mns-prefix"),
    limit: Number(limit),
    after: readName(headers, "x-mns-marker"),
    withMeta: toFlag("x-mns-with-meta", headers.get("x-mns-with-meta") ?? undefined) ?? false,
  };
}

function readName(headers: Headers, header: string): string | undefined {
  const text = headers.get(header) ?? "";
  if (text === "") return undefined;
  if (QUEUE_NAME_PATTERN.test(text)) return text;
  throw new MnsError("InvalidArgument", `${header} must be of what names are made of`);
}
