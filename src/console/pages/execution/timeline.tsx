import { useEffect, useRef, useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Timeline, TimelineLane } from "../../api/types.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { Lanes } from "../../components/lanes.tsx";
import { Skeleton } from "../../components/loaded.tsx";
import { Segment } from "../../components/segment.tsx";
import { Table } from "../../components/table.tsx";
import { Time } from "../../components/times.tsx";
import { Trouble } from "../../components/trouble.tsx";
import { useQuery } from "../../frame/use-query.ts";
import { LANE_LETTERS, type Stretch, zoomed } from "../../model/lanes.ts";
import { clockSeconds } from "../../model/times.ts";
import { isOver, stateOfStatus } from "../../model/states.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import type { ExecutionView } from "./context.ts";

const BY = ["step", "worker"] as const;
type By = (typeof BY)[number];

const WIDTH = 1200;
const POLL_MS = 10_000;
/** Of more events each look at it costs the service too much to look again and again. */
const POLLED_EVENTS_MAX = 50_000;
/** So many failures in a row are told of a machine. */
const FAILING_FROM = 3;
const FOOT_LANES_MAX = 10;

interface Asked {
  readonly by: By;
  readonly timeline: Timeline | undefined;
  readonly error: unknown;
  readonly reload: () => void;
}

/** By machine where that says more: where many items were worked on. An answer stays until the next one is there. */
function useTimeline(view: ExecutionView, chosen: string | undefined, zoom: Stretch | undefined): Asked {
  const { head, foreach } = view.snapshot;
  const isFannedOut = [...foreach.values()].some(({ n }) => n > 1);
  const by: By = chosen === "step" || (chosen === undefined && !isFannedOut) ? "step" : "worker";
  const isPolled = !isOver(stateOfStatus(head.status)) && head.counts.events < POLLED_EVENTS_MAX;
  const stretch = zoom && { from: new Date(zoom.from).toISOString(), to: new Date(zoom.to).toISOString() };
  const url = address(`${view.base}/timeline`, { by, width: WIDTH, ...stretch });
  const asked = useResource<Timeline>(url, { everyMs: isPolled && !zoom ? POLL_MS : undefined });
  const known = useRef<{ readonly by: By; readonly timeline: Timeline } | undefined>(undefined);
  if (asked.data) known.current = { by, timeline: asked.data };
  const timeline = known.current?.by === by ? known.current.timeline : undefined;
  return { by, timeline, error: asked.error, reload: asked.reload };
}

function zoomOf({ from, to }: Readonly<Record<string, string>>): Stretch | undefined {
  const zoom = { from: Number(from), to: Number(to) };
  return zoom.from < zoom.to ? zoom : undefined;
}

export interface TimelineProps {
  readonly view: ExecutionView;
  /** Under the graph, not a page of its own. */
  readonly isFoot?: boolean;
  readonly onChoose?: ((path: string) => void) | undefined;
}

/** When what happened, by step or by machine; nothing did where its start still waits. */
export function TimelineCard(props: TimelineProps) {
  if (props.view.snapshot.head.held === undefined) return <Drawn {...props} />;
  const { execution, timeline: texts } = words();
  return (
    <section class="timeline" aria-label={texts.title}>
      <div class="timeline-head">
        <h2>{texts.title}</h2>
        <p class="timeline-says quiet">{execution.notBegun}</p>
      </div>
    </section>
  );
}

function Drawn({ view, isFoot = false, onChoose }: TimelineProps) {
  const [query, change] = useQuery();
  const zoom = zoomOf(query);
  const [told, tell] = useState<By | undefined>(undefined);
  const { by, timeline, error, reload } = useTimeline(view, query.by ?? told, zoom);
  // Where no machine told its name the steps say more than nothing.
  useEffect(() => {
    if (by === "worker" && timeline?.lanes.length === 0) tell("step");
  }, [by, timeline]);
  const [isTable, setTable] = useState(false);
  const { timeline: texts } = words();
  const look = (next: Stretch | undefined) =>
    change({ from: next && String(next.from), to: next && String(next.to) });
  const worst = by === "worker" ? worstOf(timeline?.lanes ?? []) : undefined;
  return (
    <section class="timeline" aria-label={texts.title}>
      <div class="timeline-head">
        <h2>{texts.title}</h2>
        <Segment
          label={texts.by}
          choices={BY.map((id) => ({ id, title: texts[id] }))}
          chosen={by}
          onChoose={(chosen) => change({ by: chosen })}
        />
        <p class={`timeline-says ${worst ? "tone-bad" : "quiet"}`}>
          {worst?.failing
            ? texts.failing(worst.name, clockSeconds(Date.parse(worst.failing.since), reader.value))
            : texts.hint}
        </p>
        <Legend lanes={timeline?.lanes ?? []} />
        {timeline && <ZoomTools timeline={timeline} zoom={zoom} view={view} onLook={look} />}
        <Button kind="quiet" isSmall onPress={() => setTable(!isTable)}>
          {isTable ? texts.chart : texts.table}
        </Button>
      </div>
      {timeline ? (
        <Shown
          by={by}
          timeline={timeline}
          isTable={isTable}
          isFoot={isFoot}
          mark={worst}
          onBrush={look}
          onChoose={onChoose}
        />
      ) : error === undefined ? (
        <Skeleton />
      ) : (
        <Trouble error={error} onRetry={reload} />
      )}
    </section>
  );
}

