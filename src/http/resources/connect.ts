import { mayBeWorker } from "../../auth/roles.ts";
import { parseOwn } from "../../core/json.ts";
import type { Rejection } from "../../core/result.ts";
import { callObject } from "../../call.ts";
import { queueNotExist } from "../../service/queue-calls.ts";
import { connectQuery, frameToWorker, workerFrame } from "../contract/connect.ts";
import { queueParams } from "../contract/queues.ts";
import { ProblemError, problemOf } from "../problem.ts";
import { type Route, route } from "../route.ts";

/** The socket of a worker. */
export const connectRoutes: readonly Route[] = [
  route({
    id: "connectWorker",
    method: "GET",
    path: "/v1/queues/{queue}/connect",
    access: "work",
    summary: "A socket over which a worker reports, and gets messages as they come",
    params: queueParams,
    query: connectQuery,
    answers: { 101: undefined },
    frames: { heard: workerFrame, told: frameToWorker },
    handsOutTokens: true,
    problems: ["QueueNotExist", "ForeignOrigin", "UpgradeRequired", "TooManySockets"],
    async handle({ env, params: { queue }, query: { session, worker, leaseSeconds }, headers, caller }) {
      if (headers.get("upgrade")?.toLowerCase() !== "websocket")
        throw new ProblemError("UpgradeRequired", "send `Upgrade: websocket`, or call `work`");
      if (!mayBeWorker(caller, worker))
        throw new ProblemError("Forbidden", `this key is not for a worker named "${worker}"`);
      const told = new URLSearchParams({ key: caller.accessKeyId, session });
      if (worker !== undefined) told.set("worker", worker);
      if (leaseSeconds !== undefined) told.set("leaseSeconds", String(leaseSeconds));
      const asked = new Request(`https://queue/?${told.toString()}`, { headers: { upgrade: "websocket" } });
      const socket = await callObject(
        () => env.QUEUES.getByName(queue),
        (object) => object.fetch(asked),
      );
      if (socket.status !== 101) throw problemOf(await refusalOf(queue, socket));
      return { status: 101, socket };
    },
  }),
];

async function refusalOf(queue: string, response: Response): Promise<Rejection> {
  const told = parseOwn<Rejection>(await response.text());
  return told.code === "QueueNotExist" ? queueNotExist(queue) : told;
}
