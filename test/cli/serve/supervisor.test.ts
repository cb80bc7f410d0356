import { expect, test } from "vitest";
import { restartPause } from "../../../src/cli/serve/supervisor.ts";

test("a workerd that ends again and again is started ever more rarely, at least twice a minute", () => {
  const pauses = Array.from({ length: 12 }, (_, index) => restartPause(index + 1));
  expect(pauses.slice(0, 4)).toEqual([100, 200, 400, 800]);
  expect(pauses.at(-1)).toBe(30_000);
});
