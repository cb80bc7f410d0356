import type { PlacedEdge, Point } from "../../model/layout.ts";
import type { Tone } from "../../model/states.ts";
import { words } from "../../words/index.ts";

export interface EdgesProps {
  readonly edges: readonly PlacedEdge[];
  readonly width: number;
  readonly height: number;
  /** Of one that was taken. */
  readonly toneOf: (edge: PlacedEdge) => Tone | undefined;
}

const ROUND = 12;
const ARROW = 7;

/** The lines between the nodes, below them; those that were taken have a colour. */
export function Edges({ edges, width, height, toneOf }: EdgesProps) {
  return (
    <svg class="edges" width={width} height={height} aria-hidden="true">
      {edges.map((edge) => {
        const tone = toneOf(edge);
        const kind = `${edge.kind === "catch" ? "is-catch" : ""} ${tone === undefined ? "" : `edge-${tone}`}`;
        return (
          <g key={`${edge.from} ${edge.to} ${edge.label}`} class={`edge ${kind}`}>
            <path class="edge-line" d={lineOf(edge.points)} />
            <path class="edge-arrow" d={arrowOf(edge.points)} />
          </g>
        );
      })}
    </svg>
  );
}

/** Corners are rounded; a last short piece stays straight for the arrow. */
function lineOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  let path = `M${round(first.x)} ${round(first.y)}`;
  for (const [at, point] of rest.entries()) {
    const next = rest[at + 1];
    const before = at === 0 ? first : (rest[at - 1] ?? first);
    if (!next) path += `L${round(point.x)} ${round(point.y)}`;
    else path += corner(before, point, next);
  }
  return path;
}

function corner(before: Point, point: Point, next: Point): string {
  const a = toward(point, before, ROUND);
  const b = toward(point, next, ROUND);
  return `L${round(a.x)} ${round(a.y)}Q${round(point.x)} ${round(point.y)} ${round(b.x)} ${round(b.y)}`;
}

/** So far from one point to another, but not further than the middle. */
function toward(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const part = Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function arrowOf(points: readonly Point[]): string {
  const [tip, before] = [points.at(-1), points.at(-2)];
  if (!tip || !before) return "";
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const wing = (turn: number) =>
    `${round(tip.x - ARROW * Math.cos(angle + turn))} ${round(tip.y - ARROW * Math.sin(angle + turn))}`;
  return `M${round(tip.x)} ${round(tip.y)}L${wing(0.42)}L${wing(-0.42)}Z`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** What stands on the lines: conditions, and errors that are caught. */
export function Labels({
  edges,
  edgeTone,
}: {
  readonly edges: readonly PlacedEdge[];
  readonly edgeTone: EdgesProps["toneOf"];
}) {
  const { graph } = words();
  return (
    <>
      {edges.map((edge) => {
        if (edge.label === undefined || !edge.labelAt) return null;
        const tone = edgeTone(edge);
        return (
          <span
            key={`${edge.from} ${edge.to} ${edge.label}`}
            class={`edge-label ${tone === undefined ? "" : `tone-${tone}`}`}
            style={{ left: `${edge.labelAt.x}px`, top: `${edge.labelAt.y}px` }}
          >
            {edge.kind === "catch"
              ? graph.catch(edge.label)
              : edge.label === "default"
                ? graph.default
                : edge.label}
          </span>
        );
      })}
    </>
  );
}
