import { parser } from "@lezer/yaml";
import { describe, expect, test } from "vitest";
import { pathIn } from "../../src/console/model/flow-graph.ts";
import { placeAt, stepAt, stepPlaces } from "../../src/console/model/yaml-places.ts";
import { compileDefinition } from "../../src/core/fdl/compile.ts";
import { graphOf } from "../../src/core/fdl/graph.ts";

const TEXT = `version: v1
type: flow
steps:
  - type: foreach
    name: each
    iterationMapping: { collection: $.clips, item: clip }
    steps: &body
      - { type: pass, name: first }
      - type: parallel
        name: "both"
        branches:
          - steps: [{ type: pass, name: left }]
          - steps:
              - { type: pass, name: right }
  - type: choice
    name: pick
    choices:
      - { condition: $.count > 1, goto: last }
      - condition: $.count > 0
        steps: [{ type: pass, name: some }]
    default:
      steps: [{ type: pass, name: none }]
  - type: task
    name: last
    resourceArn: acs:mns:::/queues/media/messages
    serviceParams: { MessageBody: $ }
    retry: [{ errors: [FnF.ALL], maxAttempts: 2 }]
`;
const TREE = parser.parse(TEXT);

describe("the steps of a text", () => {
  test("are those of its graph", () => {
    const { flow } = compileDefinition(TEXT);
    if (!flow) throw new Error("the definition is sound");
    const graph = graphOf(flow).lists.flatMap(({ path, steps }) =>
      steps.map(({ name }) => pathIn(path, name)),
    );
    expect(
      stepPlaces(TREE, TEXT)
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(graph.toSorted());
  });

  test("are found at a place, the innermost first", () => {
    const places = stepPlaces(TREE, TEXT);
    const at = (word: string) => stepAt(places, TEXT.indexOf(word))?.path;
    expect([at("collection"), at("left"), at("$.count > 0"), at("maxAttempts"), at("version")]).toEqual([
      "each",
      "each[]/both[0]/left",
      "pick",
      "last",
      undefined,
    ]);
  });

  test("are found in a text that is broken further down", () => {
    const broken = `${TEXT}    catch: [{\n`;
    expect(stepPlaces(parser.parse(broken), broken).map(({ path }) => path)).toContain("each[]/first");
  });
});

describe("a place of a text", () => {
  test.each([
    ["version", ["version"], undefined, true],
    ["collection", ["steps", 0, "iterationMapping", "collection"], "foreach", true],
    ["$.count > 0", ["steps", 1, "choices", 1, "condition"], "choice", false],
    ["maxAttempts", ["steps", 2, "retry", 0, "maxAttempts"], "task", true],
    ["right", ["steps", 0, "steps", 1, "branches", 1, "steps", 0, "name"], "pass", false],
  ] as const)("at %s is known by its keys", (word, keys, stepType, isKey) => {
    expect(placeAt(TREE, TEXT, TEXT.indexOf(word))).toEqual({ keys, stepType, isKey });
  });
});
