import { address, pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { FlowStats, FlowStatsBucket } from "../../api/types.ts";
import { type Bar, BarChart, Legend } from "../../components/bar-chart.tsx";
import { Card } from "../../components/card.tsx";
import { Empty } from "../../components/empty.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Segment } from "../../components/segment.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Table } from "../../components/table.tsx";
import { Tile } from "../../components/tile.tsx";
import { Duration, Time } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { useQuery } from "../../frame/use-query.ts";
import { duration } from "../../model/durations.ts";
import {
  SPANS,
  type Span,
  askedFor,
  countScale,
  partsOf,
  percentOf,
  startedIn,
  timeScale,
} from "../../model/flow-stats.ts";
import { stateOfStatus } from "../../model/states.ts";
import { clock, day, shortTime } from "../../model/times.ts";
import { now } from "../../state/clock.ts";
import { reader, zone } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

const POLL_MS = 60_000;

/** How a flow's executions ended, how long they took, and what they failed with. */
export function FlowStatsTab({ flow }: { readonly flow: string }) {
  const [query, change] = useQuery();
  const span = SPANS.find((one) => one === query.span) ?? "month";
  const asked = { ...askedFor(span, now.peek()), timeZone: zone.value };
  const stats = useResource<FlowStats>(address(pathOf("flows", flow, "stats"), asked), { everyMs: POLL_MS });
  const { stats: texts } = words();
  return (
    <div class="page-body">
      <div>
        <Segment
          label={texts.span}
          choices={SPANS.map((id) => ({ id, title: texts.spans[id] }))}
          chosen={span}
          onChoose={(id: Span) => change({ span: id === "month" ? undefined : id })}
        />
      </div>
      <Loaded resource={stats}>{(data) => <Stats flow={flow} stats={data} by={asked.by} />}</Loaded>
    </div>
  );
}

interface StatsProps {
  readonly stats: FlowStats;
  readonly by: "hour" | "day";
}

function Stats({ flow, stats, by }: StatsProps & { readonly flow: string }) {
  const { stats: texts } = words();
  const { knownFrom, counts } = stats;
  const started = startedIn(counts);
  return (
    <>
      {knownFrom !== undefined && (
        <div class="note soft-warn">
          <span class="says">
            {texts.cut(shortTime(Date.parse(knownFrom), now.peek(), reader.value), started)}
          </span>
        </div>
      )}
      <Figures stats={stats} />
      {started === 0 ? (
        <div class="card">
          <Empty says={texts.empty} />
        </div>
      ) : (
        <>
          <Ends stats={stats} by={by} />
          {stats.p50Ms !== undefined && <Took stats={stats} by={by} />}
          <div class="pair">
            <Errors flow={flow} stats={stats} />
            <Slowest flow={flow} stats={stats} />
          </div>
        </>
      )}
    </>
  );
}

function Figures({ stats: { counts, successRate, p50Ms, p95Ms } }: { readonly stats: FlowStats }) {
  const { stats: texts, common, number } = words();
  const bad = counts.failed + counts.timedOut;
  return (
    <div class="tiles">
      <Tile title={texts.started} figure={number(startedIn(counts))} />
      <Tile
        title={texts.rate}
        figure={successRate === undefined ? common.none : texts.percent(percentOf(successRate))}
      >
        {texts.rateOf}
      </Tile>
      <Tile title={texts.failed} figure={number(bad)} isBad={bad > 0} />
      <Tile title={texts.half} figure={p50Ms === undefined ? common.none : <Duration ms={p50Ms} />}>
        {texts.ofSucceeded}
      </Tile>
      <Tile title={texts.most} figure={p95Ms === undefined ? common.none : <Duration ms={p95Ms} />}>
        {texts.ofSucceeded}
      </Tile>
    </div>
  );
}

function nameOf({ at }: FlowStatsBucket, by: "hour" | "day"): string {
  const instant = Date.parse(at);
  return by === "day" ? day(instant, reader.value) : clock(instant, reader.value);
}

/** As `nameOf`, and which day it was. */
function fullName({ at }: FlowStatsBucket, by: "hour" | "day"): string {
  const instant = Date.parse(at);
  return by === "day" ? day(instant, reader.value) : shortTime(instant, now.peek(), reader.value);
}

function Ends({ stats: { buckets, counts }, by }: StatsProps) {
  const { stats: texts, state, number } = words();
  const marks = [
    ["bar-ok", state.succeeded],
    ["bar-bad", texts.failed],
    ...(counts.stopped > 0 ? [["bar-idle", state.stopped] as const] : []),
    ...(counts.running > 0 ? [["bar-run", state.running] as const] : []),
  ] as const;
  const bars: Bar[] = buckets.map((bucket) => ({
    key: bucket.at,
    name: nameOf(bucket, by),
    says: texts.bucket(fullName(bucket, by), startedIn(bucket), bucket.failed + bucket.timedOut),
    parts: partsOf(bucket),
  }));
  return (
    <Card title={texts.ends} note={texts.endsNote} actions={<Legend marks={marks} />}>
      <BarChart
        label={texts.endsLabel(startedIn(counts), counts.failed + counts.timedOut)}
        bars={bars}
        lines={countScale(buckets).map((value) => ({ value, title: number(value) }))}
      >
        <EndsTable buckets={buckets} by={by} />
      </BarChart>
    </Card>
  );
}

