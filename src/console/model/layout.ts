import { Graph, layout as arrange } from "@dagrejs/dagre";
import type { FlowGraph, GraphList, GraphStep } from "../api/types.ts";
import { pathIn } from "./flow-graph.ts";
import { HEAT_CELL, heatRows } from "./heat-size.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode {
  /** Of the step in the definition, such as `each[]/transcode`. */
  readonly path: string;
  readonly step: GraphStep;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** A foreach or a parallel: other nodes lie in it. */
  readonly isGroup: boolean;
}

export type EdgeKind = "next" | "option" | "catch";

export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly label?: string;
  /** Of a choice: which of its options. */
  readonly option?: number;
  readonly points: readonly Point[];
  /** Middle of the label. */
  readonly labelAt?: Point;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** In the order of the flow; a group before what lies in it. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export const NODE_HEIGHT = 50;
const NODE_WIDTH = 184;
const NODE_WIDTH_MAX = 264;
const CHARACTER = 7.4;
const NAME_INSET = 74;
export const GROUP_HEADER = 50;
const GROUP_INSET = 16;
const BRANCH_GAP = 24;
const LABEL_HEIGHT = 20;
const LABEL_LENGTH_MAX = 34;
const LABEL_CHARACTER = 6.8;
const LABEL_INSET = 18;
const STRAIGHT = 8;
/** Smallest inside of a foreach: its heat map is as wide. */
export const HEAT_WIDTH = 50 * HEAT_CELL - 2;

/** How many iterations the foreach with a path has, as far as known: they decide how high its heat map is. */
export type IterationsOf = (path: string) => number;

/** Lays a definition out, from the innermost lists outwards: a group is one large node in the list around it. */
export function layOut(graph: FlowGraph, iterationsOf: IterationsOf = () => 0): Layout {
  const lists = new Map(graph.lists.map((list) => [list.path, list]));
  return layOutList("", { lists, iterationsOf });
}

interface Scope {
  readonly lists: ReadonlyMap<string, GraphList>;
  readonly iterationsOf: IterationsOf;
}

interface Item {
  readonly path: string;
  readonly step: GraphStep;
  readonly width: number;
  readonly height: number;
  /** What lies in a group, placed within it. */
  readonly inside: readonly { readonly at: Point; readonly layout: Layout }[];
}

interface Link {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly label?: string;
  readonly option?: number;
}

/** Where a list goes on when it is over: nowhere, or to steps of a list around it. */
type Exit = string | undefined;

function layOutList(path: string, scope: Scope): Layout {
  const items: Item[] = [];
  const links: Link[] = [];
  collect(path, undefined, scope, items, links);
  return place(items, links);
}

/** A choice's options are drawn between its neighbours, not inside it: their steps belong to the list around. */
function collect(list: string, exit: Exit, scope: Scope, items: Item[], links: Link[]): void {
  for (const step of scope.lists.get(list)?.steps ?? []) {
    const path = pathIn(list, step.name);
    const next = step.next === undefined ? exit : pathIn(list, step.next);
    items.push(itemOf(path, step, scope));
    if (step.type === "choice") collectOptions(path, list, next, step, scope, items, links);
    else if (next !== undefined && step.type !== "fail") links.push({ from: path, to: next, kind: "next" });
    for (const { errors, goto } of step.catch ?? []) {
      links.push({ from: path, to: pathIn(list, goto), kind: "catch", label: shorten(errors.join(", ")) });
    }
  }
}

function collectOptions(
  path: string,
  list: string,
  next: Exit,
  { options = [] }: GraphStep,
  scope: Scope,
  items: Item[],
  links: Link[],
): void {
  for (const [option, { condition, list: inner, goto }] of options.entries()) {
    const after = goto === undefined ? next : pathIn(list, goto);
    const first = inner === undefined ? undefined : scope.lists.get(inner)?.steps[0]?.name;
    const to = inner === undefined || first === undefined ? after : pathIn(inner, first);
    const label = shorten(condition ?? "default");
    if (to !== undefined) links.push({ from: path, to, kind: "option", label, option });
    if (inner !== undefined) collect(inner, after, scope, items, links);
  }
  const hasDefault = options.some(({ condition }) => condition === undefined);
  if (!hasDefault && next !== undefined) links.push({ from: path, to: next, kind: "next" });
}

function shorten(label: string): string {
  return label.length > LABEL_LENGTH_MAX ? `${label.slice(0, LABEL_LENGTH_MAX - 1)}…` : label;
}

