import { type Scope, type Source, evaluateSource, parseSource } from "../expr/mapping.ts";
import { QUEUE_NAME_PATTERN, QUEUE_NAME_RULE } from "../names.ts";
import { type Rejection, type Result, reject } from "../result.ts";
import { quoted } from "../text.ts";

/** A queue that a task's input chooses. What stands around the path is fixed, so data chooses among such names only. */
export interface QueueChoice {
  readonly before: string;
  /** The path as it is written, and as it is read. */
  readonly path: string;
  readonly source: Source;
  readonly after: string;
}

const EXAMPLE = "host-{$.machine}";
const WITH_PLACEHOLDER = /^([^{}]*)\{([^{}]*)\}([^{}]*)$/;

/** Reads the name of a queue in a `resourceArn`: one queue's, or one with a path in it. */
export function readQueueName(text: string): Result<{ queue: string | QueueChoice }> {
  const [, before = "", path = "", after = ""] = WITH_PLACEHOLDER.exec(text) ?? [];
  if (path !== "") return readChoice(before, path, after);
  if (QUEUE_NAME_PATTERN.test(text)) return { ok: true, queue: text };
  return refuse(
    /[{}$]/.test(text)
      ? `${quoted(text)} is not a queue's name: one path can stand in it, in braces, as in ${EXAMPLE}`
      : `"${text}" is not a name: ${QUEUE_NAME_RULE}`,
  );
}

function readChoice(before: string, path: string, after: string): Result<{ queue: QueueChoice }> {
  const parsed = parseSource(path);
  if (!parsed.ok) return refuse(parsed.detail);
  const { source } = parsed;
  if (!("path" in source)) return refuse(`{${path}} holds no path: write one as in ${EXAMPLE}`);
  // Whatever is found stands between these: what no shortest text makes a name of, none does.
  if (QUEUE_NAME_PATTERN.test(`${before}a${after}`))
    return { ok: true, queue: { before, path, source, after } };
  return refuse(`${quoted(`${before}...${after}`)} is never a queue's name: ${QUEUE_NAME_RULE}`);
}

function refuse(detail: string): Rejection {
  return reject("UnsupportedResource", detail);
}

/** The name of the queue that data chooses: text, or a whole number, makes one. Rejects as the attempt fails. */
export function chooseQueue(choice: QueueChoice, scope: Scope): Result<{ queue: string }> {
  const { before, path, source, after } = choice;
  const found = evaluateSource(source, scope);
  const part = Number.isSafeInteger(found) ? JSON.stringify(found) : found;
  if (typeof part !== "string") {
    return reject(
      "MNS.InvalidQueueName",
      `${path} finds neither text nor a whole number, which names a queue`,
    );
  }
  const queue = `${before}${part}${after}`;
  return QUEUE_NAME_PATTERN.test(queue)
    ? { ok: true, queue }
    : reject("MNS.InvalidQueueName", `${quoted(queue)} is not a queue's name: ${QUEUE_NAME_RULE}`);
}
