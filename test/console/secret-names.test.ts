import { expect, test } from "vitest";
import { coveredText } from "../../src/console/model/secret-names.ts";

test("what names tell to be secret is covered, however deep it lies", () => {
  const value = { user: "li.wei", db: { password: "hunter2", port: 1 }, apiToken: { id: 1 }, secret: null };
  expect(JSON.parse(coveredText(value, 2))).toEqual({
    user: "li.wei",
    db: { password: "••••", port: 1 },
    apiToken: "••••",
    secret: null,
  });
});
