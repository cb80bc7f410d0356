import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { masterKey } from "../../src/auth/master-key.ts";
import { webhookHeaders } from "../../src/auth/webhook-signature.ts";

const SECRET = "a master key that is long enough to be one";

test("a webhook call is signed as the Standard Webhooks specification says, with a key of its own", async () => {
  const master = await masterKey(SECRET);
  if (!master) throw new Error("the key is long enough");
  const sentAt = Date.UTC(2026, 10, 24);
  const headers = await webhookHeaders(master, "an-id", sentAt, '{"a":1}');
  const key = createHmac("sha256", SECRET).update("millrace webhooks").digest();
  const signature = createHmac("sha256", key)
    .update(`an-id.${sentAt / 1000}.{"a":1}`)
    .digest("base64");
  expect(headers).toEqual({
    "webhook-id": "an-id",
    "webhook-timestamp": String(sentAt / 1000),
    "webhook-signature": `v1,${signature}`,
  });
});
