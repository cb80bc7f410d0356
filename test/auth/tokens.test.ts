import { beforeAll, describe, expect, test } from "vitest";
import { FIRST_ADMIN_KEY_ID, accessKeySecret, verifyBearer } from "../../src/auth/access-key.ts";
import { type MasterKey, masterKey } from "../../src/auth/master-key.ts";
import { maskTaskToken, signTaskToken, taskMessageId, verifyTaskToken } from "../../src/auth/task-token.ts";

const PAYLOAD = { execution: "flow~1~run", path: "each[2]/täsk", attempt: 3 };
let master: MasterKey;
let other: MasterKey;

beforeAll(async () => {
  [master, other] = (await Promise.all(
    ["a".repeat(40), "b".repeat(40)].map((secret) => masterKey(secret)),
  )) as [MasterKey, MasterKey];
});

describe("a task token", () => {
  test("names the attempt it was signed for, in characters that need no escaping", async () => {
    const token = await signTaskToken(master, PAYLOAD);
    expect(token).toMatch(/^mr1\.[A-Za-z0-9]{6}\.[\w-]+\.[\w-]+$/);
    expect(await verifyTaskToken([master], token)).toEqual(PAYLOAD);
    expect(await signTaskToken(master, PAYLOAD)).toBe(token);
  });

  test("outlives its master key while that is among the previous ones", async () => {
    const token = await signTaskToken(master, PAYLOAD);
    expect(await verifyTaskToken([other, master], token)).toEqual(PAYLOAD);
    expect(await verifyTaskToken([other], token)).toBeUndefined();
  });

  test("is refused when any part of it was changed", async () => {
    const token = await signTaskToken(master, PAYLOAD);
    for (let position = 0; position < token.length - 1; position++) {
      const changed =
        token.slice(0, position) + (token[position] === "A" ? "B" : "A") + token.slice(position + 1);
      expect(await verifyTaskToken([master], changed)).toBeUndefined();
    }
  });

  test.each(["", "mr1", "mr1...", "mr1.a.b.c.d", "x".repeat(5000), "mr2.a.b.c", "mr1.%.%.%"])(
    "%j is none",
    async (text) => {
      expect(await verifyTaskToken([master], text)).toBeUndefined();
    },
  );

  test("is shown by its last six characters only, and its message's id says nothing of it", async () => {
    const token = await signTaskToken(master, PAYLOAD);
    expect(maskTaskToken(token)).toBe(`mr1.…${token.slice(-6)}`);
    expect(await taskMessageId(PAYLOAD)).toMatch(/^t-[\w-]{20}$/);
  });
});

describe("an access key", () => {
  test("is known by its secret, which is made from the master key", async () => {
    const secret = await accessKeySecret(master, FIRST_ADMIN_KEY_ID);
    const header = `Bearer ${FIRST_ADMIN_KEY_ID}.${secret}`;
    expect(await verifyBearer(master, header)).toBe(FIRST_ADMIN_KEY_ID);
    expect(await verifyBearer(other, header)).toBeUndefined();
    expect(await verifyBearer(master, header.replace(FIRST_ADMIN_KEY_ID, "someone1"))).toBeUndefined();
  });

  test.each([undefined, "", "Bearer", "Bearer x", "Basic a.b", "Bearer mradmin1.", "Bearer .x"])(
    "%j is none",
    async (header) => {
      expect(await verifyBearer(master, header)).toBeUndefined();
    },
  );

  test("a master key that is too short is none", async () => {
    expect(await masterKey("short")).toBeUndefined();
    expect(await masterKey(undefined)).toBeUndefined();
  });
});
