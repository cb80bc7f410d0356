import { useRef, useState } from "preact/hooks";
import { type State, toneOf } from "../model/states.ts";
import { Icon, type IconName } from "./icon.tsx";

export interface Square {
  readonly key: string;
  readonly state?: State | undefined;
  /** In words, for who points at it, or comes by with the arrow keys. */
  readonly says: string;
  readonly isNow?: boolean;
  readonly isComing?: boolean;
  readonly hasClockChange?: boolean;
  readonly isOver?: boolean;
  /** How full it is, from 0 to 4. */
  readonly level?: number;
  readonly text?: string;
}

export interface SquareGridProps {
  readonly label: string;
  readonly rows: readonly { readonly label: string; readonly squares: readonly Square[] }[];
  /** Above the columns; "" where there is nothing to say. */
  readonly heads: readonly string[];
  /** Of the rows' labels, in pixels. */
  readonly labelWidth: number;
  readonly onChoose: (key: string) => void;
  /** Who is pointed at is told of outside. */
  readonly onPoint: (square: Square | undefined) => void;
}

/** In small squares only trouble has its shape. */
const SHAPES: Partial<Record<State, IconName>> = {
  failed: "close",
  timedOut: "close",
  late: "clock",
  paused: "pause",
  skipped: "skipped",
};

/** A calendar: one tab stop, arrow keys inside, and a word for each square. */
export function SquareGrid({ label, rows, heads, labelWidth, onChoose, onPoint }: SquareGridProps) {
  const own = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<readonly [row: number, column: number] | undefined>(undefined);
  const last: readonly [number, number] = at ?? [rows.length - 1, heads.length - 1];
  function move(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const row = within(last[0] + step[0], rows.length);
    const column = within(last[1] + step[1], heads.length);
    setAt([row, column]);
    own.current?.querySelector<HTMLElement>(`[data-at="${row} ${column}"]`)?.focus();
  }
  const columns = `${labelWidth}px repeat(${heads.length}, minmax(0, 1fr))`;
  return (
    <div class="squares" role="grid" aria-label={label} ref={own} onKeyDown={move}>
      <div class="squares-row" aria-hidden="true" style={{ gridTemplateColumns: columns }}>
        <span class="squares-label" />
        {heads.map((head, column) => (
          <span key={column} class="squares-head">
            {head}
          </span>
        ))}
      </div>
      {rows.map(({ label: name, squares }, row) => (
        <div key={row} class="squares-row" role="row" style={{ gridTemplateColumns: columns }}>
          <span class="squares-label" role="rowheader">
            {name}
          </span>
          {squares.map((square, column) => (
            <Cell
              key={square.key}
              square={square}
              place={`${row} ${column}`}
              isStop={row === last[0] && column === last[1]}
              onChoose={onChoose}
              onPoint={onPoint}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function within(at: number, length: number): number {
  return Math.min(length - 1, Math.max(0, at));
}

interface CellProps {
  readonly square: Square;
  readonly place: string;
  readonly isStop: boolean;
  readonly onChoose: (key: string) => void;
  readonly onPoint: (square: Square | undefined) => void;
}

function Cell({ square, place, isStop, onChoose, onPoint }: CellProps) {
  const { key, state, says, isNow, isComing, hasClockChange, isOver, level, text } = square;
  const shape = state && SHAPES[state];
  const classes = [
    "square",
    state === undefined ? "" : `square-${state} square-tone-${toneOf(state)}`,
    isNow === true ? "is-now" : "",
    isComing === true ? "is-coming" : "",
    hasClockChange === true ? "has-change" : "",
    isOver === true ? "is-over" : "",
    level === undefined ? "" : `level-${level}`,
  ];
  return (
    <span
      class={classes.filter((name) => name !== "").join(" ")}
      role="gridcell"
      aria-label={says}
      data-at={place}
      tabIndex={isStop ? 0 : -1}
      onMouseEnter={() => onPoint(square)}
      onMouseLeave={() => onPoint(undefined)}
      onFocus={() => onPoint(square)}
      onBlur={() => onPoint(undefined)}
      onClick={() => onChoose(key)}
      onKeyDown={({ key: pressed }) => pressed === "Enter" && onChoose(key)}
    >
      {shape && <Icon name={shape} size={11} />}
      {text}
    </span>
  );
}
