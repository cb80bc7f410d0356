import { useMemo, useRef, useState } from "preact/hooks";
import type { TimelineLane } from "../api/types.ts";
import {
  LANE_HEIGHT,
  LANE_LETTERS,
  type Stretch,
  type Ticks,
  brushed,
  lanePaths,
  ticksOf,
} from "../model/lanes.ts";
import { clock, clockSeconds, day } from "../model/times.ts";
import { reader } from "../state/settings.ts";
import { useSize } from "./graph/view.ts";

export interface LanesProps {
  readonly label: string;
  readonly lanes: readonly TimelineLane[];
  readonly stretch: Stretch;
  /** In letters. */
  readonly width: number;
  /** What a lane is called, how deep it lies in others, and what it tells. */
  readonly told: (lane: TimelineLane) => {
    readonly name: string;
    readonly depth: number;
    readonly says: string;
  };
  /** An instant that matters, such as the first of many failures. */
  readonly mark?: number | undefined;
  readonly onBrush: (stretch: Stretch) => void;
  readonly onChoose?: ((name: string) => void) | undefined;
}

const TICK_PIXELS = 110;
/** A label nearer to the end would be cut. */
const LABEL_PIXELS = 60;
const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Lanes of time, a path for each state of each: they stay as small however much happened. A stretch can be brushed. */
export function Lanes({ label, lanes, stretch, width, told, mark, onBrush, onChoose }: LanesProps) {
  const { element, size } = useSize<HTMLDivElement>();
  const { begin, over, band, at } = useBrush(stretch, onBrush);
  const ticks = ticksOf(stretch.from, stretch.to, Math.max(1, Math.floor(size.width / TICK_PIXELS)));
  const place = (time: number) => `${((time - stretch.from) / (stretch.to - stretch.from)) * 100}%`;
  const end = stretch.to - (LABEL_PIXELS / Math.max(1, size.width)) * (stretch.to - stretch.from);
  const labelled = ticks.at.filter((tick) => tick <= end);
  const isIn = mark !== undefined && mark >= stretch.from && mark <= stretch.to;
  return (
    <div class="lanes">
      <div class="lane-field">
        <div class="lane-ticks" aria-hidden="true">
          {ticks.at.map((tick) => (
            <i key={tick} class="lane-tick" style={{ left: place(tick) }} />
          ))}
        </div>
        <ul class="lane-list" aria-label={label}>
          {lanes.map((lane) => (
            <Lane key={lane.name} lane={lane} width={width} told={told(lane)} onChoose={onChoose} />
          ))}
        </ul>
        <div
          class="lane-over"
          ref={element}
          aria-hidden="true"
          onPointerDown={begin}
          onPointerMove={over}
          onPointerLeave={over}
        >
          {isIn && <i class="lane-mark" style={{ left: place(mark) }} />}
          {band && (
            <i
              class="lane-band"
              style={{ left: `${band.from * 100}%`, width: `${(band.to - band.from) * 100}%` }}
            />
          )}
          {at !== undefined && (
            <span class={`lane-tip ${at > 0.5 ? "is-left" : ""}`} style={{ left: `${at * 100}%` }}>
              {exact(stretch.from + (stretch.to - stretch.from) * at, ticks)}
            </span>
          )}
        </div>
      </div>
      <div class="lane-axis" aria-hidden="true">
        {labelled.map((tick) => (
          <span key={tick} style={{ left: place(tick) }}>
            {tickLabel(tick, ticks, stretch.from)}
          </span>
        ))}
      </div>
    </div>
  );
}

interface LaneProps extends Pick<LanesProps, "width" | "onChoose"> {
  readonly lane: TimelineLane;
  readonly told: ReturnType<LanesProps["told"]>;
}

function Lane({ lane, width, told: { name, depth, says }, onChoose }: LaneProps) {
  const paths = useMemo(() => lanePaths(lane.states), [lane.states]);
  const isBad = lane.failing !== undefined || lane.failed > lane.done;
  const look = `lane-name cut ${isBad ? "tone-bad strong" : ""}`;
  const inset = { paddingLeft: `${depth * 12}px` };
  return (
    <li class="lane">
      {onChoose ? (
        <button type="button" class={look} style={inset} title={says} onClick={() => onChoose(lane.name)}>
          {name}
          <span class="hidden-text"> {says}</span>
        </button>
      ) : (
        <span class={look} style={inset} title={says}>
          {name}
          <span class="hidden-text"> {says}</span>
        </span>
      )}
      <svg viewBox={`0 0 ${width} ${LANE_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {LANE_LETTERS.map((letter) => {
          const path = paths.get(letter);
          return path === undefined ? null : <path key={letter} class={`lane-${letter}`} d={path} />;
        })}
      </svg>
    </li>
  );
}

/** From 0 to 1. */
function placeOf({ currentTarget, clientX }: PointerEvent): number {
  if (!(currentTarget instanceof Element)) return 0;
  const { left, width } = currentTarget.getBoundingClientRect();
  return Math.max(0, Math.min(1, (clientX - left) / width));
}

/** Places are from 0 to 1. */
function useBrush(stretch: Stretch, onBrush: (stretch: Stretch) => void) {
  const start = useRef<number | undefined>(undefined);
  const [at, setAt] = useState<number | undefined>(undefined);
  const from = start.current;
  function begin(event: PointerEvent): void {
    if (event.button !== 0 || !(event.currentTarget instanceof Element)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = placeOf(event);
    const end = (ended: Event) => {
      const chosen =
        ended instanceof PointerEvent && start.current !== undefined
          ? brushed(stretch, start.current, placeOf(ended))
          : undefined;
      start.current = undefined;
      setAt(undefined);
      if (chosen) onBrush(chosen);
    };
    event.currentTarget.addEventListener("pointerup", end, { once: true });
  }
  function over(event: PointerEvent): void {
    if (start.current === undefined && event.type === "pointerleave") setAt(undefined);
    else if (event.type === "pointermove") setAt(placeOf(event));
  }
  const band =
    from === undefined || at === undefined ? undefined : { from: Math.min(from, at), to: Math.max(from, at) };
  return { begin, over, band, at };
}

/** As exact as the ticks tell apart; below a second from the beginning. */
function tickLabel(tick: number, { stepMs }: Ticks, from: number): string {
  if (stepMs < SECOND_MS) return `+${Math.round(tick - from)} ms`;
  if (stepMs < MINUTE_MS) return clockSeconds(tick, reader.value);
  return stepMs < DAY_MS ? clock(tick, reader.value) : day(tick, reader.value);
}

function exact(time: number, { stepMs }: Ticks): string {
  const { value } = reader;
  if (stepMs >= DAY_MS) return `${day(time, value)} ${clock(time, value)}`;
  return stepMs < SECOND_MS
    ? `${clockSeconds(time, value)}.${String(Math.floor(time % SECOND_MS)).padStart(3, "0")}`
    : clockSeconds(time, value);
}
