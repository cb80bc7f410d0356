import { useMemo } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Queue, QueueHistory } from "../../api/types.ts";
import { Tile } from "../../components/tile.tsx";
import { Ago } from "../../components/times.tsx";
import { useQuery } from "../../frame/use-query.ts";
import { lastHour } from "../../model/depth.ts";
import { words } from "../../words/index.ts";
import { NewestLetters } from "./dead-letters.tsx";
import { DepthChart, SPANS, type Span } from "./depth-chart.tsx";
import { QueueWorkers, type QueueWorkersResource } from "./queue-workers.tsx";

export interface OverviewProps {
  readonly path: string;
  readonly data: Queue;
  readonly workers: QueueWorkersResource;
}

const POLL_MS = 60_000;
const HOUR_MS = 3_600_000;
const MINUTES = 60;
const HOURS: Readonly<Record<Span, number>> = { hours: 3, day: 24, week: 168 };

export function Overview({ path, data, workers }: OverviewProps) {
  const [query, setQuery] = useQuery();
  const span = SPANS.find((one) => one === query.span) ?? "hours";
  // Its end is the time of each answer; its beginning stays, so that it is one address.
  const from = useMemo(() => new Date(Date.now() - HOURS[span] * HOUR_MS).toISOString(), [span]);
  const url = span === "hours" ? `${path}/history` : address(`${path}/history`, { from });
  const history = useResource<QueueHistory>(url, { everyMs: POLL_MS });
  const hasLetters = data.depth.deadLetters > 0;
  return (
    <>
      <Figures queue={data} history={history.data} />
      <div class={hasLetters ? "depth-and-letters" : ""}>
        <DepthChart
          history={history}
          span={span}
          onSpan={(one) => setQuery({ span: one === "hours" ? undefined : one })}
          queue={data}
          workers={workers.data?.items ?? []}
        />
        {hasLetters && <NewestLetters path={path} queue={data} />}
      </div>
      <QueueWorkers workers={workers} />
    </>
  );
}

interface FiguresProps {
  readonly queue: Queue;
  readonly history: QueueHistory | undefined;
}

function Figures({ queue: { depth, oldestAt, waitingPolls }, history }: FiguresProps) {
  const { queues: texts, depth: flow, number } = words();
  const hour = history && lastHour(history);
  const aMinute = (n: number) => flow.aMinute(Math.round((n / MINUTES) * 10) / 10);
  const { ready, readyForNamed, inFlight, delayed, deadLetters } = depth;
  return (
    <div class="tiles">
      <Tile title={texts.ready} figure={number(ready)}>
        {oldestAt !== undefined && (
          <>
            {texts.oldest} <Ago at={oldestAt} />
          </>
        )}
      </Tile>
      {readyForNamed > 0 && <Tile title={texts.readyForNamed} figure={number(readyForNamed)} />}
      <Tile title={texts.inFlight} figure={number(inFlight)} />
      <Tile title={texts.delayed} figure={number(delayed)} />
      <Tile title={texts.dead} figure={number(deadLetters)} isBad={deadLetters > 0} />
      <Tile title={flow.inHour} figure={hour ? number(hour.sent) : "–"}>
        {hour && aMinute(hour.sent)}
      </Tile>
      <Tile title={flow.outHour} figure={hour ? number(hour.gone) : "–"}>
        {hour && aMinute(hour.gone)}
      </Tile>
      <Tile title={texts.polls} figure={number(waitingPolls)}>
        {waitingPolls === 0 ? texts.noWorkers : texts.workersWait(waitingPolls)}
      </Tile>
    </div>
  );
}
