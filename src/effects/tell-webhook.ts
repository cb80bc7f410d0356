import { type MasterKey, masterKey } from "../auth/master-key.ts";
import { webhookHeaders } from "../auth/webhook-signature.ts";
import { NOTIFY_SECONDS_MAX } from "../core/limits.ts";
import { assert } from "../core/result.ts";
import type { AnyEffect } from "../core/machine.ts";
import type { Notice } from "../core/schedule/notice.ts";
import { SECOND_MS, toRfc3339 } from "../core/time.ts";
import { log } from "../log.ts";
import { isPrivateAddress } from "../auth/addresses.ts";
import { callHttp } from "./calls/respond.ts";
import { DONE, type EffectRow } from "./performer.ts";

/** What the webhook gets; times are RFC 3339. */
interface WebhookEvent {
  readonly type: string;
  readonly timestamp: string;
  readonly data: object;
}

/** Tells the installation's webhook, at least once: what it answers with 2xx it has; anything else is sent again for hours. */
export function tellWebhook<M, E extends AnyEffect, C>(
  eventOf: (effect: E, object: string) => WebhookEvent,
): EffectRow<M, E, C> {
  return {
    groupBy: ({ id }) => id,
    async perform({ env, calls, object }, effects) {
      const { NOTIFY_URL: address = "" } = env;
      const master = await masterKey(env.MASTER_KEY);
      assert(master, "nothing is made without a master key");
      for (const effect of effects) {
        if (address === "") continue;
        const url = URL.canParse(address) ? new URL(address) : undefined;
        if (!url || !isAllowed(url, env.ALLOW_PRIVATE_ADDRESSES)) {
          const message = "NOTIFY_URL is no address that may be called";
          log({ event: "notifyRefused", message });
          // Whoever mends it within hours hears of it all the same.
          throw new Error(message);
        }
        const body = JSON.stringify(eventOf(effect, object));
        await calls.call(() => tell(url, master, effect.id, body));
      }
      return DONE;
    },
  };
}

/** Throws to say: try again later. */
async function tell(url: URL, master: MasterKey, id: string, body: string): Promise<void> {
  const headers = {
    "content-type": "application/json",
    ...(await webhookHeaders(master, id, Date.now(), body)),
  };
  const request = new Request(url, { method: "POST", headers, body });
  const answer = await callHttp((sent) => fetch(sent), request, NOTIFY_SECONDS_MAX * SECOND_MS);
  if ("reason" in answer) throw new Error(`the webhook did not answer: ${answer.message}`);
  if (answer.status < 200 || answer.status >= 300) {
    throw new Error(`the webhook answered with status ${answer.status}`);
  }
}

function isAllowed(url: URL, allowPrivate: string | undefined): boolean {
  if (url.protocol !== "https:" && url.protocol !== "http:") return false;
  return allowPrivate === "true" || !isPrivateAddress(url);
}

/** As the API shows a firing: times are RFC 3339. */
export function firingEvent({ type, flow, schedule, firing, noticedAt }: Notice): WebhookEvent {
  const { at, firedAt, startedAt, ...rest } = firing;
  const times = {
    ...(firedAt !== undefined && { firedAt: toRfc3339(firedAt) }),
    ...(startedAt !== undefined && { startedAt: toRfc3339(startedAt) }),
  };
  return {
    type,
    timestamp: toRfc3339(noticedAt),
    data: { flow, schedule, firing: { at: toRfc3339(at), ...times, ...rest } },
  };
}
