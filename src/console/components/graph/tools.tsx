import type { Layout, PlacedNode } from "../../model/layout.ts";
import { words } from "../../words/index.ts";
import { IconButton } from "../button.tsx";
import { type Size, type View, centered, fitted, zoomedAt } from "./view.ts";

export interface ToolsProps {
  readonly layout: Layout;
  readonly size: Size;
  readonly view: View;
  /** What matters: a button goes there. */
  readonly focused: PlacedNode | undefined;
  readonly onView: (view: View) => void;
}

const ZOOM_STEP = 1.25;
/** At least as large when it is gone to. */
const READING_SCALE = 0.9;

export function Tools({ layout, size, view, focused, onView }: ToolsProps) {
  const { graph } = words();
  const zoom = (factor: number) => onView(zoomedAt(view, factor, { x: size.width / 2, y: size.height / 2 }));
  return (
    <div class="graph-tools">
      <IconButton icon="minus" label={graph.zoomOut} isSmall onPress={() => zoom(1 / ZOOM_STEP)} />
      <IconButton icon="plus" label={graph.zoomIn} isSmall onPress={() => zoom(ZOOM_STEP)} />
      <IconButton icon="fit" label={graph.fit} isSmall onPress={() => onView(fitted(layout, size))} />
      {focused && (
        <IconButton
          icon="target"
          label={graph.toTrouble}
          isSmall
          onPress={() => onView(centered(focused, size, Math.max(view.scale, READING_SCALE)))}
        />
      )}
    </div>
  );
}
