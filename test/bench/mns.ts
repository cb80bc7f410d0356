import { createHmac } from "node:crypto";
import type { HttpClient } from "./client.ts";
import type { QueueProtocol } from "./round-trips.ts";

const VERSION = "2015-06-06";
const TYPE = "text/xml;charset=UTF-8";
const NS = 'xmlns="http://mns.aliyuncs.com/doc/v1"';

/** The MNS protocol, signed as its clients sign. */
export function mnsProtocol(accessKeyId: string, secret: string): QueueProtocol {
  const call = async (client: HttpClient, method: string, target: string, body?: string): Promise<string> => {
    const date = new Date().toUTCString();
    const type = body === undefined ? "" : TYPE;
    const text = [method, "", type, date, `x-mns-version:${VERSION}`].join("\n") + `\n${target}`;
    const signature = createHmac("sha1", secret).update(text).digest("base64");
    const answer = await client.send(method, target, body, {
      authorization: `MNS ${accessKeyId}:${signature}`,
      date,
      "x-mns-version": VERSION,
      ...(body !== undefined && { "content-type": TYPE }),
    });
    if (answer.status >= 300)
      throw new Error(`${method} ${target}: ${answer.status} ${answer.text.slice(0, 200)}`);
    return answer.text;
  };
  return {
    name: "mns",
    batches: [1, 10],
    async send(client, queue, bodies) {
      const messages = bodies.map((body) => `<Message><MessageBody>${body}</MessageBody></Message>`);
      await call(
        client,
        "POST",
        `/queues/${queue}/messages`,
        `<Messages ${NS}>${messages.join("")}</Messages>`,
      );
    },
    async receive(client, queue, max) {
      const query = max === 1 ? "" : `?numOfMessages=${max}`;
      const text = await call(client, "GET", `/queues/${queue}/messages${query}`);
      return Array.from(text.matchAll(/<ReceiptHandle>([^<]*)</g), ([, handle = ""]) => handle);
    },
    async delete(client, queue, handles) {
      const [first] = handles;
      const target = `/queues/${queue}/messages`;
      if (handles.length === 1) {
        await call(client, "DELETE", `${target}?ReceiptHandle=${first}`);
        return;
      }
      const all = handles.map((handle) => `<ReceiptHandle>${handle}</ReceiptHandle>`);
      await call(client, "DELETE", target, `<ReceiptHandles ${NS}>${all.join("")}</ReceiptHandles>`);
    },
  };
}
