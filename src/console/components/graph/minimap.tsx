import type { Layout, PlacedNode } from "../../model/layout.ts";
import type { Size, View } from "./view.ts";

export interface MinimapProps {
  readonly layout: Layout;
  readonly view: View;
  readonly box: Size;
  readonly toneOf: (node: PlacedNode) => string;
  /** Moves the picture so that a point of it is in the middle. */
  readonly onGo: (x: number, y: number) => void;
}

const WIDTH = 84;
const HEIGHT = 116;
const INSET = 6;

/** Where one is, for whoever uses a pointer: keys go from step to step. */
export function Minimap({ layout, view, box, toneOf, onGo }: MinimapProps) {
  const scale = Math.min((WIDTH - 2 * INSET) / layout.width, (HEIGHT - 2 * INSET) / layout.height);
  const x = (WIDTH - layout.width * scale) / 2;
  const y = (HEIGHT - layout.height * scale) / 2;
  const seen = {
    x: x + (-view.x / view.scale) * scale,
    y: y + (-view.y / view.scale) * scale,
    width: (box.width / view.scale) * scale,
    height: (box.height / view.scale) * scale,
  };
  return (
    <svg
      class="minimap"
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
      onClick={(event) => {
        const own = event.currentTarget.getBoundingClientRect();
        onGo((event.clientX - own.left - x) / scale, (event.clientY - own.top - y) / scale);
      }}
    >
      {layout.nodes.map((node) => (
        <rect
          key={node.path}
          class={`mini-${toneOf(node)} ${node.isGroup ? "mini-group" : ""}`}
          x={x + node.x * scale}
          y={y + node.y * scale}
          width={node.width * scale}
          height={Math.max(2, node.height * scale)}
          rx="1"
        />
      ))}
      <rect class="mini-view" {...seen} rx="2" />
    </svg>
  );
}
