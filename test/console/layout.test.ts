import { describe, expect, test } from "vitest";
import type { FlowGraph, GraphStep } from "../../src/console/api/types.ts";
import { type Layout, type PlacedNode, layOut } from "../../src/console/model/layout.ts";

const task = (name: string, next?: string, more: Partial<GraphStep> = {}): GraphStep => ({
  name,
  type: "task",
  ...(next !== undefined && { next }),
  ...more,
});

/** A night of transcoding: a choice that can skip ahead, a foreach with a catch in it, and a parallel at the end. */
const NIGHT: FlowGraph = {
  lists: [
    {
      path: "",
      steps: [
        task("listClips", "anythingNew"),
        {
          name: "anythingNew",
          type: "choice",
          next: "transcodeAll",
          options: [{ condition: "$.count == 0", goto: "publish" }, { goto: "transcodeAll" }],
        },
        {
          name: "transcodeAll",
          type: "foreach",
          label: "$.clips",
          next: "publish",
          lists: ["transcodeAll[]"],
        },
        { name: "publish", type: "parallel", lists: ["publish[0]", "publish[1]"] },
      ],
    },
    {
      path: "transcodeAll[]",
      steps: [
        task("transcode", "verify", { catch: [{ errors: ["CodecUnsupported"], goto: "quarantine" }] }),
        task("verify"),
        task("quarantine"),
      ],
    },
    { path: "publish[0]", steps: [task("upload")] },
    { path: "publish[1]", steps: [task("index", "notify"), task("notify")] },
  ],
};

function node({ nodes }: Layout, path: string): PlacedNode {
  const found = nodes.find((one) => one.path === path);
  if (!found) throw new Error(`no node ${path}`);
  return found;
}

function overlap(a: PlacedNode, b: PlacedNode): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function isInside(inner: PlacedNode, outer: PlacedNode): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function touches({ x, y }: { x: number; y: number }, one: PlacedNode): boolean {
  const near = 3;
  return (
    x >= one.x - near && x <= one.x + one.width + near && y >= one.y - near && y <= one.y + one.height + near
  );
}

function isAround(outer: PlacedNode, inner: PlacedNode): boolean {
  return (outer.step.lists ?? []).some((list) => {
    const body = outer.path.includes("/") ? outer.path.slice(0, outer.path.lastIndexOf("/") + 1) : "";
    return inner.path.startsWith(`${list}/`) || inner.path.startsWith(`${body}${list}/`);
  });
}

describe("a layout", () => {
  const layout = layOut(NIGHT, (path) => (path === "transcodeAll" ? 300 : 0));

  test("has every step once, a group before what lies in it", () => {
    expect(layout.nodes.map(({ path }) => path)).toEqual([
      "listClips",
      "anythingNew",
      "transcodeAll",
      "transcodeAll[]/transcode",
      "transcodeAll[]/verify",
      "transcodeAll[]/quarantine",
      "publish",
      "publish[0]/upload",
      "publish[1]/index",
      "publish[1]/notify",
    ]);
  });

  test("lets nodes lie in their group or apart", () => {
    for (const [at, a] of layout.nodes.entries())
      for (const b of layout.nodes.slice(at + 1)) {
        const together = isAround(a, b) ? !isInside(b, a) : overlap(a, b);
        expect(together, `${a.path} and ${b.path}`).toBe(false);
      }
  });

  test("lets edges begin and end on nodes", () => {
    for (const { from, to, points } of layout.edges) {
      const [first, last] = [points[0], points.at(-1)];
      expect(first && touches(first, node(layout, from)), `${from} to ${to}`).toBe(true);
      expect(last && touches(last, node(layout, to)), `${from} to ${to}`).toBe(true);
    }
  });

  test("has the edges of conditions, catches and neighbours", () => {
    const told = layout.edges.map(({ from, to, kind, label = "" }) =>
      `${kind} ${from} > ${to} ${label}`.trim(),
    );
    expect(told.toSorted()).toEqual([
      "catch transcodeAll[]/transcode > transcodeAll[]/quarantine CodecUnsupported",
      "next listClips > anythingNew",
      "next publish[1]/index > publish[1]/notify",
      "next transcodeAll > publish",
      "next transcodeAll[]/transcode > transcodeAll[]/verify",
      "option anythingNew > publish $.count == 0",
      "option anythingNew > transcodeAll default",
    ]);
  });

  test("grows with the rows of the heat map, and no further than those", () => {
    const height = (n: number) =>
      node(
        layOut(NIGHT, () => n),
        "transcodeAll",
      ).height;
    expect(height(50)).toBeGreaterThan(height(0));
    expect(height(300)).toBeGreaterThan(height(50));
    expect(height(100_000)).toBe(height(10_000));
  });

  test("draws the steps of an option between its neighbours, and a loop back", () => {
    const loop: FlowGraph = {
      lists: [
        {
          path: "",
          steps: [
            task("poll", "isDone"),
            {
              name: "isDone",
              type: "choice",
              options: [{ condition: "$.done == true", list: "isDone[0]" }, { goto: "poll" }],
            },
          ],
        },
        { path: "isDone[0]", steps: [task("tell")] },
      ],
    };
    const { edges, nodes } = layOut(loop);
    expect(nodes.map(({ path }) => path)).toEqual(["poll", "isDone", "isDone[0]/tell"]);
    expect(edges.map(({ from, to, option }) => [from, to, option])).toEqual([
      ["poll", "isDone", undefined],
      ["isDone", "isDone[0]/tell", 0],
      ["isDone", "poll", 1],
    ]);
  });

  test("of an empty definition is empty", () => {
    expect(layOut({ lists: [{ path: "", steps: [] }] })).toMatchObject({ nodes: [], edges: [] });
  });

  test("of 60 steps with nested parallels comes at once", () => {
    const steps = Array.from({ length: 12 }, (_, at) => ({
      name: `p${at}`,
      type: "parallel" as const,
      ...(at < 11 && { next: `p${at + 1}` }),
      lists: [`p${at}[0]`, `p${at}[1]`],
    }));
    const inner = steps.flatMap(({ name }) => [
      { path: `${name}[0]`, steps: [task("a", "b"), task("b")] },
      { path: `${name}[1]`, steps: [{ name: "q", type: "parallel" as const, lists: [`${name}[1]/q[0]`] }] },
      { path: `${name}[1]/q[0]`, steps: [task("c")] },
    ]);
    const { nodes } = layOut({ lists: [{ path: "", steps }, ...inner] });
    expect(nodes).toHaveLength(60);
  });
});
