import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { BUNDLE_KIB_MAX, type Bundle, bundle } from "../../src/cli/local/bundle.ts";
import { originalPlaces } from "../../src/cli/local/original-places.ts";

const ROOT = join(import.meta.dirname, "../..");
let built: Bundle;

beforeAll(async () => {
  built = await bundle(ROOT, join(ROOT, "src/index.ts"), {});
});

describe("the Worker's code", () => {
  test("is no larger, compressed, than it is said to be", () => {
    expect(gzipSync(built.code).length / 1024).toBeLessThan(BUNDLE_KIB_MAX);
  });

  test("holds no languages of the library that reads requests, but the one that it answers in", () => {
    const locales = built.inputs.filter((file) => /zod\/v4\/locales\/(?!en\.js|index\.js)/.test(file));
    const texts = built.code.match(/entr(?:ada|ée) (?:inválida|invalide)/gi);
    expect(locales.length, "they are there to be left out").toBeGreaterThan(10);
    expect(texts).toBeNull();
  });

  test("has a source map apart, with which a stack of the log names the sources", () => {
    expect(built.code).not.toContain("sourceMappingURL");
    const place = placeOf("nothing is at ");
    const line = readFileSync(join(ROOT, "src/http/app.ts"), "utf8")
      .split("\n")
      .findIndex((one) => one.includes("nothing is at"));
    const stack = originalPlaces(`Error: x\\n    at a (index.js:${place})`, built.sourceMap);
    expect(stack).toContain(`src/http/app.ts:${line + 1}:`);
  });
});

/** Where a text stands in the built code, as a stack has it. */
function placeOf(text: string): string {
  const before = built.code.slice(0, built.code.indexOf(text)).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}
