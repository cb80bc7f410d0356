import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { HistoryEvent, Page } from "../../api/types.ts";
import { Loaded } from "../../components/loaded.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Table } from "../../components/table.tsx";
import { Elapsed, Time } from "../../components/times.tsx";
import { type Attempt, attemptsOf } from "../../model/attempts.ts";
import { words } from "../../words/index.ts";
import "../../styles/attempts.css";
import { EventLine } from "./events.tsx";

const EVENTS_PAGE = 500;

export interface AttemptsProps {
  readonly base: string;
  /** Of a visit of a step. */
  readonly path: string;
  readonly isOver: boolean;
}

/** Each try of a step in a line, and below what happened, event by event. */
export function Attempts({ base, path, isOver }: AttemptsProps) {
  const { panel } = words();
  const events = useResource<Page<HistoryEvent>>(
    address(`${base}/history`, { step: path, limit: EVENTS_PAGE }),
  );
  return (
    <Loaded resource={events}>
      {({ items }) =>
        items.length === 0 ? (
          <p class="panel-part quiet">{panel.noEvents}</p>
        ) : (
          <>
            <AttemptsTable attempts={attemptsOf(items, isOver)} />
            <details class="attempt-events">
              <summary>{panel.eventsOf(items.length)}</summary>
              <ul class="events">
                {items.map((event) => (
                  <EventLine key={event.eventId} base={base} event={event} />
                ))}
              </ul>
            </details>
          </>
        )
      }
    </Loaded>
  );
}

function AttemptsTable({ attempts }: { readonly attempts: readonly Attempt[] }) {
  const { panel, executions, events } = words();
  if (attempts.length === 0) return null;
  const columns = [
    { title: events.id, isNumber: true },
    { title: executions.status },
    { title: panel.worker },
    { title: executions.started },
    { title: panel.took, isNumber: true },
  ];
  return (
    <div class="attempts">
      <Table label={panel.attempts} columns={columns}>
        {attempts.map((attempt) => (
          <AttemptRows key={attempt.id} attempt={attempt} columns={columns.length} />
        ))}
      </Table>
    </div>
  );
}

/** How it ended stands below, as long as it is. */
function AttemptRows({ attempt, columns }: { readonly attempt: Attempt; readonly columns: number }) {
  const { nth, state, worker, startedAt, takenAt, endedAt, error, cause } = attempt;
  const { panel } = words();
  return (
    <>
      <tr class={error === undefined ? "" : "has-more"}>
        <td class="number">{nth}</td>
        <td class="nowrap">
          <StateMark state={state} />
        </td>
        <td>
          {worker !== undefined && (
            <span class="cut block attempt-worker" title={worker}>
              {worker}
            </span>
          )}
        </td>
        <td class="nowrap">
          <Time at={takenAt ?? startedAt} />
          {takenAt !== undefined && (
            <span class="quiet small block">
              {panel.queued} <Elapsed from={startedAt} to={takenAt} />
            </span>
          )}
        </td>
        <td class="number nowrap">
          {state === "stopped" ? "" : <Elapsed from={takenAt ?? startedAt} to={endedAt} />}
        </td>
      </tr>
      {error !== undefined && (
        <tr class="more">
          <td />
          <td colSpan={columns - 1}>
            <code class="tone-bad">{error}</code> <span class="attempt-cause">{cause}</span>
          </td>
        </tr>
      )}
    </>
  );
}
