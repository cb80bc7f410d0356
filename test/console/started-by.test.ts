import { expect, test } from "vitest";
import { personOf, starterOf, starterWord } from "../../src/console/model/started-by.ts";

test.each([
  ["schedule:nightly", { kind: "schedule", name: "nightly" }],
  ["key:mradmin1", { kind: "key", name: "mradmin1" }],
  ["access:li.wei@example.com", { kind: "access", name: "li.wei@example.com" }],
  ["execution:parent/run:1", { kind: "execution", name: "parent/run:1" }],
  ["somebody", { kind: "other", name: "somebody" }],
])("%s is told apart", (word, starter) => {
  expect(starterOf(word)).toEqual(starter);
});

test("who came by Cloudflare Access is shown by the mail address, and finds what is started by it", () => {
  const ids = ["mradmin1", "access:li.wei@example.com"];
  expect(ids.map(personOf)).toEqual(["mradmin1", "li.wei@example.com"]);
  expect(ids.map(starterWord)).toEqual(["key:mradmin1", "access:li.wei@example.com"]);
});
