import { bodyMd5 } from "../../../auth/md5.ts";
import { given } from "../../../core/given.ts";
import {
  LEASE_SECONDS_MAX,
  MNS_BATCH_MAX,
  POLL_SECONDS_MAX,
  PRIORITY_MAX,
  QUEUE_DELAY_SECONDS_MAX,
} from "../../../core/limits.ts";
import type { MessageToSend, ReceiptVerdict, SendVerdict } from "../../../core/queue/command.ts";
import type { PeekedMessage, ReceivedMessage } from "../../../core/queue/message.ts";
import {
  changeLeases,
  peekMessages,
  receiveMessages,
  removeMessages,
  sendMessages,
} from "../../../service/queue-calls.ts";
import { MnsError, errorOf } from "../errors.ts";
import { propertyElements, readProperties } from "../properties.ts";
import { type MnsAnswer, type MnsCall, type Operation, NO_CONTENT } from "../operation.ts";
import { Fields, type Query } from "../read.ts";
import { type Element, malformed } from "../xml.ts";
import { type Xml, fields, xml } from "../../../core/xml.ts";

const PATH = "/queues/{queue}/messages";

function readMessage(element: Element): MessageToSend {
  if (element.name !== "Message") throw malformed("a message's element must be Message");
  const asked = new Fields(element);
  const body = asked.text("MessageBody") ?? "";
  if (body === "") throw malformed("MessageBody is missing or empty");
  return {
    body,
    ...readProperties(asked),
    ...given({
      // Go's client sends 0 when nobody set one.
      priority: asked.number("Priority", 0, PRIORITY_MAX) || undefined,
      delaySeconds: asked.number("DelaySeconds", 0, QUEUE_DELAY_SECONDS_MAX),
    }),
  };
}

function checkBatch(size: number): void {
  if (size >= 1 && size <= MNS_BATCH_MAX) return;
  throw new MnsError("InvalidArgument", `a batch has 1 to ${MNS_BATCH_MAX} entries`);
}

async function sendOne({ env, names }: MnsCall, element: Element): Promise<MnsAnswer> {
  const message = readMessage(element);
  const outcome = await sendMessages(env, names.queue, [message]);
  const [verdict] = outcome.ok ? outcome.sent : [outcome];
  if (!verdict?.ok) throw verdict ? errorOf(verdict) : new Error("Broken invariant: a send has a verdict");
  const { id, receipt } = verdict;
  const sent = { MessageId: id, MessageBodyMD5: await bodyMd5(message.body), ReceiptHandle: receipt };
  return { status: 201, body: xml("Message", fields(sent)) };
}

/** Some may be refused and the others sent: then the status is 500, and each says what became of it. */
async function sendBatch({ env, names }: MnsCall, { children }: Element): Promise<MnsAnswer> {
  checkBatch(children.length);
  const messages = children.map(readMessage);
  const outcome = await sendMessages(env, names.queue, messages, true);
  if (!outcome.ok) throw errorOf(outcome);
  const entries = messages.map(({ body }, position) => sentEntry(body, outcome.sent[position]));
  const isComplete = outcome.sent.every(({ ok }) => ok);
  return { status: isComplete ? 201 : 500, body: xml("Messages", await Promise.all(entries)) };
}

async function sentEntry(body: string, verdict: SendVerdict | undefined): Promise<Xml> {
  if (!verdict) throw new Error("Broken invariant: each message has a verdict");
  if (verdict.ok) {
    return xml("Message", fields({ MessageId: verdict.id, MessageBodyMD5: await bodyMd5(body) }));
  }
  const { code, message } = errorOf(verdict);
  return xml("Message", fields({ ErrorCode: code, ErrorMessage: message }));
}

async function toMessage(message: PeekedMessage & Partial<ReceivedMessage>): Promise<Xml> {
  return xml("Message", [
    ...fields({
      MessageId: message.id,
      ReceiptHandle: message.receipt,
      MessageBodyMD5: await bodyMd5(message.body),
      MessageBody: message.body,
      EnqueueTime: message.enqueuedAt,
      NextVisibleTime: message.leaseUntil,
      FirstDequeueTime: message.firstDequeuedAt,
      DequeueCount: message.dequeueCount,
      Priority: message.priority,
    }),
    ...propertyElements(message.properties),
  ]);
}

/** One message, or with `numOfMessages`, even if it is 1, a list of them. */
async function messagesAnswer(
  messages: readonly (PeekedMessage & Partial<ReceivedMessage>)[],
  query: Query,
): Promise<MnsAnswer> {
  const elements = await Promise.all(messages.map(toMessage));
  const [first] = elements;
  if (!first) throw new MnsError("MessageNotExist", "there is no message that can be received now");
  return { status: 200, body: query.has("numOfMessages") ? xml("Messages", elements) : first };
}

