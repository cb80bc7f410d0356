import { words } from "../words/index.ts";
import { tell } from "./toasts.tsx";

export async function copyText(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  tell(words().common.copied);
}

/** A call for a terminal, with the key's name in place of the key. */
export function curlOf(method: string, path: string, body?: unknown): string {
  const data =
    body === undefined ? "" : ` -H 'content-type: application/json' -d ${quoted(JSON.stringify(body))}`;
  const verb = method === "GET" ? "" : ` -X ${method}`;
  return `curl -sS${verb} -H "authorization: Bearer $MILLRACE_KEY"${data} ${quoted(location.origin + path)}`;
}

/** One word of a shell, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
