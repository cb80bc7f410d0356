import { expect } from "vitest";
import { MNS_ERRORS, type MnsErrorCode } from "../../src/protocols/mns/errors.ts";
import { unique } from "./call.ts";
import { type MnsReply, type MnsSend, mns, textOf } from "./mns-call.ts";

export const NS = 'xmlns="http://mns.aliyuncs.com/doc/v1"';

export async function newQueue(attributes = ""): Promise<string> {
  const name = unique("q");
  const { status } = await mns("PUT", `/queues/${name}`, { body: `<Queue>${attributes}</Queue>` });
  expect(status).toBe(201);
  return name;
}

export function message(body: string, more = ""): MnsSend {
  return { body: `<Message ${NS}><MessageBody>${body}</MessageBody>${more}</Message>` };
}

/** What every answer has, and every error. */
export function expectError(reply: MnsReply, code: MnsErrorCode): void {
  expect([reply.code, reply.status]).toEqual([code, MNS_ERRORS[code]]);
  expect(reply.headers.get("content-type")).toBe("text/xml;charset=utf-8");
  expect(reply.text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error xmlns="[^"]+">/);
  const requestId = textOf("RequestId", reply);
  expect(requestId).toMatch(/^[0-9A-F]{24}$/);
  expect(reply.headers.get("x-mns-request-id")).toBe(requestId);
  expect(textOf("Message", reply)).not.toBe("");
  expect(textOf("HostId", reply)).toBe("http://mns.example");
  expect(reply.text).not.toMatch(/<html|\.ts:\d|at async/i);
}