function readMax(query: Query): number {
  return query.number("numOfMessages", 1, MNS_BATCH_MAX) ?? 1;
}

function verdictOf(verdicts: readonly ReceiptVerdict[]): Extract<ReceiptVerdict, { ok: true }> {
  const [verdict] = verdicts;
  if (!verdict) throw new Error("Broken invariant: each receipt has a verdict");
  if (!verdict.ok) throw errorOf(verdict);
  return verdict;
}

async function deleteBatch({ env, names, body }: MnsCall): Promise<MnsAnswer> {
  if (!body) throw new MnsError("MissingReceiptHandle", "say what to delete: ?ReceiptHandle=, or a body");
  if (body.name !== "ReceiptHandles") throw malformed("its root must be ReceiptHandles");
  const receipts = body.children.map(({ name, text }) => {
    if (name !== "ReceiptHandle") throw malformed("its elements must be ReceiptHandle");
    return text.trim();
  });
  checkBatch(receipts.length);
  const outcome = await removeMessages(env, names.queue, receipts, true);
  if (!outcome.ok) throw errorOf(outcome);
  const errors = outcome.verdicts.flatMap((verdict, position) => {
    if (verdict.ok) return [];
    const { code, message } = errorOf(verdict);
    const told = { ErrorCode: code, ErrorMessage: message, ReceiptHandle: receipts[position] };
    return xml("Error", fields(told));
  });
  return errors.length === 0 ? NO_CONTENT : { status: 404, body: xml("Errors", errors) };
}

/** Spec: MNS section 4.6. */
export const messageOperations: readonly Operation[] = [
  {
    name: "SendMessage, BatchSendMessage",
    method: "POST",
    path: PATH,
    access: "operate",
    async handle(call) {
      const { body } = call;
      if (!body) throw malformed("there is none");
      return body.name === "Messages" ? sendBatch(call, body) : sendOne(call, body);
    },
  },
  {
    name: "PeekMessage, BatchPeekMessage",
    method: "GET",
    path: PATH,
    when: (query) => query.flag("peekonly"),
    access: "operate",
    async handle({ env, names, query }) {
      const outcome = await peekMessages(env, names.queue, readMax(query));
      if (!outcome.ok) throw errorOf(outcome);
      return messagesAnswer(outcome.messages, query);
    },
  },
  {
    name: "ReceiveMessage, BatchReceiveMessage",
    method: "GET",
    path: PATH,
    access: "work",
    async handle({ env, names, query }) {
      const waitSeconds = query.number("waitseconds", 0, POLL_SECONDS_MAX);
      const receive = { max: readMax(query), ...given({ waitSeconds }) };
      const outcome = await receiveMessages(env, names.queue, receive);
      if (!outcome.ok) throw errorOf(outcome);
      return messagesAnswer(outcome.messages, query);
    },
  },
  {
    name: "DeleteMessage",
    method: "DELETE",
    path: PATH,
    when: (query) => query.has("ReceiptHandle"),
    access: "work",
    async handle({ env, names, query }) {
      const receipt = query.text("ReceiptHandle");
      if (receipt === undefined) throw new MnsError("MissingReceiptHandle", "ReceiptHandle is empty");
      const outcome = await removeMessages(env, names.queue, [receipt], true);
      if (!outcome.ok) throw errorOf(outcome);
      verdictOf(outcome.verdicts);
      return NO_CONTENT;
    },
  },
  {
    name: "BatchDeleteMessage",
    method: "DELETE",
    path: PATH,
    access: "work",
    handle: deleteBatch,
  },
  {
    name: "ChangeMessageVisibility",
    method: "PUT",
    path: PATH,
    access: "work",
    async handle({ env, names, query }) {
      const receipt = query.text("ReceiptHandle");
      if (receipt === undefined) throw new MnsError("MissingReceiptHandle", "ReceiptHandle is missing");
      if (query.text("VisibilityTimeout") === undefined) {
        throw new MnsError("MissingVisibilityTimeout", "VisibilityTimeout is missing");
      }
      const leaseSeconds = query.number("VisibilityTimeout", 1, LEASE_SECONDS_MAX);
      const change = {
        type: "extend",
        receipts: [receipt],
        renew: true,
        ...given({ leaseSeconds }),
      } as const;
      const outcome = await changeLeases(env, names.queue, change);
      if (!outcome.ok) throw errorOf(outcome);
      const { receipt: ReceiptHandle, leaseUntil: NextVisibleTime } = verdictOf(outcome.verdicts);
      return { status: 200, body: xml("ChangeVisibility", fields({ ReceiptHandle, NextVisibleTime })) };
    },
  },
];
