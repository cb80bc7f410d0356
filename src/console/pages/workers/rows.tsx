import { useState } from "preact/hooks";
import type { Worker } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { HourBars } from "../../components/hour-bars.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Table } from "../../components/table.tsx";
import { Ago, Duration } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { shortTime } from "../../model/times.ts";
import {
  type WorkerRow,
  badInARow,
  mostInAnHour,
  stateOfCondition,
  usualVersion,
} from "../../model/workers.ts";
import { mayChange } from "../../state/session.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import { DrainDialog, ResumeDialog } from "./drain.tsx";

export interface WorkersTableProps {
  readonly rows: readonly WorkerRow[];
  /** Of all queues: each row tells its own. */
  readonly hasQueues?: boolean;
  readonly onChanged: () => void;
}

/** Machines, problems first; what is to be done stands at the end of a row. */
export function WorkersTable({ rows, hasQueues = false, onChanged }: WorkersTableProps) {
  const { workers: texts } = words();
  const [asked, ask] = useState<WorkerRow | undefined>(undefined);
  const versions = new Map(
    [...Map.groupBy(rows, ({ queue }) => queue)].map(([queue, own]) => [queue, usualVersion(own)]),
  );
  const columns = [
    { title: texts.worker },
    { title: texts.state },
    { title: texts.seen, isRoomy: true },
    { title: texts.now, isRoomy: true },
    { title: texts.day, isWide: true },
    { title: texts.done, isNumber: true, isRoomy: true },
    { title: texts.failed, isNumber: true, isWide: true },
    { title: texts.median, isNumber: true, isRoomy: true },
    { title: texts.version, isRoomy: true },
    { title: texts.why, isWide: true },
    ...(mayChange() ? [{ title: "" }] : []),
  ];
  const close = () => ask(undefined);
  const most = mostInAnHour(rows);
  return (
    <>
      <Table label={texts.title} columns={columns}>
        {rows.map((row) => (
          <Row
            key={JSON.stringify([row.queue, row.name, row.newest.session])}
            row={row}
            hasQueues={hasQueues}
            version={versions.get(row.queue)}
            most={most}
            onAsk={() => ask(row)}
          />
        ))}
      </Table>
      {asked?.name !== undefined && <Asked row={asked} onClose={close} onChanged={onChanged} />}
    </>
  );
}

/** Stops a machine that works, and starts one that is stopped. */
export function Asked({
  row: { name = "", queue, condition },
  onClose,
  onChanged,
}: {
  readonly row: Pick<WorkerRow, "name" | "queue" | "condition">;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}) {
  const shared = { worker: name, onClose, onChanged };
  return condition === "draining" ? (
    <ResumeDialog {...shared} queue={queue} />
  ) : (
    <DrainDialog {...shared} queues={[queue]} />
  );
}

interface RowProps {
  readonly row: WorkerRow;
  readonly hasQueues: boolean;
  /** That most have. */
  readonly version: string | undefined;
  /** Reported in an hour, by any of them. */
  readonly most: number;
  readonly onAsk: () => void;
}

function Row({ row, hasQueues, version, most, onAsk }: RowProps) {
  const { workers: texts, number } = words();
  const { condition, newest, queue, name, failed, done } = row;
  const isBad = condition === "failing";
  return (
    <tr class={isBad ? "soft-bad" : ""}>
      <td>
        <WorkerName queue={queue} name={name} processes={row.processes} />
        {hasQueues && (
          <a class="quiet cut block machine-cell" href={addresses.queue(queue)} title={queue}>
            {queue}
          </a>
        )}
      </td>
      <td>
        <StateMark state={stateOfCondition(condition)} word={texts.condition[condition]} />
        <span class="narrow-only small">
          <Why row={row} />
        </span>
      </td>
      <td class="nowrap quiet-ink roomy-only">
        <Ago at={newest.lastSeenAt} />
      </td>
      <td class="roomy-only nowrap">
        <Now row={row} />
      </td>
      <td class="wide-only">
        <HourBars hours={row.hours} most={most} />
      </td>
      <td class="number roomy-only">{number(done)}</td>
      <td class={`number wide-only ${failed > 0 ? "tone-bad strong" : "quiet"}`}>{number(failed)}</td>
      <td class={`number nowrap roomy-only ${condition === "slow" ? "tone-warn" : ""}`}>
        {newest.medianMs !== undefined && <Duration ms={newest.medianMs} />}
      </td>
      <td class="roomy-only">
        <Version own={newest.version} usual={version} />
      </td>
      <td class="why-cell wide-only">
        <Why row={row} />
      </td>
      {mayChange() && <td class="act-cell">{name !== undefined && <Act row={row} onAsk={onAsk} />}</td>}
    </tr>
  );
}

