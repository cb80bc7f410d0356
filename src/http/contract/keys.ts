import * as z from "zod";
import { ROLES } from "../../core/directory/access-keys.ts";
import { ACCESS_KEY_QUEUES_MAX, KEY_GRACE_SECONDS_MAX } from "../../core/limits.ts";
import { description, instant, pageBy } from "./common.ts";

const accessKeyId = z.string().regex(/^[A-Za-z0-9]{1,64}$/, "must be the id of an access key");
const queuePattern = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9][A-Za-z0-9-]{0,119}\*?|\*)$/,
    'must be the name of a queue, or the beginning of one and "*"',
  );
const queues = z.array(queuePattern).min(1).max(ACCESS_KEY_QUEUES_MAX);

export const keyParams = z.strictObject({ key: accessKeyId });
const queuesOfWorkers = "a worker's key has queues, and no other key does";
export const createKeyBody = z
  .strictObject({
    role: z.enum(ROLES),
    queues: queues.optional(),
    description: description.optional(),
  })
  .refine(({ role, queues: given }) => (role === "worker") === (given !== undefined), {
    path: ["queues"],
    message: queuesOfWorkers,
  });
export const rotateKeyBody = z.strictObject({
  graceSeconds: z.int().min(0).max(KEY_GRACE_SECONDS_MAX).default(0),
});
export const accessKey = z.strictObject({
  accessKeyId,
  role: z.enum(ROLES),
  queues: queues.optional(),
  description: description.optional(),
  disabled: z.boolean(),
  createdAt: instant.optional(),
  createdBy: z.string().optional(),
  rotatedAt: instant.optional(),
  previousUntil: instant.optional(),
});
export const accessKeyWithSecret = accessKey.extend({ accessKeySecret: z.string() });
export const keysQuery = z.strictObject(pageBy(/^[A-Za-z0-9]{1,64}$/));
export const keysAnswer = z.strictObject({ items: z.array(accessKey), cursor: z.string().optional() });

export const auditQuery = z.strictObject({
  ...pageBy(/^\d{16}:[\w-]{1,64}$/),
  from: instant.optional(),
  to: instant.optional(),
  accessKeyId: accessKeyId.optional(),
});
export const auditEntry = z.strictObject({
  id: z.string(),
  at: instant,
  accessKeyId: z.string(),
  role: z.enum(ROLES),
  action: z.string(),
  target: z.record(z.string(), z.string()),
  from: z.string().optional(),
  status: z.int().optional(),
});
export const auditAnswer = z.strictObject({ items: z.array(auditEntry), cursor: z.string().optional() });
