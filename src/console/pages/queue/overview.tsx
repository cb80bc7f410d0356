import type { Queue } from "../../api/types.ts";
import { Tile } from "../../components/tile.tsx";
import { Ago } from "../../components/times.tsx";
import { words } from "../../words/index.ts";
import { NewestLetters } from "./dead-letters.tsx";
import { QueueWorkers, type QueueWorkersResource } from "./queue-workers.tsx";

export interface OverviewProps {
  readonly path: string;
  readonly queue: string;
  readonly data: Queue;
  readonly workers: QueueWorkersResource;
}

export function Overview({ path, data, workers }: OverviewProps) {
  return (
    <>
      <Figures queue={data} />
      <QueueWorkers workers={workers} />
      {data.depth.deadLetters > 0 && <NewestLetters path={path} queue={data} />}
    </>
  );
}

function Figures({ queue: { depth, oldestAt, waitingPolls } }: { readonly queue: Queue }) {
  const { queues: texts, number } = words();
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
      <Tile title={texts.polls} figure={number(waitingPolls)}>
        {waitingPolls === 0 ? texts.noWorkers : texts.workersWait(waitingPolls)}
      </Tile>
    </div>
  );
}
