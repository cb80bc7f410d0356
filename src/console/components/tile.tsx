import type { ComponentChildren } from "preact";

export interface TileProps {
  readonly title: string;
  readonly figure: ComponentChildren;
  readonly isBad?: boolean;
  /** What the figure means, or stands beside. */
  readonly children?: ComponentChildren;
}

/** A figure that somebody looks for first. */
export function Tile({ title, figure, isBad = false, children }: TileProps) {
  return (
    <div class="tile">
      <span class="quiet-ink">{title}</span>
      <span class={`figure ${isBad ? "tone-bad" : ""}`}>{figure}</span>
      <span class="quiet small">{children}</span>
    </div>
  );
}
