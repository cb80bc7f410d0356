import { describe, expect, test } from "vitest";
import { EngineRun } from "../../support/engine-run.ts";
import { flowOf, taskStep } from "../../support/flows.ts";
import { MemoryExecutionStore } from "../../support/memory-execution-store.ts";

describe("items that failed are tried again after another version was taken", () => {
  const flowWith = (task: string) =>
    flowOf(
      `{type: foreach, name: each, iterationMapping: {collection: $.items, item: one}, tolerance: {count: 2}, outputMappings: [{target: results, source: "$local[*]"}], steps: [${task}]}`,
    );

  test.each([
    [
      "a task goes on with its next attempt and the new body",
      taskStep("t", "outputMappings: [{target: by, source: mended}]"),
    ],
    [
      "a step before the one that failed is not made up for",
      `{type: pass, name: added}, ${taskStep("t", "outputMappings: [{target: by, source: mended}]")}`,
    ],
  ])("%s", (_title, corrected) => {
    const items = [0, 1, 2, 3, 4];
    const run = new EngineRun(new MemoryExecutionStore(), flowWith(taskStep("t")), { items });
    run.succeed("each[0]/t", { by: "first" });
    run.fail("each[1]/t", "Bad");
    run.fail("each[2]/t", "Bad");
    run.fail("each[3]/t", "Bad");
    expect(run.status).toBe("Failed");
    for (const effect of run.pendingEffects()) run.do({ type: "effectOver", effect });
    const onto = { version: 2, definition: flowWith(corrected) };
    expect(run.do({ type: "redrive", redrives: 1, by: "key:li", ...onto })).toMatchObject({ ok: true });
    run.restart();
    expect(run.do({ type: "adjustItems", step: "each", by: "key:li", retry: "failed" })).toMatchObject({
      ok: true,
    });
    const asked = run.messages().map(({ path, attempt }) => `${path} ${attempt}`);
    expect(asked.toSorted()).toEqual(["each[1]/t 2", "each[2]/t 2", "each[3]/t 2", "each[4]/t 2"]);
    for (const index of [1, 2, 3, 4]) run.succeed(`each[${index}]/t`, {}, 2);
    expect(run.status).toBe("Succeeded");
    const mended = [1, 2, 3, 4].map(() => expect.objectContaining({ by: "mended" }));
    expect(run.output).toMatchObject({ results: [{ by: "first" }, ...mended] });
    const ids = run.history().map(({ eventId }) => eventId);
    expect(ids).toEqual(ids.map((_, index) => index + 1));
  });
});
