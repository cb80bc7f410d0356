/** Side of a cell of a heat map with the gap behind it, in pixels. */
export const HEAT_CELL = 8;
export const HEAT_GAP = 2;
/** Beyond so many rows a cell stands for several iterations. */
const ROWS_MAX = 8;

export function heatColumns(width: number): number {
  return Math.max(1, Math.floor((width + HEAT_GAP) / HEAT_CELL));
}

/** So many cells show in so many pixels. */
export function heatCells(width: number): number {
  return heatColumns(width) * ROWS_MAX;
}

export function heatRows(iterations: number, width: number): number {
  return Math.min(ROWS_MAX, Math.ceil(iterations / heatColumns(width)));
}
