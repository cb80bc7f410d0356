import type { ComponentChildren } from "preact";
import { namedBars } from "../model/charts.ts";
import type { Part } from "../model/flow-stats.ts";
import { words } from "../words/index.ts";
import "../styles/bar-chart.css";

export interface Bar {
  readonly key: string;
  /** Beneath it, where there is room. */
  readonly name: string;
  /** All of it in words. */
  readonly says: string;
  /** From the bottom to the top. */
  readonly parts: readonly Part[];
  /** A line over it, at this height. */
  readonly reachesTo?: number | undefined;
}

export interface BarChartProps {
  /** What it shows, for whoever cannot see it. */
  readonly label: string;
  readonly bars: readonly Bar[];
  /** From the lowest to the highest, which all of it fits under. */
  readonly lines: readonly { readonly value: number; readonly title: string }[];
  /** The same as a table. */
  readonly children: ComponentChildren;
}

const PERCENT = 100;
/** Of the height above the highest line. */
const ROOM = 1.06;
const NAMES = 8;

/** Bars side by side; behind a button all of it as a table. */
export function BarChart({ label, bars, lines, children }: BarChartProps) {
  const top = (lines.at(-1)?.value ?? 1) * ROOM;
  const height = (value: number) => `${(value / top) * PERCENT}%`;
  const named = namedBars(bars.length, NAMES);
  return (
    <>
      <div class="bar-chart" role="img" aria-label={label}>
        <div class="bar-plot">
          {lines.map(({ value, title }) => (
            <span key={value} class="bar-line" style={{ bottom: height(value) }}>
              <span class="quiet small">{title}</span>
            </span>
          ))}
          <div class={`bars ${bars.length > NARROW ? "are-narrow" : ""}`}>
            {bars.map(({ key, parts, reachesTo, says }) => (
              <span key={key} class="bar-column" title={says}>
                {reachesTo !== undefined && <span class="bar-reach" style={{ height: height(reachesTo) }} />}
                {parts.toReversed().map(({ tone, value }) => (
                  <span key={tone} class={`bar-part bar-${tone}`} style={{ height: height(value) }} />
                ))}
              </span>
            ))}
          </div>
        </div>
        <div class="bar-names quiet small">
          {bars.map(({ key, name }, nth) => (
            <span key={key}>{named.has(nth) ? name : ""}</span>
          ))}
        </div>
      </div>
      <details class="chart-table">
        <summary class="link">{words().common.asTable}</summary>
        {children}
      </details>
    </>
  );
}

/** So many bars have no room for gaps. */
const NARROW = 45;

/** What the colours of a chart stand for. */
export function Legend({ marks }: { readonly marks: readonly (readonly [look: string, title: string])[] }) {
  return (
    <span class="chart-legend quiet-ink">
      {marks.map(([look, title]) => (
        <span key={look}>
          <i class={`bar-part ${look}`} aria-hidden="true" /> {title}
        </span>
      ))}
    </span>
  );
}
