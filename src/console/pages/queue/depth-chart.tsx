import type { Resource } from "../../api/resource.ts";
import type { Queue, QueueHistory, Worker } from "../../api/types.ts";
import { Legend } from "../../components/bar-chart.tsx";
import { Card } from "../../components/card.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Segment } from "../../components/segment.tsx";
import { Table } from "../../components/table.tsx";
import { Duration } from "../../components/times.tsx";
import { roundUp } from "../../model/charts.ts";
import { type DepthBin, binsOf, lineOf, timeOf } from "../../model/depth.ts";
import { type PlacedMark, placedMarks } from "../../model/depth-marks.ts";
import "../../styles/depth.css";
import { clock, day, shortTime } from "../../model/times.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

export type Span = "hours" | "day" | "week";
export const SPANS: readonly Span[] = ["hours", "day", "week"];

export interface DepthChartProps {
  readonly history: Resource<QueueHistory> & { readonly reload: () => void };
  readonly span: Span;
  readonly onSpan: (span: Span) => void;
  readonly queue: Queue;
  readonly workers: readonly Worker[];
}

const DRAWN = 240;
const LISTED = 36;
const LABELS = 6;

/** How full the queue was: an area of what was ready, a line of what was in flight. */
export function DepthChart({ history, span, onSpan, queue, workers }: DepthChartProps) {
  const { depth: texts } = words();
  return (
    <Card
      title={texts.title}
      note={
        <Legend
          marks={[
            ["legend-line mark-run", texts.ready],
            ["legend-line ink-line", texts.inFlight],
          ]}
        />
      }
      actions={
        <Segment
          label={texts.span}
          choices={SPANS.map((id) => ({ id, title: texts.spans[id] }))}
          chosen={span}
          onChoose={onSpan}
        />
      }
    >
      <Loaded resource={history}>
        {(data) => (
          <>
            <Drawing
              bins={binsOf(data, DRAWN)}
              span={span}
              marks={placedMarks(queue, workers, timeOf(data))}
            />
            <details class="chart-table">
              <summary class="link">{words().common.asTable}</summary>
              <Listing bins={binsOf(data, LISTED)} />
            </details>
          </>
        )}
      </Loaded>
    </Card>
  );
}

interface DrawingProps {
  readonly bins: readonly DepthBin[];
  readonly span: Span;
  readonly marks: readonly PlacedMark[];
}

function Drawing({ bins, span, marks: events }: DrawingProps) {
  const { depth: texts, number } = words();
  const ready = bins.map((bin) => bin.ready);
  const inFlight = bins.map((bin) => bin.inFlight);
  const most = Math.max(0, ...ready, ...inFlight);
  const top = roundUp(most);
  const line = lineOf(ready, top);
  const marks = [1, 0.5, 0].map((part) => Math.round(top * part));
  const every = Math.max(1, Math.ceil(bins.length / LABELS));
  const labels = bins.filter((_, nth) => nth % every === 0);
  return (
    <div class="depth-chart">
      <div class="depth-scale" aria-hidden="true">
        {marks.map((mark) => (
          <span key={mark}>{number(mark)}</span>
        ))}
      </div>
      <div class="depth-plot">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={texts.label(most)}>
          {[0, 50, 100].map((y) => (
            <path key={y} class="depth-grid" d={`M0 ${y}L100 ${y}`} />
          ))}
          <path class="depth-area" d={`${line}L100 100L0 100Z`} />
          <path class="depth-ready" d={line} />
          <path class="depth-flight" d={lineOf(inFlight, top)} />
        </svg>
        <Marks marks={events} />
      </div>
      <div class="depth-times quiet small" aria-hidden="true">
        {labels.map(({ at }) => (
          <span key={at}>{span === "week" ? day(at, reader.value) : clock(at, reader.value)}</span>
        ))}
      </div>
    </div>
  );
}

/** Each a row lower than the one before it, so that no text lies on another. */
function Marks({ marks }: { readonly marks: readonly PlacedMark[] }) {
  const { depth: texts } = words();
  if (marks.length === 0) return null;
  return (
    <ul class="depth-marks">
      {marks.map(({ at, kind, worker = "", left, isLeft }, nth) => (
        <li
          key={`${kind}${worker}`}
          class={`tone-${TONES[kind]} row-${nth} ${isLeft ? "is-left" : ""}`}
          style={{ left: `${left}%` }}
        >
          <span class="cut">
            {clock(at, reader.value)} {texts.events[kind](worker)}
          </span>
        </li>
      ))}
    </ul>
  );
}

const TONES: Readonly<Record<PlacedMark["kind"], string>> = {
  failing: "bad",
  draining: "idle",
  paused: "idle",
};

function Listing({ bins }: { readonly bins: readonly DepthBin[] }) {
  const { depth: texts, number } = words();
  const columns = [
    { title: texts.from },
    { title: texts.ready, isNumber: true },
    { title: texts.inFlight, isNumber: true },
    { title: texts.waited, isNumber: true, isWide: true },
    { title: texts.in, isNumber: true },
    { title: texts.out, isNumber: true },
  ];
  const now = Date.now();
  return (
    <Table label={texts.title} columns={columns}>
      {bins.map(({ at, ready, inFlight, oldestMs, sent, gone }) => (
        <tr key={at}>
          <td class="nowrap">{shortTime(at, now, reader.value)}</td>
          <td class="number">{number(ready)}</td>
          <td class="number">{number(inFlight)}</td>
          <td class="number wide-only">
            <Duration ms={oldestMs} />
          </td>
          <td class="number">{number(sent)}</td>
          <td class="number">{number(gone)}</td>
        </tr>
      ))}
    </Table>
  );
}
