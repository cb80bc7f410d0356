import { pauseBody } from "../../../http/contract/pauses.ts";
import { pausedQueueAnswer, queueAnswer } from "../../../http/contract/queues.ts";
import { type Build, command } from "../command.ts";

const ARGS = { queue: "name of the queue" };

function pathOf(queue: string, action: "pause" | "resume"): string {
  return `/v1/queues/${encodeURIComponent(queue)}/${action}`;
}

const pause = command({
  usage: "pause <queue>",
  calls: ["POST /v1/queues/{queue}/pause"],
  summary: "Let nobody receive from a queue; what is sent to it waits",
  args: ARGS,
  options: pauseBody,
  examples: ["queue pause workers", "queue pause workers --reason 'the database is being moved'"],
  async run({ client, args: { queue = "" }, options: body }) {
    const path = pathOf(queue, "pause");
    const done = await client.call({ method: "POST", path, body }, pausedQueueAnswer);
    const { limited } = done;
    const tasks = limited === 1 ? "1 task that waits in it has" : `${limited} tasks that wait in it have`;
    return {
      json: done,
      text: () => `queue ${queue}: nobody receives`,
      notes: limited > 0 ? [`${tasks} a time limit, which runs on`] : [],
    };
  },
});

const resume = command({
  usage: "resume <queue>",
  calls: ["POST /v1/queues/{queue}/resume"],
  summary: "Let messages of a queue be received again",
  args: ARGS,
  examples: ["queue resume workers"],
  async run({ client, args: { queue = "" } }) {
    const path = pathOf(queue, "resume");
    const done = await client.call({ method: "POST", path, body: {} }, queueAnswer);
    return { json: done, text: () => `queue ${queue}: messages are received again` };
  },
});

export const queuePauseCommands: readonly Build[] = [pause, resume];