function EndsTable({ buckets, by }: Pick<FlowStats, "buckets"> & Pick<StatsProps, "by">) {
  const { stats: texts, state, number } = words();
  const columns = [
    { title: texts[by] },
    { title: state.succeeded, isNumber: true },
    { title: state.failed, isNumber: true },
    { title: state.timedOut, isNumber: true },
    { title: state.stopped, isNumber: true },
    { title: state.running, isNumber: true },
  ];
  return (
    <Table label={texts.ends} columns={columns}>
      {buckets.map((bucket) => (
        <tr key={bucket.at}>
          <td class="nowrap">{fullName(bucket, by)}</td>
          {COUNTED.map((one) => (
            <td key={one} class="number">
              {number(bucket[one])}
            </td>
          ))}
        </tr>
      ))}
    </Table>
  );
}

const COUNTED = ["succeeded", "failed", "timedOut", "stopped", "running"] as const;

function Took({ stats: { buckets, p50Ms = 0, p95Ms = 0 }, by }: StatsProps) {
  const { stats: texts, units } = words();
  const told = (bucket: FlowStatsBucket) =>
    texts.bucketTook(
      fullName(bucket, by),
      duration(bucket.p50Ms ?? 0, units),
      duration(bucket.p95Ms ?? 0, units),
    );
  const bars: Bar[] = buckets.map((bucket) => ({
    key: bucket.at,
    name: nameOf(bucket, by),
    says: bucket.p50Ms === undefined ? fullName(bucket, by) : told(bucket),
    parts: bucket.p50Ms === undefined ? [] : [{ tone: "ok", value: bucket.p50Ms }],
    reachesTo: bucket.p95Ms,
  }));
  const label = `${texts.half} ${duration(p50Ms, units)}, ${texts.most} ${duration(p95Ms, units)}`;
  const marks = [
    ["bar-ok", texts.half],
    ["legend-reach", texts.most],
  ] as const;
  return (
    <Card title={texts.took} note={texts.ofSucceeded} actions={<Legend marks={marks} />}>
      <BarChart
        label={label}
        bars={bars}
        lines={timeScale(buckets).map((value) => ({ value, title: duration(value, units) }))}
      >
        <TookTable buckets={buckets.filter((bucket) => bucket.p50Ms !== undefined)} by={by} />
      </BarChart>
    </Card>
  );
}

function TookTable({ buckets, by }: Pick<FlowStats, "buckets"> & Pick<StatsProps, "by">) {
  const { stats: texts } = words();
  const columns = [
    { title: texts[by] },
    { title: texts.half, isNumber: true },
    { title: texts.most, isNumber: true },
  ];
  return (
    <Table label={texts.took} columns={columns}>
      {buckets.map((bucket) => (
        <tr key={bucket.at}>
          <td class="nowrap">{fullName(bucket, by)}</td>
          <td class="number">
            <Duration ms={bucket.p50Ms ?? 0} />
          </td>
          <td class="number">
            <Duration ms={bucket.p95Ms ?? 0} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

interface ListProps {
  readonly flow: string;
  readonly stats: FlowStats;
}

function Errors({ flow, stats: { errors } }: ListProps) {
  const { stats: texts, number } = words();
  const columns = [{ title: texts.error }, { title: texts.count, isNumber: true }, { title: texts.newest }];
  return (
    <Card title={texts.errors} isFlush>
      {errors.length === 0 ? (
        <Empty says={texts.noErrors} />
      ) : (
        <Table label={texts.errors} columns={columns}>
          {errors.map(({ error, count, execution, startedAt }) => (
            <tr key={error} class="linked">
              <td>
                <code class="cut block tone-bad" title={error}>
                  {error}
                </code>
              </td>
              <td class="number">{number(count)}</td>
              <td class="nowrap">
                <a class="row-link" href={addresses.execution(flow, execution)} title={execution}>
                  <Time at={startedAt} />
                </a>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function Slowest({ flow, stats: { slowest } }: ListProps) {
  const { stats: texts, executions } = words();
  const columns = [
    { title: texts.execution },
    { title: executions.status },
    { title: executions.took, isNumber: true },
  ];
  return (
    <Card title={texts.slowest} isFlush>
      <Table label={texts.slowest} columns={columns}>
        {slowest.map(({ execution, status, startedAt, tookMs }) => (
          <tr key={execution} class="linked">
            <td>
              <a class="row-link cut block" href={addresses.execution(flow, execution)} title={execution}>
                {execution}
              </a>
              <span class="small quiet">
                <Time at={startedAt} />
              </span>
            </td>
            <td class="nowrap">
              <StateMark state={stateOfStatus(status)} />
            </td>
            <td class="number nowrap">
              <Duration ms={tookMs} />
            </td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}
