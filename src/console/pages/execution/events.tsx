import { useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { usePages } from "../../api/pages.ts";
import { useResource } from "../../api/resource.ts";
import type { HistoryEvent, Page } from "../../api/types.ts";
import { SelectChip } from "../../components/chip.tsx";
import { Icon } from "../../components/icon.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { More } from "../../components/more.tsx";
import { Tree } from "../../components/tree.tsx";
import { useQuery } from "../../frame/use-query.ts";
import { exactTime, clockSeconds } from "../../model/times.ts";
import { isOver, stateOfStatus } from "../../model/states.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import type { ExecutionView } from "./context.ts";

const PAGE = 100;
const POLL_MS = 5000;
const TYPES = [
  "StepEntered",
  "StepFailed",
  "StepExited",
  "IterationExited",
  "TaskScheduled",
  "TaskStarted",
  "TaskSucceeded",
  "TaskFailed",
  "TaskTimedOut",
] as const;

/** What happened, in order. */
export function Events({ view }: { readonly view: ExecutionView }) {
  const [query, change] = useQuery();
  const { events: texts } = words();
  const isRunning = !isOver(stateOfStatus(view.snapshot.head.status));
  const list = usePages<HistoryEvent>(
    `${view.base}/history`,
    { limit: PAGE, type: query.type, step: query.of, detail: "none" },
    { everyMs: isRunning ? POLL_MS : undefined },
  );
  const types = [{ value: "", title: texts.anyType }, ...TYPES.map((value) => ({ value, title: value }))];
  return (
    <div class="page-body">
      <search class="filters">
        <SelectChip
          label={texts.ofType}
          value={query.type ?? ""}
          choices={types}
          onChange={(type) => change({ type })}
        />
      </search>
      <div class="card">
        <Loaded resource={list}>
          {(items) =>
            items.length === 0 ? (
              <p class="empty quiet">{texts.empty}</p>
            ) : (
              <ul class="events">
                {items.map((event) => (
                  <EventLine key={event.eventId} base={view.base} event={event} />
                ))}
              </ul>
            )
          }
        </Loaded>
        <More list={list} />
      </div>
    </div>
  );
}

const BAD = /Failed|TimedOut|Stopped/;

/** One event; its detail opens, and is asked for then where it did not come along. */
export function EventLine({ base, event }: { readonly base: string; readonly event: HistoryEvent }) {
  const [isOpen, setOpen] = useState(false);
  const { eventId, type, stepPath, time, detail } = event;
  const at = Date.parse(time);
  const error = typeof detail?.error === "string" ? detail.error : undefined;
  return (
    <li>
      <button type="button" class="event" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span class="quiet event-id">{eventId}</span>
        <time class="quiet" dateTime={time} title={exactTime(at, reader.value)}>
          {clockSeconds(at, reader.value)}
        </time>
        <span class={BAD.test(type) ? "tone-bad" : ""}>{type}</span>
        <span class="cut event-step">
          {stepPath} {error !== undefined && <code class="tone-bad">{error}</code>}
        </span>
        <Icon name={isOpen ? "down" : "right"} size={14} />
      </button>
      {isOpen && (
        <div class="event-detail">
          {detail ? <Tree value={detail} /> : <Detail base={base} id={eventId} />}
        </div>
      )}
    </li>
  );
}

function Detail({ base, id }: { readonly base: string; readonly id: number }) {
  const page = useResource<Page<HistoryEvent>>(address(`${base}/history`, { after: id - 1, limit: 1 }));
  return <Loaded resource={page}>{({ items: [event] }) => <Tree value={event?.detail ?? {}} />}</Loaded>;
}