export function TimelineTab({ view }: { readonly view: ExecutionView }) {
  const [, change] = useQuery();
  return (
    <div class="page-body">
      <div class="card">
        <TimelineCard view={view} onChoose={(step) => change({ tab: undefined, step })} />
      </div>
    </div>
  );
}

/** Of the letters that are there. */
function Legend({ lanes }: { readonly lanes: readonly TimelineLane[] }) {
  const { timeline: texts } = words();
  const shown = LANE_LETTERS.filter((letter) => lanes.some(({ states }) => states.includes(letter)));
  return (
    <ul class="timeline-legend">
      {shown.map((letter) => (
        <li key={letter}>
          <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
            <rect class={`lane-${letter}`} width="10" height="10" rx="2" />
          </svg>
          {texts.letters[letter]}
        </li>
      ))}
    </ul>
  );
}

interface ZoomProps {
  readonly timeline: Timeline;
  readonly zoom: Stretch | undefined;
  readonly view: ExecutionView;
  readonly onLook: (stretch: Stretch | undefined) => void;
}

function stretchOf({ from, to }: Pick<Timeline, "from" | "to">): Stretch {
  return { from: Date.parse(from), to: Date.parse(to) };
}

/** The same as brushing, by keys. */
function ZoomTools({ timeline, zoom, view, onLook }: ZoomProps) {
  const { timeline: texts } = words();
  const seen = stretchOf(timeline);
  const { startedAt, endedAt } = view.snapshot.head;
  const whole = { from: Date.parse(startedAt), to: endedAt === undefined ? Date.now() : Date.parse(endedAt) };
  const look = (factor: number) => {
    const next = zoomed(seen, factor, whole);
    onLook(next.from <= whole.from && next.to >= whole.to ? undefined : next);
  };
  return (
    <div class="timeline-tools">
      {zoom && (
        <>
          <Button isSmall onPress={() => onLook(undefined)}>
            {texts.whole}
          </Button>
          <IconButton icon="minus" label={texts.wider} isSmall onPress={() => look(2)} />
        </>
      )}
      <IconButton icon="plus" label={texts.closer} isSmall onPress={() => look(0.5)} />
    </div>
  );
}

/** The machine that fails everything, if there is one: with the longest row of failures. */
function worstOf(lanes: readonly TimelineLane[]): TimelineLane | undefined {
  const failing = lanes.filter((lane) => (lane.failing?.count ?? 0) >= FAILING_FROM);
  return failing.toSorted((a, b) => (b.failing?.count ?? 0) - (a.failing?.count ?? 0))[0];
}

interface ShownProps extends Pick<TimelineProps, "onChoose"> {
  readonly by: By;
  readonly timeline: Timeline;
  readonly isTable: boolean;
  readonly isFoot: boolean;
  readonly mark: TimelineLane | undefined;
  readonly onBrush: (stretch: Stretch) => void;
}

function Shown({ by, timeline, isTable, isFoot, mark, onBrush, onChoose }: ShownProps) {
  const { timeline: texts } = words();
  const { lanes, more } = isFoot ? footOf(timeline) : timeline;
  if (lanes.length === 0)
    return <p class="timeline-none quiet">{by === "step" ? texts.noSteps : texts.noWorkers}</p>;
  const told = ({ name, done, failed }: TimelineLane) => ({
    ...(by === "step" ? stepName(name) : { name, depth: 0 }),
    says: texts.lane(name, done, failed),
  });
  return (
    <>
      {isTable ? (
        <LaneTable lanes={lanes} by={by} />
      ) : (
        <Lanes
          label={texts.title}
          lanes={lanes}
          stretch={stretchOf(timeline)}
          width={WIDTH}
          told={told}
          mark={mark?.failing && Date.parse(mark.failing.since)}
          onBrush={onBrush}
          onChoose={by === "step" ? onChoose : undefined}
        />
      )}
      {more > 0 && <p class="timeline-none small quiet">{texts.more(more)}</p>}
    </>
  );
}

/** Under the graph there is room for some: those with failures, and the first of the others. */
function footOf({ lanes, more }: Timeline): Pick<Timeline, "lanes" | "more"> {
  const worst = lanes
    .toSorted((a, b) => Number(b.failed > 0) - Number(a.failed > 0))
    .slice(0, FOOT_LANES_MAX);
  return { lanes: lanes.filter((lane) => worst.includes(lane)), more: more + lanes.length - worst.length };
}

/** `each[]/work` is `work`, one deeper. */
function stepName(path: string): { readonly name: string; readonly depth: number } {
  const parts = path.split("/");
  return { name: parts.at(-1) ?? path, depth: parts.length - 1 };
}

function LaneTable({ lanes, by }: { readonly lanes: readonly TimelineLane[]; readonly by: By }) {
  const { timeline: texts } = words();
  const columns = [
    { title: by === "step" ? texts.step : texts.worker },
    { title: texts.done, isNumber: true },
    { title: texts.failed, isNumber: true },
    { title: texts.failingSince },
  ];
  return (
    <Table label={texts.title} columns={columns}>
      {lanes.map(({ name, done, failed, failing }) => (
        <tr key={name}>
          <td>{name}</td>
          <td class="number">{words().number(done)}</td>
          <td class={`number ${failed > 0 ? "tone-bad" : "quiet"}`}>{words().number(failed)}</td>
          <td>{failing && <Time at={failing.since} />}</td>
        </tr>
      ))}
    </Table>
  );
}
