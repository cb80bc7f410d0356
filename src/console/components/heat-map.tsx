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
  /** Of a cell of several the first that is as it looks. */
  readonly onChoose?: ((index: number) => void) | undefined;
}

const SIDE = HEAT_CELL - HEAT_GAP;
const LETTERS = ["s", ".", "k", "x", "r", "y", "f"] as const;

/** One path for each state, however many cells there are: the page stays as small for 100,000 as for 3. */
export function HeatMap({ states, width, onChoose }: HeatMapProps) {
  const { cells, perCell } = useMemo(() => heatOf(states, heatCells(width)), [states, width]);
  const columns = heatColumns(width);
  const rows = Math.ceil(cells.length / columns);
  const [at, setAt] = useState<number | undefined>(undefined);
  const own = useRef<HTMLDivElement>(null);
  const { graph, state } = words();
  const told = at === undefined ? undefined : cellWords(at);

  function cellWords(cell: number): string {
    const first = cell * perCell;
    const last = Math.min(states.length, first + perCell) - 1;
    return graph.heatCell(first, last, state[stateOfLetter(cells[cell] ?? ".")]);
  }
  function choose(cell: number): void {
    const first = cell * perCell;
    const inside = states.slice(first, first + perCell).indexOf(cells[cell] ?? ".");
    onChoose?.(first + Math.max(0, inside));
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
    if (event.key === "Enter" && at !== undefined) choose(at);
    const next = nextCell(event.key, { at, columns, last: cells.length - 1 });
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    setAt(next);
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
        onClick={() => at !== undefined && choose(at)}
        onKeyDown={pressed}
        style={{ maxWidth: `${columns * HEAT_CELL - HEAT_GAP}px` }}
      >
        <Cells cells={cells} columns={columns} at={at} />
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

interface CellsProps {
  readonly cells: string;
  readonly columns: number;
  /** The one that is told of. */
  readonly at: number | undefined;
}

function Cells({ cells, columns, at }: CellsProps) {
  const paths = useMemo(() => pathsOf(cells, columns), [cells, columns]);
  const shapes = useMemo(() => shapesOf(cells, columns), [cells, columns]);
  return (
    <svg
      viewBox={`0 0 ${columns * HEAT_CELL - HEAT_GAP} ${Math.max(1, Math.ceil(cells.length / columns) * HEAT_CELL - HEAT_GAP)}`}
      aria-hidden="true"
    >
      {LETTERS.map((letter) => {
        const path = paths.get(letter);
        return path === undefined ? null : (
          <path key={letter} class={`heat-${letterTone(letter)}`} d={path} />
        );
      })}
      <path class="heat-shapes" d={shapes} />
      {at !== undefined && <CellFrame at={at} columns={columns} />}
    </svg>
  );
}

interface Place {
  readonly at: number | undefined;
  readonly columns: number;
  readonly last: number;
}

/** Where an arrow key leads; undefined of other keys. */
function nextCell(key: string, { at, columns, last }: Place): number | undefined {
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[key];
  if (step === undefined) return undefined;
  return Math.max(0, Math.min(last, at === undefined ? 0 : at + step));
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
    paths.set(letter, `${paths.get(letter) ?? ""}M${x} ${y}h${SIDE}v${SIDE}h-${SIDE}z`);
  }
  return paths;
}

/** What is not well has a shape too: a cross lies on what failed, a bar on what was stopped, an arrow to a bar on what was skipped. */
function shapesOf(cells: string, columns: number): string {
  let path = "";
  for (let at = 0; at < cells.length; at += 1) {
    const x = (at % columns) * HEAT_CELL;
    const y = Math.floor(at / columns) * HEAT_CELL;
    if (cells[at] === "f") path += `M${x + 1.6} ${y + 1.6}l2.8 2.8m0-2.8l-2.8 2.8`;
    if (cells[at] === "k") path += `M${x + 1.4} ${y + 1.8}l1.4 1.2l-1.4 1.2m3.2 -2.6v2.8`;
    if (cells[at] === "x") path += `M${x + 1.6} ${y + 3}h2.8`;
  }
  return path;
}
