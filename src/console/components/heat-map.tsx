import { useMemo, useRef, useState } from "preact/hooks";
import { HEAT_CELL, HEAT_GAP, heatCells, heatColumns } from "../model/heat-size.ts";
import { heatOf, stateOfLetter } from "../model/heat.ts";
import { toneOf } from "../model/states.ts";
import { words } from "../words/index.ts";

export interface HeatMapProps {
  /** A letter for each iteration. */
  readonly states: string;
  /** In pixels; so many cells fit, and a cell stands for several when there are more. */
  readonly width: number;
  readonly onChoose?: (index: number) => void;
}

const SIDE = HEAT_CELL - HEAT_GAP;
const LETTERS = ["s", ".", "x", "r", "y", "f"] as const;
const KEYS: Readonly<Record<string, "left" | "right" | "up" | "down">> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** One path for each state, however many cells there are: the page stays as small for 100,000 as for 3. */
export function HeatMap({ states, width, onChoose }: HeatMapProps) {
  const { cells, perCell } = useMemo(() => heatOf(states, heatCells(width)), [states, width]);
  const columns = heatColumns(width);
  const rows = Math.ceil(cells.length / columns);
  const paths = useMemo(() => pathsOf(cells, columns), [cells, columns]);
  const [at, setAt] = useState<number | undefined>(undefined);
  const own = useRef<HTMLDivElement>(null);
  const { graph, state } = words();
  const height = rows * HEAT_CELL - HEAT_GAP;
  const told = at === undefined ? undefined : cellWords(at);

  function cellWords(cell: number): string {
    const first = cell * perCell;
    const last = Math.min(states.length, first + perCell) - 1;
    return graph.heatCell(first, last, state[stateOfLetter(cells[cell] ?? ".")]);
  }
  function pointed(event: PointerEvent): void {
    const box = own.current?.getBoundingClientRect();
    if (!box) return;
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const cell = row * columns + column;
    setAt(cell < cells.length ? cell : undefined);
  }
  function pressed(event: KeyboardEvent): void {
    if (event.key === "Enter" && at !== undefined) onChoose?.(at * perCell);
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const step = { left: -1, right: 1, up: -columns, down: columns }[way];
    setAt(Math.max(0, Math.min(cells.length - 1, at === undefined ? 0 : at + step)));
  }
  return (
    <div class="heat">
      <div
        ref={own}
        class="heat-cells"
        role="slider"
        tabIndex={0}
        aria-label={graph.heat}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, cells.length - 1)}
        aria-valuenow={at ?? 0}
        aria-valuetext={told ?? cellWords(0)}
        onPointerMove={pointed}
        onPointerLeave={() => setAt(undefined)}
        onClick={() => at !== undefined && onChoose?.(at * perCell)}
        onKeyDown={pressed}
        style={{ maxWidth: `${columns * HEAT_CELL - HEAT_GAP}px` }}
      >
        <svg viewBox={`0 0 ${columns * HEAT_CELL - HEAT_GAP} ${Math.max(1, height)}`} aria-hidden="true">
          {LETTERS.map((letter) => {
            const path = paths.get(letter);
            return path === undefined ? null : (
              <path key={letter} class={`heat-${letterTone(letter)}`} d={path} />
            );
          })}
          {at !== undefined && <CellFrame at={at} columns={columns} />}
        </svg>
        {told !== undefined && (
          <span class="heat-tip" role="tooltip">
            {told}
          </span>
        )}
      </div>
      {perCell > 1 && <span class="small quiet heat-note">{graph.cell(perCell)}</span>}
    </div>
  );
}

function letterTone(letter: (typeof LETTERS)[number]): string {
  return letter === "." ? "pending" : toneOf(stateOfLetter(letter));
}

function CellFrame({ at, columns }: { readonly at: number; readonly columns: number }) {
  const x = (at % columns) * HEAT_CELL - 1;
  const y = Math.floor(at / columns) * HEAT_CELL - 1;
  return <rect class="heat-frame" x={x} y={y} width={SIDE + 2} height={SIDE + 2} rx="2" />;
}

function pathsOf(cells: string, columns: number): Map<string, string> {
  const paths = new Map<string, string>();
  for (let at = 0; at < cells.length; at += 1) {
    const letter = cells[at] ?? ".";
    const x = (at % columns) * HEAT_CELL;
    const y = Math.floor(at / columns) * HEAT_CELL;
    paths.set(letter, `${paths.get(letter) ?? ""}M${x} ${y}h${SIDE}v${SIDE}h-${SIDE}z${shape(letter, x, y)}`);
  }
  return paths;
}

/** What is not well has a shape too: a cross is cut out of what failed, a bar out of what was stopped. */
function shape(letter: string, x: number, y: number): string {
  if (letter === "f") return `M${x + 1.4} ${y + 2.2}l.8-.8 3.2 3.2-.8.8z`;
  if (letter === "x") return `M${x + 1.6} ${y + 3.5}v-1h2.8v1z`;
  return "";
}
