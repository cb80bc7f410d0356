import { expect, test } from "vitest";
import { hmacSha1, isTimely } from "../../src/auth/request-signature.ts";
import { SIGNATURE_SKEW_MS } from "../../src/core/limits.ts";

test("HMAC-SHA1 is that of RFC 2202, in base64", async () => {
  expect(await hmacSha1("Jefe", "what do ya want for nothing?")).toBe("7/zfauXrL6LSdBbV8YTfnCWafHk=");
});

test("a signature counts for a while before and after its time, both ends included", () => {
  const now = Date.UTC(2026, 10, 23);
  const times = [-SIGNATURE_SKEW_MS - 1, -SIGNATURE_SKEW_MS, 0, SIGNATURE_SKEW_MS, SIGNATURE_SKEW_MS + 1];
  expect(times.map((off) => isTimely(now + off, now))).toEqual([false, true, true, true, false]);
});
