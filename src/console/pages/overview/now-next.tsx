import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Board, Night } from "../../api/types.ts";
import { useBoard } from "../../components/board-note.tsx";
import { Icon } from "../../components/icon.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { Ago } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { clock, instantClock, relativeTime } from "../../model/times.ts";
import { now } from "../../state/clock.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

const SHOWN = 6;

/** What runs, and what starts next. */
export function NowAndNext({ night: { counts, next } }: { readonly night: Night }) {
  const { overview: texts, number } = words();
  const board = useBoard();
  const coming = next.filter(({ at }) => Date.parse(at) > now.peek());
  const time = useComputed(() => clock(now.value, reader.value));
  return (
    <div class="card now-next">
      <section aria-label={texts.now}>
        <div class="card-head">
          <h2>{texts.now}</h2>
          <span class="grow" />
          <span class="quiet">{time}</span>
        </div>
        <ul class="now">
          {rowsOf(board?.now, counts).map(({ mark, says, count }) => (
            <li key={says}>
              {mark} <span>{says}</span> <b>{number(count)}</b>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label={texts.next}>
        <div class="card-head">
          <h2>{texts.next}</h2>
        </div>
        {coming.length === 0 && <p class="quiet nothing-next">{texts.nothingNext}</p>}
        <ul class="next-list">
          {coming.slice(0, SHOWN).map(({ at, flow, schedule }) => (
            <li key={`${flow}/${schedule}`}>
              <span class="quiet-ink nowrap">{instantClock(Date.parse(at), reader.value)}</span>
              <a class="cut" href={addresses.schedule(flow, schedule)} title={`${flow} / ${schedule}`}>
                {flow} <span class="quiet">{schedule}</span>
              </a>
              <span class="quiet nowrap">
                <Ago at={at} />
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

interface NowRow {
  readonly mark: ComponentChildren;
  readonly says: string;
  readonly count: number;
}

/** What the board knows of; until it knows anything, what the night tells. */
function rowsOf(board: Board["now"] | undefined, { running = 0, waiting = 0 }: Night["counts"]): NowRow[] {
  const { overview: texts } = words();
  const runs = board?.running ?? running;
  const { ready, callbacks, workers, failingWorkers = 0, deadLetters = 0, oldestAt } = board ?? {};
  const since =
    oldestAt === undefined ? "" : relativeTime(Date.parse(oldestAt), now.peek(), reader.value.locale);
  const rows: (NowRow | false)[] = [
    { mark: <StateShape state={runs > 0 ? "running" : "pending"} />, says: texts.running, count: runs },
    waiting > 0 && { mark: <StateShape state="line" />, says: texts.waiting, count: waiting },
    ready !== undefined && { mark: <Icon name="queues" />, says: texts.ready(since), count: ready },
    callbacks !== undefined && { mark: <Icon name="callbacks" />, says: texts.callbacks, count: callbacks },
    workers !== undefined && {
      mark: <Icon name="workers" class={failingWorkers > 0 ? "tone-bad" : ""} />,
      says: texts.workers(failingWorkers),
      count: workers,
    },
    deadLetters > 0 && {
      mark: <Icon name="fail" class="tone-bad" />,
      says: texts.deadLetters,
      count: deadLetters,
    },
  ];
  return rows.filter((row) => row !== false);
}
