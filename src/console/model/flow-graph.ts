import type { FlowGraph } from "../api/types.ts";

/** A step's path without rounds: `each[3]/poll#2` is a visit of `each[3]/poll`. */
export function withoutRounds(path: string): string {
  return path.replaceAll(/#\d+/g, "");
}

/** The place of a visit in the definition: `each[3]/poll#2` is at `each[]/poll`, and `par[0]/a#3` at `par[0]/a`. */
export function placeIn(graph: FlowGraph | undefined, path: string): string {
  const lists = new Set(graph?.lists.map((list) => list.path));
  let place = "";
  for (const part of withoutRounds(path).split("/")) {
    const own = pathIn(place, part);
    const iterations = own.replace(/\[\d+\]$/, "[]");
    place = lists.has(iterations) ? iterations : own;
  }
  return place;
}

export function pathIn(list: string, step: string): string {
  return list === "" ? step : `${list}/${step}`;
}

/** The innermost foreach that a path of the definition lies in, and the rest of the path inside its body. */
export function foreachAround(path: string): { foreach: string; inside: string } | undefined {
  const at = path.indexOf("[]/");
  if (at < 0) return undefined;
  return { foreach: path.slice(0, at), inside: path.slice(at + 3) };
}

/** What lies inside a foreach, as if it were a flow of its own. */
export function bodyOf({ lists }: FlowGraph, foreach: string): FlowGraph {
  const root = `${foreach}[]`;
  const inside = (path: string) => (path === root ? "" : path.slice(root.length + 1));
  return {
    lists: lists
      .filter(({ path }) => path === root || path.startsWith(`${root}/`))
      .map(({ path, steps }) => ({
        path: inside(path),
        steps: steps.map(({ lists: own, options, ...step }) => ({
          ...step,
          ...(own && { lists: own.map(inside) }),
          ...(options && {
            options: options.map(({ list, ...option }) => ({
              ...option,
              ...(list !== undefined && { list: inside(list) }),
            })),
          }),
        })),
      })),
  };
}
