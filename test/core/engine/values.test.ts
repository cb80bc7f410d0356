import fc from "fast-check";
import { expect, test } from "vitest";
import { SharedCache } from "../../../src/core/durable/shared-cache.ts";
import { EMPTY, type Packed, Values } from "../../../src/core/engine/state/values.ts";
import { mergeObjects } from "../../../src/core/expr/mapping.ts";
import { type JsonObject, parseOwn } from "../../../src/core/json.ts";

class Store {
  readonly texts = new Map<number, string>();

  readValue(id: number): string | undefined {
    return this.texts.get(id);
  }

  lastValueId(): number {
    return Math.max(0, ...this.texts.keys());
  }

  keep(values: Values): void {
    for (const [id, text] of values.takeUnsaved()) this.texts.set(id, text);
  }

  get length(): number {
    return [...this.texts.values()].reduce((sum, text) => sum + text.length, 0);
  }
}

const object = fc.dictionary(
  fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("a", "b", "__proto__", "refs", "keys", "base")),
  fc.oneof(
    fc.jsonValue(),
    fc.string({ minLength: 250, maxLength: 2000 }),
    fc.array(fc.nat(), { maxLength: 500 }),
  ),
  { maxKeys: 12 },
) as fc.Arbitrary<JsonObject>;

/** As JSON text would bring it back: no negative zero, and all digits that were written. */
function plain(value: JsonObject): JsonObject {
  return parseOwn(JSON.stringify(value));
}

test("what is packed comes back the same, now and after a restart", () => {
  fc.assert(
    fc.property(object, (generated) => {
      const value = plain(generated);
      const store = new Store();
      const values = new Values(store, new SharedCache());
      const packed = parseOwn<Packed>(JSON.stringify(values.pack(value)));
      expect(values.unpack(packed)).toEqual(value);
      store.keep(values);
      expect(new Values(store, new SharedCache()).unpack(packed)).toEqual(value);
    }),
  );
});

test("merging packed objects is merging the objects", () => {
  fc.assert(
    fc.property(fc.array(object, { minLength: 1, maxLength: 20 }), (generated) => {
      const store = new Store();
      const values = new Values(store, new SharedCache());
      let whole: JsonObject = {};
      let packed: Packed = EMPTY;
      for (const part of generated.map(plain)) {
        whole = mergeObjects(whole, part);
        packed = values.merge(packed, values.pack(part), () => whole);
        store.keep(values);
      }
      expect(new Values(store, new SharedCache()).unpack(packed)).toEqual(whole);
      expect(JSON.stringify(packed).length).toBeLessThan(2500);
    }),
  );
});

test("a large value is stored once, however many objects carry it on", () => {
  const store = new Store();
  const values = new Values(store, new SharedCache());
  const big = Array.from({ length: 5000 }, (_, index) => index);
  const packed = Array.from({ length: 100 }, (_, index) => values.pack({ big, index }));
  store.keep(values);
  expect(store.texts.size).toBe(1);
  expect(values.unpack(packed[99] ?? EMPTY)).toEqual({ big, index: 99 });
});

test("an object that keys are added to, or written over, takes room in proportion to what is written", () => {
  for (const key of [(turn: number) => `key${turn}`, (turn: number) => `key${turn % 3}`]) {
    const store = new Store();
    const values = new Values(store, new SharedCache());
    let whole: JsonObject = {};
    let packed: Packed = EMPTY;
    let written = 0;
    for (let turn = 0; turn < 2000; turn++) {
      const part = { [key(turn)]: "v".repeat(200) };
      written += 210;
      whole = mergeObjects(whole, part);
      packed = values.merge(packed, values.pack(part), () => whole);
      store.keep(values);
    }
    expect(values.unpack(packed)).toEqual(whole);
    expect(store.length).toBeLessThan(4 * written);
  }
});

test("values are the same where the isolate has room for none of them", () => {
  const store = new Store();
  const cache = new SharedCache(1);
  const [values, other] = [new Values(store, cache), new Values(new Store(), cache)];
  const text = "x".repeat(1000);
  const value = { text, list: Array.from({ length: 100 }, (_, index) => index), same: text };
  const packed = values.pack(value);
  store.keep(values);
  other.pack({ text: "y".repeat(5000) });
  expect(values.unpack(packed)).toEqual(value);
  expect(cache.bytes).toBeLessThan(20_000);
});