function Act({ row: { condition }, onAsk }: { readonly row: WorkerRow; readonly onAsk: () => void }) {
  const { workers: texts } = words();
  if (condition === "gone") return null;
  const isDraining = condition === "draining";
  return (
    <Button
      icon={isDraining ? "start" : "drain"}
      kind={condition === "well" ? "quiet" : "plain"}
      isSmall
      onPress={onAsk}
    >
      <span class="act-word">{isDraining ? texts.resume : texts.drain}</span>
    </Button>
  );
}

function WorkerName({
  queue,
  name,
  processes,
}: {
  readonly queue: string;
  readonly name: string | undefined;
  readonly processes: number;
}) {
  if (name === undefined) return <span class="quiet">{words().workers.unnamed}</span>;
  return (
    <span class="worker-name">
      <a class="cut machine-cell" href={addresses.worker(queue, name)} title={name}>
        <b>{name}</b>
      </a>
      {processes > 1 && <span class="quiet">× {words().number(processes)}</span>}
    </span>
  );
}

function Now({ row: { running, leases, condition } }: { readonly row: WorkerRow }) {
  const { workers: texts } = words();
  const [first, ...others] = running;
  if (!first) {
    if (leases > 0) return <>{texts.holds(leases)}</>;
    return (
      <span class="quiet">{condition === "well" || condition === "slow" ? texts.asks : texts.nothing}</span>
    );
  }
  return (
    <span class="now-cell">
      <a class="link cut" href={addresses.execution(first.flow, first.execution)} title={first.path}>
        {first.step}
      </a>{" "}
      <span class="quiet nowrap">
        <Ago at={first.since} /> {others.length > 0 && texts.andMore(others.length)}
      </span>
    </span>
  );
}

function Version({ own, usual }: { readonly own: string | undefined; readonly usual: string | undefined }) {
  if (own === undefined) return null;
  const isOther = usual !== undefined && own !== usual;
  return (
    <span class={isOther ? "tone-warn" : ""} title={isOther ? words().workers.otherVersion : undefined}>
      {own}
    </span>
  );
}

/** Why somebody should look at it, or what was said when it was stopped. */
export function Why({ row }: { readonly row: Pick<WorkerRow, "condition" | "newest" | "leases" | "lost"> }) {
  const { workers: texts } = words();
  const { condition, newest, leases, lost } = row;
  if (condition === "draining") return <DrainSaid drain={newest.drain} />;
  if (condition === "failing") return <LastError worker={newest} />;
  if (condition === "slow") return <>{texts.tooLong}</>;
  if (condition === "late") return <>{leases > 0 ? texts.silent : texts.silentIdle}</>;
  return lost > 0 ? <span class="quiet">{texts.lostTimes(lost)}</span> : null;
}

function LastError({ worker: { lastError, lately = "" } }: { readonly worker: Worker }) {
  const inARow = badInARow(lately);
  return (
    <span class="why-line">
      {lastError?.error !== undefined && (
        <code class="tone-bad cut" title={lastError.error}>
          {lastError.error}
        </code>
      )}{" "}
      {inARow > 1 && <span class="nowrap">{words().workers.inARow(inARow)}</span>}
    </span>
  );
}

function DrainSaid({ drain }: { readonly drain: Worker["drain"] }) {
  const { workers: texts } = words();
  const until = drain?.until;
  return (
    <span class="why-line">
      {drain?.reason !== undefined && (
        <span class="cut" title={drain.reason}>
          {drain.reason}
        </span>
      )}{" "}
      <span class="quiet nowrap">
        {until === undefined
          ? texts.untilResumed
          : texts.until(shortTime(Date.parse(until), Date.now(), reader.value))}
      </span>
    </span>
  );
}
