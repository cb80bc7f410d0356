import * as z from "zod";
import { LEASE_SECONDS_MAX, SESSION_LENGTH, WORKER_NAME_LENGTH } from "../../core/limits.ts";
import { SOCKET_CREDITS_MAX, SOCKET_HOLDS_MAX } from "../../core/socket-limits.ts";
import { queryNumber, text } from "./common.ts";
import { deleteEntry, workAnswer, workBody } from "./queues.ts";

/** Who connects; it holds for all that is said over the socket. */
export const connectQuery = z.strictObject({
  session: text(SESSION_LENGTH, 1).describe(
    "One process of a runner: a new socket takes the place of its old one",
  ),
  worker: text(WORKER_NAME_LENGTH, 1).optional().describe("Name of the worker"),
  leaseSeconds: queryNumber(1, LEASE_SECONDS_MAX)
    .optional()
    .describe("Of messages that it is given, and of those whose leases begin anew"),
});

const number = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const wishes = z.strictObject({
  id: number
    .min(1)
    .optional()
    .describe("Larger than in earlier frames; the answer has it. Only a frame of `seen` alone goes without"),
  seen: number.default(0).describe("The number of the last frame that it has read"),
  take: z
    .int()
    .min(0)
    .max(SOCKET_CREDITS_MAX)
    .default(0)
    .describe("So many messages more, now or when they come"),
  holds: z
    .array(deleteEntry)
    .max(SOCKET_HOLDS_MAX)
    .optional()
    .describe("All that its session has: whatever else was handed to it did not arrive, and comes back"),
});
const said = workBody.pick({
  reports: true,
  beats: true,
  delete: true,
  release: true,
  bury: true,
  about: true,
  bye: true,
  takesOver: true,
});

/** What a worker says over its socket: as in a call of `work`, with ids, and credits in place of a wait. */
export const workerFrame = wishes
  .extend(said.shape)
  .refine((frame) => frame.id !== undefined || saysNothing(frame), {
    path: ["id"],
    error: "is required of a frame that says more than `seen`",
  })
  .meta({ id: "WorkerFrame", description: "What a worker says over its socket" });

/** What it is told: as it is answered by `work`. */
export const frameToWorker = workAnswer
  .partial()
  .extend({
    nr: number.min(1).describe("Counts the frames to this socket"),
    id: number.optional().describe("Of the worker's frame that this answers; absent: it came by itself"),
    error: z
      .strictObject({ code: z.string(), detail: z.string() })
      .optional()
      .describe("The frame was not taken, and why; all else is absent then"),
  })
  .meta({ id: "FrameToWorker", description: "What a worker is told over its socket" });

type Frame = z.output<typeof wishes> & z.output<typeof said>;

function saysNothing({ seen: _, id: __, take, ...lists }: Frame): boolean {
  return take === 0 && Object.values(lists).every((list) => Array.isArray(list) && list.length === 0);
}
