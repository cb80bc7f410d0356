import { beforeEach, expect, test } from "vitest";
import { NONCES_PURGED_AT_ONCE, SIGNATURE_SKEW_MS } from "../../../src/core/limits.ts";
import { Nonces } from "../../../src/core/durable/nonces.ts";
import { Records } from "../../../src/core/durable/records.ts";
import { MINUTE_MS } from "../../../src/core/time.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const NOW = 1_800_000_000_000;
let cells: MemoryCells;
let records: Records;
let nonces: Nonces;

beforeEach(() => {
  cells = new MemoryCells();
  records = new Records(cells);
  nonces = new Nonces(records);
});

function take(id: string, at: number, now = NOW, request = `request of ${id}`) {
  return nonces.take({ id, at, request }, now);
}

function kept(): number {
  records.save();
  return cells.texts.size;
}

test("a nonce is good for one request, and for the repeats that we make of it ourselves", () => {
  expect(take("a", NOW)).toBe("new");
  expect(take("a", NOW)).toBe("again");
  expect(take("b", NOW)).toBe("new");
  expect(take("a", NOW, NOW, "another request")).toMatchObject({ ok: false, code: "SignatureNonceUsed" });
});

test("it is remembered as long as the door would let it in again, from clocks that are early and late", () => {
  for (const signedAt of [NOW - SIGNATURE_SKEW_MS, NOW, NOW + SIGNATURE_SKEW_MS]) {
    const id = `signed at ${signedAt}`;
    expect(take(id, signedAt)).toBe("new");
    for (let now = NOW; now <= signedAt + SIGNATURE_SKEW_MS; now += MINUTE_MS) {
      take(`filler ${id} ${now}`, now, now);
      expect(take(id, signedAt, now, "a replay")).toMatchObject({ code: "SignatureNonceUsed" });
    }
  }
});

test("what is too old to be remembered is refused, whether it was here or not", () => {
  const later = NOW + SIGNATURE_SKEW_MS + 2 * MINUTE_MS;
  expect(take("never seen", NOW, later)).toMatchObject({ code: "SignatureNonceUsed" });
});

test("old ones are forgotten with new ones, a few at a time", () => {
  for (let nth = 0; nth < 25; nth++) take(`old ${nth}`, NOW);
  const later = NOW + SIGNATURE_SKEW_MS + 2 * MINUTE_MS;
  expect(kept()).toBe(25);
  take("new 1", later, later);
  expect(kept()).toBe(26 - NONCES_PURGED_AT_ONCE);
  take("new 2", later, later);
  take("new 3", later, later);
  expect(kept()).toBe(3);
});
