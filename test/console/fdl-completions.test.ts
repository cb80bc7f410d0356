import { describe, expect, test } from "vitest";
import { completionsAt, helpKeyOf } from "../../src/console/model/fdl-completions.ts";
import { FDL_KEYS, type FdlGroup } from "../../src/console/model/fdl-keys.ts";
import { caretPlace } from "../../src/console/model/yaml-caret.ts";
import { fdl as en } from "../../src/console/words/en/fdl.ts";
import { fdl as zh } from "../../src/console/words/zh/fdl.ts";

const NAMES = { steps: ["ask", "last"], queues: ["media"], inputs: ["count"] };
const TASK = "steps:\n  - type: task\n    name: one\n    ";

/** What is offered at the caret, which is written as `|`. */
function offered(text: string) {
  const place = caretPlace(text.replace("|", ""), text.indexOf("|"));
  return place ? completionsAt(place, NAMES) : [];
}

describe("the editor offers", () => {
  test("keys that the step has not, with what must follow them", () => {
    const found = offered(`${TASK}|`);
    expect(found.map(({ label }) => label)).toContain("heartbeatSeconds");
    expect(found.map(({ label }) => label)).not.toContain("name");
    expect(found.find(({ label }) => label === "retry")?.text).toBe("retry:\n      - ");
    expect(found.find(({ label }) => label === "serviceParams")?.text).toBe("serviceParams:\n      ");
  });

  test.each([
    ["the type of a new step", "steps:\n  - |", ["type", "name"]],
    ["types", "steps:\n  - type: |", Object.keys(FDL_KEYS).slice(1, 9)],
    ["patterns", `${TASK}pattern: |`, ["requestResponse", "sync", "waitForCallback"]],
    ["queues", `${TASK}resourceArn: |`, ["acs:mns:::/queues/media/messages"]],
    ["steps to go to", `${TASK}catch:\n      - errors: [FnF.ALL]\n        goto: |`, ["ask", "last"]],
    ["what the step was given", `${TASK}serviceParams:\n      MessageBody: |`, ["$", "$.count"]],
    [
      "keys in braces",
      "steps:\n  - type: foreach\n    iterationMapping: { item: a, |",
      ["collection", "index"],
    ],
    ["nothing where nobody knows", `${TASK}serviceParams:\n      |`, []],
  ])("%s", (_, text, labels) => {
    expect(offered(text).map(({ label }) => label)).toEqual(labels);
  });

  test("the token to a task's input, and to nothing else", () => {
    const sources = (key: string) =>
      offered(`${TASK}${key}:\n      - target: a\n        source: |`).map(({ label }) => label);
    expect(sources("inputMappings")).toContain("$context.task.token");
    expect(sources("outputMappings")).toContain("$local");
    expect(sources("outputMappings")).not.toContain("$context.task.token");
  });
});

test.each([
  ["English", en],
  ["Chinese", zh],
])("every key is explained in %s, and nothing else is", (_, help) => {
  const groups = Object.keys(FDL_KEYS) as FdlGroup[];
  const used = groups.flatMap((group) =>
    Object.keys(FDL_KEYS[group]).map(
      (key) => helpKeyOf(key, group, (one) => one in help) ?? `none of ${key}`,
    ),
  );
  expect([...new Set(used)].toSorted()).toEqual(Object.keys(help).toSorted());
});
