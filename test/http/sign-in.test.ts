import { expect, test } from "vitest";
import { PROBLEMS } from "../../src/http/problem.ts";
import { signInPage } from "../../src/http/sign-in/page.ts";
import { EN, ZH, wordsFor } from "../../src/http/sign-in/words.ts";

test.each([
  [null, "en"],
  ["", "en"],
  ["zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"],
  ["en-GB, en;q=0.9, zh;q=0.8", "en"],
  ["de-DE,de;q=0.9,zh-TW;q=0.7", "zh-CN"],
  ["zh;q=0.1, en;q=0.2", "en"],
  ["zh;q=0", "en"],
  ["fr", "en"],
])("who would rather have %j reads %s", (wanted, language) => {
  expect(wordsFor(wanted).language).toBe(language);
});

test("both languages have a sentence for the same problems of the API", () => {
  const codes = Object.keys(EN.refused);
  expect(Object.keys(ZH.refused)).toEqual(codes);
  expect(Object.keys(PROBLEMS)).toEqual(expect.arrayContaining(codes));
});

test("nothing that came with a request becomes a part of the page", async () => {
  const problem = { code: "Odd", status: 500, detail: "<b>bold</b>", requestId: "r" };
  const text = await signInPage({ words: EN, to: '/flows?q="><script>', trouble: { says: "No.", problem } });
  expect(text).not.toMatch(/<script|<b>|style=/);
  expect(text).toContain("&lt;b&gt;bold");
});
