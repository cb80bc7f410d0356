import { isPrivateAddress } from "../auth/addresses.ts";
import { masterKey } from "../auth/master-key.ts";
import { bodyMd5 } from "../auth/md5.ts";
import { webhookHeaders } from "../auth/webhook-signature.ts";
import { given } from "../core/given.ts";
import type { Performed } from "../core/host/ports.ts";
import { PUSHES_IN_FLIGHT, PUSH_SECONDS_MAX } from "../core/limits.ts";
import { type Result, assert, messageOf, reject } from "../core/result.ts";
import { SECOND_MS } from "../core/time.ts";
import type { PassOn, TopicCommand, TopicEffect } from "../core/topic/command.ts";
import { notification } from "../core/topic/notification.ts";
import { pauseBefore } from "../core/topic/retries.ts";
import type { PublishedMessage, Subscription } from "../core/topic/topic.ts";
import type { TopicMachine } from "../core/topic/topic-machine.ts";
import { log } from "../log.ts";
import { callHttp } from "./calls/respond.ts";
import { DONE, type EffectContext, type EffectTable, type Executor } from "./performer.ts";
import { tellBoard } from "./tell-board.ts";
import { tellDirectory } from "./tell-directory.ts";

type Context = EffectContext<TopicMachine>;
type Row = Executor<TopicMachine, PassOn, TopicCommand>;

interface Delivery {
  readonly subscription: Subscription;
  readonly message: PublishedMessage;
  readonly text: string;
  readonly contentType: string;
}

/** Passes one message on to one subscription; what was not taken comes again as its strategy says, or is given up: a dead letter. */
const deliver: Row = async (context, [effect], tries) => {
  assert(effect, "a group is not empty");
  const { machine, object: topic } = context;
  const subscription = machine.subscription(effect.subscription);
  const message = machine.message(effect.message);
  if (!subscription || !message) return DONE;
  const md5 = await bodyMd5(message.body);
  const delivery = { subscription, message, ...notification(topic, subscription, message, md5) };
  const outcome = await attempt(context, delivery);
  if (outcome.ok) return DONE;
  const { strategy, name } = subscription;
  const pause = pauseBefore(strategy, effect.id, tries, effect.since, Date.now());
  if (pause !== undefined) return { done: false, retryInMs: pause } satisfies Performed<TopicCommand>;
  const { detail } = outcome;
  log({ event: "notificationDropped", topic, subscription: name, message: message.id, reason: detail });
  return { done: true, commands: [{ type: "giveUp", effect, detail }] };
};

async function attempt(context: Context, delivery: Delivery): Promise<Result<object>> {
  const { endpoint } = delivery.subscription;
  try {
    return await (endpoint.kind === "queue"
      ? sendToQueue(context, endpoint.queue, delivery)
      : context.calls.call(() => callUrl(context, endpoint.url, delivery)));
  } catch (error) {
    return reject("InternalError", messageOf(error));
  }
}

/** The batch's name makes a repeat harmless; each subscription of a queue has its own. */
async function sendToQueue({ env }: Context, queue: string, delivery: Delivery): Promise<Result<object>> {
  const { subscription, message, text } = delivery;
  return env.QUEUES.getByName(queue).send({
    type: "sendMessages",
    batch: `${message.id}-${subscription.name}`,
    messages: [{ body: text, ...given({ properties: message.properties }) }],
    anySize: true,
  });
}

async function callUrl({ env }: Context, url: string, delivery: Delivery): Promise<Result<object>> {
  if (env.ALLOW_PRIVATE_ADDRESSES !== "true" && isPrivateAddress(new URL(url))) {
    return reject("AddressNotAllowed", "private addresses are not called");
  }
  const { subscription, message, text, contentType } = delivery;
  const master = await masterKey(env.MASTER_KEY);
  assert(master, "topics are made with a master key");
  const request = new Request(url, {
    method: "POST",
    body: text,
    headers: {
      "content-type": contentType,
      "x-mns-version": "2015-06-06",
      "x-mns-request-id": message.id,
      ...(message.tag !== undefined && { "x-mns-message-tag": message.tag }),
      ...(await webhookHeaders(master, `${message.id}-${subscription.name}`, Date.now(), text)),
    },
  });
  const answer = await callHttp((sent) => fetch(sent), request, PUSH_SECONDS_MAX * SECOND_MS);
  if ("reason" in answer) return reject("NoAnswer", answer.message);
  const isTaken = answer.status >= 200 && answer.status < 300;
  return isTaken ? { ok: true } : reject("NotTaken", `it answered with status ${answer.status}`);
}

const single = ({ id }: TopicEffect) => id;

export const TOPIC_EFFECTS: EffectTable<TopicMachine, TopicEffect, TopicCommand> = {
  notifyQueue: { groupBy: single, perform: deliver, atOnce: PUSHES_IN_FLIGHT },
  notifyUrl: { groupBy: single, perform: deliver, atOnce: PUSHES_IN_FLIGHT },
  tellBoard,
  registerTopic: tellDirectory("register", "topic"),
  unregisterTopic: tellDirectory("unregister", "topic"),
};
