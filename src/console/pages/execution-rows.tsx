import { useMemo, useState } from "preact/hooks";
import type { Paged } from "../api/pages.ts";
import type { ExecutionSummary, WaitingFor } from "../api/types.ts";
import { Icon } from "../components/icon.tsx";
import { ItemsBar } from "../components/items-bar.tsx";
import { More } from "../components/more.tsx";
import { StarterName } from "../components/starter.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { Table } from "../components/table.tsx";
import { Elapsed, Time } from "../components/times.tsx";
import { TookBar } from "../components/took-bar.tsx";
import { addresses } from "../frame/addresses.ts";
import { withoutFresh } from "../model/fresh.ts";
import { duration } from "../model/durations.ts";
import { stateOfExecution, toneOf } from "../model/states.ts";
import { now } from "../state/clock.ts";
import "../styles/executions.css";
import { words } from "../words/index.ts";
import { waitWords } from "./execution/waits.tsx";

/** The board tells what is usual for the flow, too; and whoever looked at one that runs, what it waits for. */
type Listed = ExecutionSummary & {
  readonly usualMs?: number | undefined;
  readonly waits?: WaitingFor | undefined;
};

export interface ExecutionRowsProps {
  readonly list: Paged<Listed>;
  readonly items: readonly Listed[];
  /** What makes another list of it. */
  readonly of: string;
  /** The rows are all of one flow. */
  readonly isOneFlow?: boolean;
}

function keyOf({ flow, name }: ExecutionSummary): string {
  return `${flow}/${name}`;
}

/** Executions, newest first; newer ones are announced, and move nothing. */
export function ExecutionRows({ list, items, of, isOneFlow = false }: ExecutionRowsProps) {
  const [shown, setShown] = useState(0);
  const seen = useMemo(() => new Set(items.map(keyOf)), [of, shown]);
  const { rows, fresh } = withoutFresh(items, keyOf, seen);
  const { executions: texts } = words();
  const columns = [
    { title: texts.status },
    { title: texts.execution },
    { title: texts.items, isRoomy: true },
    { title: texts.startedBy, isWide: true },
    { title: texts.started },
    { title: texts.took, isNumber: true, isWide: true },
    { title: texts.why, isWide: true },
  ];
  return (
    <div class="card">
      {fresh > 0 && (
        <button type="button" class="fresh" onClick={() => setShown(shown + 1)}>
          <Icon name="up" /> {texts.fresh(fresh)} <b>{texts.showFresh}</b>
        </button>
      )}
      <Table label={texts.title} columns={columns}>
        {rows.map((row) => (
          <Row key={keyOf(row)} row={row} isOneFlow={isOneFlow} />
        ))}
      </Table>
      <More list={list} />
    </div>
  );
}

function Row({ row, isOneFlow }: { readonly row: Listed; readonly isOneFlow: boolean }) {
  const { flow, name, startedBy, startedAt, paused, error, cause, failedStep } = row;
  const { redrives = 0 } = row;
  return (
    <tr class="linked">
      <td>
        <StateMark state={paused ? "paused" : stateOfExecution(row)} />
        {redrives > 0 && <span class="quiet small nowrap block">{words().redrive.retried(redrives)}</span>}
      </td>
      <td>
        <span class="two">
          <a class="row-link cut" href={addresses.execution(flow, name)} title={name}>
            {isOneFlow ? name : <b>{flow}</b>}
          </a>
          {!isOneFlow && <span class="quiet small cut">{name}</span>}
        </span>
      </td>
      <td class="roomy-only">
        <Items row={row} />
      </td>
      <td class="wide-only">
        <span class="cut block starter">
          <StarterName flow={flow} startedBy={startedBy} />
        </span>
      </td>
      <td class="nowrap">
        <Time at={startedAt} isRelative />
      </td>
      <td class="number nowrap wide-only">
        <Took row={row} />
      </td>
      <td class="wide-only why">
        {error !== undefined && (
          <span class="two">
            <span class="cut" title={cause}>
              <code class="tone-bad">{error}</code> {cause}
            </span>
            {failedStep && <FailedStep {...failedStep} />}
          </span>
        )}
        {row.endedAt === undefined && <Waits row={row} />}
      </td>
    </tr>
  );
}

function Waits({ row: { callbacks = 0, waits } }: { readonly row: Listed }) {
  if (callbacks > 0) return <span class="quiet-ink">{words().callbacks.waits(callbacks)}</span>;
  if (!waits) return null;
  const says = waitWords(waits);
  return (
    <span class="two">
      <span class="quiet-ink cut" title={says}>
        {says}
      </span>
      <span class="quiet small cut" title={waits.path}>
        {waits.path}
      </span>
    </span>
  );
}

/** How many of its items are in which state; nothing without any. */
function Items({ row: { status, items } }: { readonly row: Listed }) {
  if (!items) return null;
  const { total, succeeded, failed, running = 0 } = items;
  const { number, executions } = words();
  const done = status === "Succeeded" ? number(total) : executions.itemsOf(succeeded, total);
  return (
    <span class="items-cell">
      <ItemsBar counts={{ succeeded, failed, running }} total={total} />
      <span class="quiet small">
        {done}
        {failed > 0 && <span class="tone-bad"> · {executions.itemsFailed(failed)}</span>}
      </span>
    </span>
  );
}

function FailedStep({ path, worker }: NonNullable<Listed["failedStep"]>) {
  return (
    <span class="quiet small cut" title={path}>
      {path}
      {worker !== undefined && ` · ${worker}`}
    </span>
  );
}

function Took({ row }: { readonly row: Listed }) {
  const { startedAt, endedAt, usualMs } = row;
  const end = endedAt === undefined ? now.peek() : Date.parse(endedAt);
  const state = stateOfExecution(row);
  const tone = state === "succeeded" ? "idle" : toneOf(state);
  const { board, units } = words();
  return (
    <span title={usualMs === undefined ? undefined : board.usual(duration(usualMs, units))}>
      <Elapsed from={startedAt} to={endedAt} />
      <TookBar tookMs={Math.max(0, end - Date.parse(startedAt))} usualMs={usualMs} tone={tone} />
    </span>
  );
}
