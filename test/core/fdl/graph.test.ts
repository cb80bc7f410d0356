import { expect, test } from "vitest";
import { parsePath, writePath } from "../../../src/core/expr/jsonpath.ts";
import { loadDefinition } from "../../../src/core/fdl/compile.ts";
import { graphOf } from "../../../src/core/fdl/graph.ts";

const DEFINITION = `
version: v1
type: flow
steps:
  - type: wait
    name: rest
    duration: 60
  - type: choice
    name: pick
    choices:
      - condition: $.n > 3
        steps: [{type: pass, name: many}]
      - condition: $.n == 0
        goto: none
    default:
      steps: [{type: wait, name: until, timestamp: $input.at}]
  - type: parallel
    name: both
    branches:
      - steps: [{type: pass, name: a}, {type: pass, name: b, end: true}, {type: pass, name: c}]
      - steps:
          - type: foreach
            name: each
            concurrency: 5
            iterationMapping: {collection: $.items, item: item}
            steps:
              - type: task
                name: work
                resourceArn: acs:mns:::/queues/gpu/messages
                pattern: waitForCallback
                retry: [{errors: [E], maxAttempts: 2}, {errors: [FnF.ALL], maxAttempts: 3}]
    catch: [{errors: [FnF.ALL], goto: none}]
  - {type: succeed, name: fine}
  - {type: fail, name: none, error: Nothing, cause: nothing to do}
`;

test("a graph tells what follows each step, and what lies inside", () => {
  expect(graphOf(loadDefinition(DEFINITION)).lists).toEqual([
    {
      path: "",
      steps: [
        { name: "rest", type: "wait", label: "60 s", next: "pick" },
        {
          name: "pick",
          type: "choice",
          next: "both",
          options: [
            { condition: "$.n > 3", list: "pick[0]" },
            { condition: "$.n == 0", goto: "none" },
            { list: "pick[2]" },
          ],
        },
        {
          name: "both",
          type: "parallel",
          next: "fine",
          lists: ["both[0]", "both[1]"],
          catch: [{ errors: ["FnF.ALL"], goto: "none" }],
        },
        { name: "fine", type: "succeed" },
        { name: "none", type: "fail", label: "Nothing" },
      ],
    },
    { path: "pick[0]", steps: [{ name: "many", type: "pass" }] },
    { path: "pick[2]", steps: [{ name: "until", type: "wait", label: "$input.at" }] },
    {
      path: "both[0]",
      steps: [
        { name: "a", type: "pass", next: "b" },
        { name: "b", type: "pass" },
        { name: "c", type: "pass" },
      ],
    },
    {
      path: "both[1]",
      steps: [{ name: "each", type: "foreach", label: "$.items", lists: ["both[1]/each[]"], concurrency: 5 }],
    },
    {
      path: "both[1]/each[]",
      steps: [
        {
          name: "work",
          type: "task",
          label: "acs:mns:::/queues/gpu/messages",
          queue: "gpu",
          retries: 5,
        },
      ],
    },
  ]);
});

test("a choice all of whose ways jump is followed by nothing", () => {
  const flow = loadDefinition(
    "version: v1\ntype: flow\nsteps:\n  - {type: choice, name: c, choices: [{condition: $.a, goto: x}], default: {goto: y}}\n  - {type: pass, name: x}\n  - {type: pass, name: y}",
  );
  expect(graphOf(flow).lists[0]?.steps[0]).not.toHaveProperty("next");
});

test.each(["$", "$.a.b", "$input.a[0][-1]", "$local.a[*].b", "$context.x['a b']", `$["it's"]`, "$.é"])(
  "the path %s is written as it is read",
  (text) => {
    const read = parsePath(text);
    expect(read.ok && writePath(read.path)).toBe(text);
  },
);
