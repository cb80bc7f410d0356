import { QUEUE_NAME_PATTERN, QUEUE_NAME_RULE } from "../names.ts";
import { type Result, reject } from "../result.ts";

/** What a task step calls. */
export interface Resource {
  readonly kind: "queue";
  readonly queue: string;
}

export const TASK_PATTERNS = ["requestResponse", "sync", "waitForCallback"] as const;
export type TaskPattern = (typeof TASK_PATTERNS)[number];

/** One row for each kind of resource: how its ARN reads, which patterns it knows (spec: FDL section 5). */
const RESOURCES = [
  {
    pattern: /^acs:mns:[^:]*:[^:]*:\/queues\/([^/]+)\/messages$/,
    patterns: ["requestResponse", "waitForCallback"] as readonly TaskPattern[],
    read: ([, queue = ""]: RegExpExecArray): Result<{ resource: Resource }> =>
      QUEUE_NAME_PATTERN.test(queue)
        ? { ok: true, resource: { kind: "queue", queue } }
        : reject("UnsupportedResource", `"${queue}" is not a queue name: ${QUEUE_NAME_RULE}`),
  },
] as const;

/** Reads a resource ARN and tells whether it can be called with this pattern. */
export function parseResource(arn: string, pattern: TaskPattern): Result<{ resource: Resource }> {
  for (const kind of RESOURCES) {
    const match = kind.pattern.exec(arn);
    if (!match) continue;
    if (kind.patterns.includes(pattern)) return kind.read(match);
    return reject(
      "UnsupportedResource",
      `a queue cannot be called with pattern ${pattern}: use ${kind.patterns.join(" or ")}`,
    );
  }
  return reject(
    "UnsupportedResource",
    `"${arn}" is not a known resource: use acs:mns:::/queues/NAME/messages`,
  );
}
