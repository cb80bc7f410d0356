import { toBase64 } from "./bytes.ts";
import { type MasterKey, hmac } from "./master-key.ts";

/**
 * Headers that prove a webhook call to be ours and fresh, as the Standard Webhooks specification has them
 * (standardwebhooks.com): its libraries verify them. The id is the same for each repeat of one call.
 */
export async function webhookHeaders(
  master: MasterKey,
  id: string,
  sentAt: number,
  body: string,
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(sentAt / 1000));
  const signature = toBase64(await hmac(master.webhooks, `${id}.${timestamp}.${body}`));
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
}
