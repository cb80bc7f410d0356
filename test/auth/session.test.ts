import { beforeAll, describe, expect, test } from "vitest";
import { type MasterKey, masterKey } from "../../src/auth/master-key.ts";
import {
  makeSignInCode,
  newSession,
  signSession,
  verifySession,
  verifySignInCode,
} from "../../src/auth/session.ts";

const NOW = 1_800_000_000_000;
const HOUR = 3_600_000;
const SESSION = newSession("mradmin1", "key", NOW);
let master: MasterKey;
let other: MasterKey;

beforeAll(async () => {
  [master, other] = (await Promise.all(
    ["a".repeat(40), "b".repeat(40)].map((secret) => masterKey(secret)),
  )) as [MasterKey, MasterKey];
});

/** All texts that differ from this one in one character that counts. */
function changesOf(text: string): string[] {
  return Array.from({ length: text.length - 1 }, (_, position) => {
    const character = text[position] === "A" ? "B" : "A";
    return text.slice(0, position) + character + text.slice(position + 1);
  });
}

describe("a session", () => {
  test("is what was signed, for twelve hours", async () => {
    const text = await signSession(master, SESSION);
    expect(await verifySession(master, text, NOW + 12 * HOUR - 1)).toEqual(SESSION);
    expect(await verifySession(master, text, NOW + 12 * HOUR)).toBeUndefined();
  });

  test("ends with its master key", async () => {
    expect(await verifySession(other, await signSession(master, SESSION), NOW)).toBeUndefined();
  });

  test("is refused when any part of it was changed", async () => {
    for (const changed of changesOf(await signSession(master, SESSION)))
      expect(await verifySession(master, changed, NOW)).toBeUndefined();
  });

  test.each(["", "s1", "s1..", "s1.a.b.c", "s1.%.%", "x".repeat(5000)])("%j is none", async (text) => {
    expect(await verifySession(master, text, NOW)).toBeUndefined();
  });
});

describe("a sign-in code", () => {
  test("names its key for ten minutes, and is another one each time", async () => {
    const { code, expiresAt } = await makeSignInCode(master, "mradmin1", NOW);
    expect(code).toMatch(/^c1\.[\w-]+\.[\w-]+$/);
    expect(expiresAt).toBe(NOW + HOUR / 6);
    expect(await verifySignInCode(master, code, expiresAt - 1)).toMatchObject({ accessKeyId: "mradmin1" });
    expect(await verifySignInCode(master, code, expiresAt)).toBeUndefined();
    expect((await makeSignInCode(master, "mradmin1", NOW)).code).not.toBe(code);
  });

  test("is refused when any part of it was changed", async () => {
    const { code } = await makeSignInCode(master, "mradmin1", NOW);
    for (const changed of changesOf(code))
      expect(await verifySignInCode(master, changed, NOW)).toBeUndefined();
  });

  test("is no session, and a session is no code", async () => {
    const { code } = await makeSignInCode(master, "mradmin1", NOW);
    const session = await signSession(master, SESSION);
    expect(await verifySession(master, code.replace("c1", "s1"), NOW)).toBeUndefined();
    expect(await verifySignInCode(master, session.replace("s1", "c1"), NOW)).toBeUndefined();
  });
});
