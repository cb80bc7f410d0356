import { readJson, isJsonObject } from "./json.ts";

/** A command as a message tells it: what a line of a crontab becomes. */
export interface Payload {
  readonly command: string;
  /** The name of the worker that is to run it. */
  readonly host?: string;
  readonly shell?: string;
  readonly user?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

const TEXTS = ["command", "host", "shell", "user", "cwd", "stdin"] as const;
const VARIABLE = /^[A-Za-z_]\w*$/;

export type ReadPayload =
  | { readonly ok: true; readonly payload: Payload }
  | { readonly ok: false; readonly detail: string };

/** Reads a message's body; whatever else stands in it does not count. What is null is not there: a path found nothing. */
export function readPayload(body: string): ReadPayload {
  const read = readJson(body);
  if (!isJsonObject(read)) return wrong("the body is not one JSON object");
  const value = Object.fromEntries(Object.entries(read).filter(([, one]) => one !== null));
  for (const name of TEXTS) {
    const text = value[name] ?? "";
    if (typeof text !== "string") return wrong(`${name} is no text`);
    if (text.includes("\0")) return wrong(`${name} has a NUL in it`);
  }
  const { env = {}, command } = value;
  if (typeof command !== "string" || command.trim() === "") return wrong("it has no command");
  if (!isEnvironment(env)) return wrong("env is no object of texts by names of variables");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each part was looked at
  return { ok: true, payload: value as unknown as Payload };
}

function wrong(detail: string): ReadPayload {
  return { ok: false, detail };
}

function isEnvironment(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return Object.entries(value).every(
    ([name, text]) => VARIABLE.test(name) && typeof text === "string" && !text.includes("\0"),
  );
}

/** A line of the file that says what may be run: all that decides about a command, in one spelling. */
export function allowLine({ command, shell, user, cwd, env = {}, stdin }: Payload): string {
  const sorted: Record<string, string> = {};
  for (const name of inOrder(Object.keys(env))) sorted[name] = env[name] ?? "";
  return JSON.stringify({
    command,
    cwd,
    env: Object.keys(sorted).length === 0 ? undefined : sorted,
    shell,
    stdin,
    user,
  });
}

function inOrder(names: string[]): string[] {
  // oxlint-disable-next-line unicorn/no-array-sort -- `toSorted` is there since Node 20; nobody else has this list
  return names.sort();
}