function itemOf(path: string, step: GraphStep, scope: Scope): Item {
  if (step.lists === undefined || step.lists.length === 0) {
    const width = Math.min(NODE_WIDTH_MAX, Math.max(NODE_WIDTH, step.name.length * CHARACTER + NAME_INSET));
    return { path, step, width: Math.round(width), height: NODE_HEIGHT, inside: [] };
  }
  return groupOf(path, step, step.lists, scope);
}

function groupOf(path: string, step: GraphStep, lists: readonly string[], scope: Scope): Item {
  const layouts = lists.map((list) => layOutList(list, scope));
  const heat = step.type === "foreach" && !path.includes("[]/") ? heatHeight(scope.iterationsOf(path)) : 0;
  const top = GROUP_HEADER + heat;
  const widths = sum(layouts.map(({ width }) => width)) + BRANCH_GAP * (layouts.length - 1);
  const inner = Math.max(widths, step.type === "foreach" ? HEAT_WIDTH : NODE_WIDTH);
  let x = GROUP_INSET + (inner - widths) / 2;
  const inside = layouts.map((layout) => {
    const at = { x, y: top };
    x += layout.width + BRANCH_GAP;
    return { at, layout };
  });
  const height = top + Math.max(...layouts.map((layout) => layout.height)) + GROUP_INSET;
  return { path, step, width: inner + 2 * GROUP_INSET, height, inside };
}

function heatHeight(iterations: number): number {
  const rows = heatRows(iterations, HEAT_WIDTH);
  return rows === 0 ? 0 : rows * HEAT_CELL + 14;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function place(items: readonly Item[], links: readonly Link[]): Layout {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: "TB", nodesep: 28, ranksep: 26, edgesep: 20, marginx: 2, marginy: 2 });
  for (const { path, width, height } of items) graph.setNode(path, { width, height });
  for (const [number, link] of links.entries()) {
    const size = { ...labelSize(link.label), labelpos: "c", weight: weightOf(link) };
    graph.setEdge(link.from, link.to, size, String(number));
  }
  arrange(graph);
  const nodes = items.flatMap((item) => placedNodes(item, graph.node(item.path)));
  const edges = links.map((link, number) => placedEdge(link, graph.edge(link.from, link.to, String(number))));
  const inner = items.flatMap((item) => placedInside(item, graph.node(item.path)));
  const { width = 0, height = 0 } = graph.graph();
  return {
    width: Math.max(0, width),
    height: Math.max(0, height),
    nodes,
    edges: [...edges, ...inner],
  };
}

/** What usually follows stands straight below; other ways go round it. */
function weightOf({ kind, label }: Link): number {
  return kind === "next" || label === "default" ? STRAIGHT : 1;
}

function labelSize(label: string | undefined): { width: number; height: number } {
  if (label === undefined) return { width: 0, height: 0 };
  return { width: label.length * LABEL_CHARACTER + LABEL_INSET, height: LABEL_HEIGHT };
}

interface Center {
  readonly x: number;
  readonly y: number;
}

function corner(item: Item, { x, y }: Center): Point {
  return { x: x - item.width / 2, y: y - item.height / 2 };
}

function placedNodes(item: Item, center: Center): PlacedNode[] {
  const { path, step, width, height, inside } = item;
  const at = corner(item, center);
  const own: PlacedNode = { path, step, ...at, width, height, isGroup: inside.length > 0 };
  const inner = inside.flatMap(({ at: offset, layout }) =>
    layout.nodes.map((node) => ({ ...node, ...moved(node, at, offset) })),
  );
  return [own, ...inner];
}

function placedInside(item: Item, center: Center): PlacedEdge[] {
  const at = corner(item, center);
  return item.inside.flatMap(({ at: offset, layout }) =>
    layout.edges.map((edge) => ({
      ...edge,
      points: edge.points.map((point) => moved(point, at, offset)),
      ...(edge.labelAt && { labelAt: moved(edge.labelAt, at, offset) }),
    })),
  );
}

function moved({ x, y }: Point, by: Point, and: Point): Point {
  return { x: x + by.x + and.x, y: y + by.y + and.y };
}

interface Routed {
  readonly points?: readonly Point[];
  readonly x?: number;
  readonly y?: number;
}

function placedEdge(link: Link, { points = [], x, y }: Routed): PlacedEdge {
  const labelAt = link.label !== undefined && x !== undefined && y !== undefined ? { x, y } : undefined;
  return {
    ...link,
    points: points.map((point) => ({ x: point.x, y: point.y })),
    ...(labelAt && { labelAt }),
  };
}
