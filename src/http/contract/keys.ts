import * as z from "zod";
import { ROLES } from "../../core/directory/access-keys.ts";
import {
  ACCESS_KEY_QUEUES_MAX,
  ACCESS_KEY_WORKERS_MAX,
  KEY_GRACE_SECONDS_MAX,
  WORKER_NAME_LENGTH,
} from "../../core/limits.ts";
import { description, from, instant, nextCursor, pageBy, text, to } from "./common.ts";

const accessKeyId = z.string().regex(/^[A-Za-z0-9]{1,64}$/, "must be the id of an access key");
const queuePattern = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9][A-Za-z0-9-]{0,119}\*?|\*)$/,
    'must be the name of a queue, or the beginning of one and "*"',
  );
const workers = z
  .array(text(WORKER_NAME_LENGTH, 1))
  .min(1)
  .max(ACCESS_KEY_WORKERS_MAX)
  .describe("Names that its worker may give itself; a * at the end stands for any rest");
const queues = z.array(queuePattern).min(1).max(ACCESS_KEY_QUEUES_MAX);

export const keyParams = z.strictObject({
  key: accessKeyId.meta({ description: "Id of an access key", examples: ["mradmin1"] }),
});
const allButWorker = z.enum(ROLES).exclude(["worker"]);
/** A worker's key has queues, and no other key does. */
export const createKeyBody = z.discriminatedUnion("role", [
  z.strictObject({
    role: z.literal("worker"),
    queues,
    workers: workers.optional(),
    description: description.optional(),
  }),
  z.strictObject({ role: allButWorker, description: description.optional() }),
]);
export const rotateKeyBody = z.strictObject({
  graceSeconds: z.int().min(0).max(KEY_GRACE_SECONDS_MAX).default(0),
});
export const accessKey = z
  .strictObject({
    accessKeyId,
    role: z.enum(ROLES),
    queues: queues.optional(),
    workers: workers.optional(),
    description: description.optional(),
    disabled: z.boolean(),
    createdAt: instant.optional(),
    createdBy: z.string().optional(),
    rotatedAt: instant.optional(),
    previousUntil: instant.optional().describe("Until then the id and secret before the rotation hold, too"),
  })
  .meta({ id: "AccessKey" });
export const accessKeyWithSecret = accessKey
  .extend({ accessKeySecret: z.string() })
  .meta({ id: "AccessKeyWithSecret" });
export const keysQuery = z.strictObject(pageBy(/^[A-Za-z0-9]{1,64}$/));
export const keysAnswer = z
  .strictObject({ items: z.array(accessKey), cursor: nextCursor })
  .meta({ id: "AccessKeyPage" });

export const auditQuery = z.strictObject({
  ...pageBy(/^[0-9]{16}:[A-Za-z0-9_-]{1,64}$/),
  from,
  to,
  accessKeyId: z
    .string()
    .regex(
      /^(?:[A-Za-z0-9]{1,64}|access:[^\s@]{1,64}@[^\s@]{1,255})$/,
      "must be the id of an access key, or access: and a mail address",
    )
    .optional()
    .describe("Only what was changed with this key, or by this person: `access:` and a mail address"),
});
export const auditEntry = z
  .strictObject({
    id: z.string(),
    at: instant,
    accessKeyId: z
      .string()
      .describe(
        "Of whom Cloudflare Access let in: `access:` and the mail address; empty where a sign-in was refused that named no key",
      ),
    role: z.enum(ROLES).optional().describe("Absent where a sign-in was refused"),
    action: z.string(),
    target: z.record(z.string(), z.string()),
    from: z.string().optional(),
    reason: z.string().optional().describe("Why, as the caller said"),
    status: z.int().optional(),
  })
  .meta({ id: "AuditEntry" });
export const auditAnswer = z
  .strictObject({ items: z.array(auditEntry), cursor: nextCursor })
  .meta({ id: "AuditPage" });
