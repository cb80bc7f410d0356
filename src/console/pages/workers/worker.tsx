import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { FinishedTask, Worker, WorkerDetail } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { copyText, curlOf, quoted } from "../../components/copy.ts";
import { Loaded } from "../../components/loaded.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Table } from "../../components/table.tsx";
import { Tile } from "../../components/tile.tsx";
import { Ago, Duration, Time } from "../../components/times.tsx";
import { VerdictTicks } from "../../components/verdict-ticks.tsx";
import { addresses } from "../../frame/addresses.ts";
import { duration } from "../../model/durations.ts";
import { type WorkerRow, conditionOf, rowsOf, stateOfCondition } from "../../model/workers.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { Asked, Why } from "./rows.tsx";

const POLL_MS = 5000;

/** One machine at one queue: what it does, how its last tasks ended, and what it runs. */
export default function WorkerPage() {
  const { queue = "", worker = "" } = useRoute().params;
  const path = pathOf("queues", queue, "workers", worker);
  const found = useResource<WorkerDetail>(path, { everyMs: POLL_MS });
  const { frame, workers: texts, common } = words();
  const [row] = found.data ? rowsOf(found.data.processes) : [];
  return (
    <>
      <PageHead
        title={worker}
        crumbs={[
          { title: frame.workers, href: addresses.workers },
          { title: queue, href: addresses.queue(queue) },
        ]}
        state={
          row && (
            <StateMark state={stateOfCondition(row.condition)} word={texts.condition[row.condition]} isPill />
          )
        }
        meta={
          row && (
            <>
              <span>
                {texts.seen} <Ago at={row.newest.lastSeenAt} />
              </span>
              <Why row={row} />
            </>
          )
        }
        actions={
          <>
            <Menu>
              <MenuItem icon="copy" onPress={() => void copyText(curlOf("GET", path))}>
                {common.copyCurl}
              </MenuItem>
              <MenuItem
                icon="copy"
                onPress={() => void copyText(`npx millrace workers show ${quoted(queue)} ${quoted(worker)}`)}
              >
                {common.copyCli}
              </MenuItem>
            </Menu>
            {row && mayChange() && <Action row={row} onChanged={found.reload} />}
          </>
        }
      />
      <div class="page-body">
        <Loaded resource={found}>
          {({ processes, finished, usualMs }) => (
            <>
              {row && <Figures row={row} usualMs={usualMs} />}
              <div class="columns">
                <LastTasks finished={finished} />
                <div class="stack">
                  {processes.map((process) => (
                    <Process key={process.session ?? ""} process={process} />
                  ))}
                </div>
              </div>
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}

function Action({ row, onChanged }: { readonly row: WorkerRow; readonly onChanged: () => void }) {
  const { workers: texts } = words();
  const [isAsked, ask] = useState(false);
  const isDraining = row.condition === "draining";
  return (
    <>
      <Button icon={isDraining ? "start" : "drain"} kind="solid" onPress={() => ask(true)}>
        {isDraining ? texts.resume : texts.drain}
      </Button>
      {isAsked && <Asked row={row} onClose={() => ask(false)} onChanged={onChanged} />}
    </>
  );
}

function Figures({ row, usualMs }: { readonly row: WorkerRow; readonly usualMs: number | undefined }) {
  const { workers: texts, number, units } = words();
  const { newest, done, failed, lost, leases, running } = row;
  return (
    <div class="tiles">
      <Tile title={texts.holding} figure={number(leases)}>
        {running[0]?.step}
      </Tile>
      <Tile title={texts.done} figure={number(done)} />
      <Tile title={texts.failed} figure={number(failed)} isBad={failed > 0} />
      <Tile title={texts.lost} figure={number(lost)} isBad={lost > 0} />
      <Tile
        title={texts.median}
        figure={newest.medianMs === undefined ? "–" : duration(newest.medianMs, units)}
      >
        {usualMs !== undefined && texts.usual(duration(usualMs, units))}
      </Tile>
      <Tile title={texts.lately} figure={<VerdictTicks lately={newest.lately ?? ""} />} />
    </div>
  );
}

function LastTasks({ finished }: { readonly finished: readonly FinishedTask[] }) {
  const { workers: texts } = words();
  const columns = [
    { title: texts.when },
    { title: texts.execution },
    { title: texts.step, isWide: true },
    { title: texts.took, isNumber: true, isWide: true },
    { title: texts.ended },
  ];
  return (
    <Card title={texts.lastTasks} isFlush>
      {finished.length === 0 ? (
        <p class="panel-part quiet">{texts.noTasks}</p>
      ) : (
        <Table label={texts.lastTasks} columns={columns}>
          {finished.map(({ at, flow, execution, path, attempt, ms, error }) => (
            <tr key={JSON.stringify([flow, execution, path, attempt, at])}>
              <td class="nowrap">
                <Time at={at} />
              </td>
              <td>
                <a class="two task-cell" href={addresses.execution(flow, execution)} title={execution}>
                  <b class="cut">{flow}</b>
                  <span class="quiet cut">{execution}</span>
                </a>
              </td>
              <td class="wide-only">
                <code class="cut block name-cell" title={path}>
                  {path}
                </code>
              </td>
              <td class="number nowrap wide-only">{ms !== undefined && <Duration ms={ms} />}</td>
              <td>
                {error === undefined ? (
                  <StateMark state="succeeded" />
                ) : (
                  <span class="why-line">
                    <StateMark state="failed" />{" "}
                    <code class="tone-bad cut" title={error}>
                      {error}
                    </code>
                  </span>
                )}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Card>
  );
}

function Process({ process }: { readonly process: Worker }) {
  const { workers: texts, number } = words();
  const { session, host, os, pid, version, slots, key, startedAt, since, running } = process;
  const place = [host, os, pid === undefined ? undefined : `pid ${pid}`].filter((part) => part !== undefined);
  const facts = [
    [texts.host, place.join(" · ")],
    [texts.version, version ?? ""],
    [texts.slots, slots === undefined ? "" : number(slots)],
    [texts.key, key ?? ""],
    [texts.session, session ?? ""],
  ] as const;
  const condition = conditionOf(process);
  return (
    <Card
      title={texts.session}
      note={<StateMark state={stateOfCondition(condition)} word={texts.condition[condition]} />}
    >
      <dl class="facts">
        <dt>{texts.since}</dt>
        <dd>
          <Time at={startedAt ?? since} isRelative />
        </dd>
        {facts
          .filter(([, value]) => value !== "")
          .map(([title, value]) => (
            <>
              <dt>{title}</dt>
              <dd class="cut" title={value}>
                {value}
              </dd>
            </>
          ))}
        {running.map(({ flow, execution, path, since: takenAt }) => (
          <>
            <dt>{texts.now}</dt>
            <dd>
              <a class="link cut" href={addresses.execution(flow, execution)} title={execution}>
                {path}
              </a>{" "}
              <span class="quiet">
                <Ago at={takenAt} />
              </span>
            </dd>
          </>
        ))}
      </dl>
    </Card>
  );
}
