import { expect, test } from "vitest";
import { clientAddress } from "../../src/service/client-address.ts";

function address(headers: Record<string, string>, clientIp?: string, trust?: string) {
  const cf = clientIp === undefined ? undefined : { clientIp };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else of it is looked at
  const request = { headers: new Headers(headers), cf } as unknown as Request;
  return clientAddress(request, { ...(trust !== undefined && { TRUST_PROXY: trust }) });
}

const CLAIMED = { "cf-connecting-ip": "203.0.113.1", "x-forwarded-for": "203.0.113.2" };

test.each([
  ["192.0.2.7:41000", "192.0.2.7"],
  ["[2001:db8::7]:41000", "2001:db8::7"],
  ["[::1]:9", "::1"],
  // A socket for both kinds of addresses.
  ["[::ffff:192.0.2.7]:41000", "192.0.2.7"],
  ["something else", "something else"],
])("a connection from %s is from %s, whatever the caller writes into its headers", (told, expected) => {
  expect(address(CLAIMED, told)).toBe(expected);
});

test("the platform's header counts where the connection does not tell", () => {
  expect(address(CLAIMED)).toBe("203.0.113.1");
  expect(address({})).toBeUndefined();
});

test.each([
  ["what it added itself", "198.51.100.1, 203.0.113.2", "203.0.113.2"],
  ["nothing without a word", "", "192.0.2.7"],
])("of a trusted proxy counts %s", (_, forwarded, expected) => {
  expect(address({ "x-forwarded-for": forwarded }, "192.0.2.7:1", "true")).toBe(expected);
});
