import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { pathOf } from "../api/client.ts";
import { type Paged, usePages } from "../api/pages.ts";
import type { BoardCallback } from "../api/types.ts";
import { BoardNote, useBoard } from "../components/board-note.tsx";
import { TextChip } from "../components/chip.tsx";
import { Empty } from "../components/empty.tsx";
import { Icon } from "../components/icon.tsx";
import { Loaded } from "../components/loaded.tsx";
import { More } from "../components/more.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Table } from "../components/table.tsx";
import { Ago, Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { useQuery } from "../frame/use-query.ts";
import { isNearEnd, keyOfCallback, nearFirst } from "../model/callbacks.ts";
import { now } from "../state/clock.ts";
import { mayChange } from "../state/session.ts";
import "../styles/callbacks.css";
import { words } from "../words/index.ts";
import { AnswerDialog, type Way, Ways } from "./execution/answer.tsx";

const PAGE = 100;
const POLL_MS = 10_000;
const NEAR_EVERY_MS = 10_000;
const COMMANDS = ["npx millrace flow put approval approval.yaml", "npx millrace run approval"];

/** Tasks for which somebody outside has to answer, the oldest first. */
export default function Callbacks() {
  const { callbacks: texts, board } = words();
  const [{ contains }, change] = useQuery();
  const query = { limit: PAGE, contains };
  const list = usePages<BoardCallback>(pathOf("board", "callbacks"), query, { everyMs: POLL_MS });
  return (
    <>
      <PageHead title={texts.title} />
      <div class="page-body">
        <BoardNote />
        <section class="card" aria-label={texts.title}>
          <Loaded resource={list}>
            {(items) =>
              items.length === 0 && contains === undefined ? (
                <Empty says={texts.empty} hint={texts.emptyHint} commands={COMMANDS} />
              ) : (
                <>
                  <div class="card-head">
                    <Count list={list} isAll={contains === undefined} />
                    <TextChip
                      label={board.contains}
                      value={contains ?? ""}
                      onChange={(value) => change({ contains: value })}
                    />
                  </div>
                  {items.length === 0 ? (
                    <p class="panel-part quiet">{texts.noneFound}</p>
                  ) : (
                    <CallbackTable items={items} />
                  )}
                </>
              )
            }
          </Loaded>
          <More list={list} />
        </section>
      </div>
    </>
  );
}

/** How many there are, as far as that is known of all of them. */
function Count({ list, isAll }: { readonly list: Paged<BoardCallback>; readonly isAll: boolean }) {
  const { callbacks: texts } = words();
  const open = useBoard()?.now.callbacks ?? 0;
  const { length } = list.data ?? [];
  const isCut = isAll && !list.loadMore && open > length;
  return (
    <span class="quiet grow callback-count">{isCut ? texts.cut(length, open) : texts.count(length)}</span>
  );
}

interface Asked {
  readonly callback: BoardCallback;
  readonly way: Way;
}

function CallbackTable({ items }: { readonly items: readonly BoardCallback[] }) {
  const { callbacks: texts } = words();
  const [asked, ask] = useState<Asked | undefined>(undefined);
  // The board hears of an answer a moment later.
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set());
  const soon = useComputed(() => Math.floor(now.value / NEAR_EVERY_MS) * NEAR_EVERY_MS).value;
  const columns = [
    { title: texts.step },
    { title: texts.asked, isRoomy: true },
    { title: texts.since, isRoomy: true },
    { title: texts.due, isWide: true },
    ...(mayChange() ? [{ title: "" }] : []),
  ];
  const open = items.filter((one) => !answered.has(keyOfCallback(one)));
  return (
    <>
      <Table label={texts.title} columns={columns}>
        {nearFirst(open, soon).map((one) => (
          <Row
            key={keyOfCallback(one)}
            callback={one}
            isNear={isNearEnd(one, soon)}
            onAsk={(way) => ask({ callback: one, way })}
          />
        ))}
      </Table>
      {asked && (
        <AnswerDialog
          place={placeOf(asked.callback)}
          waiting={{ path: asked.callback.path, attempt: asked.callback.attempt, waitsFor: "report" }}
          way={asked.way}
          onAnswered={() => setAnswered(new Set([...answered, keyOfCallback(asked.callback)]))}
          onClose={() => ask(undefined)}
        />
      )}
    </>
  );
}

function placeOf({ flow, execution }: BoardCallback) {
  return { flow, name: execution, base: pathOf("flows", flow, "executions", execution) };
}

interface RowProps {
  readonly callback: BoardCallback;
  readonly isNear: boolean;
  readonly onAsk: (way: Way) => void;
}

function Row({ callback, isNear, onAsk }: RowProps) {
  const { flow, execution, path, attempt, since, asked } = callback;
  const { callbacks: texts } = words();
  const href = `${addresses.execution(flow, execution)}?${new URLSearchParams({ step: path }).toString()}`;
  const due = <Due at={callback.dueAt} isNear={isNear} />;
  return (
    <tr class="linked">
      <td>
        <span class="two callback-cell">
          <a class="row-link cut" href={href} title={path}>
            <b>{path}</b>
          </a>
          <span class="quiet small cut" title={`${flow} / ${execution}`}>
            {flow} / {execution}
            {attempt > 1 && ` · ${texts.attempt(attempt)}`}
          </span>
          <span class="narrow-only small">{due}</span>
        </span>
      </td>
      <td class="roomy-only">
        <span class="two">
          <code class="cut asked-cell" title={asked.name}>
            {asked.name}
          </code>
          <span class="quiet small">{texts.kind[asked.kind]}</span>
        </span>
      </td>
      <td class="nowrap quiet-ink roomy-only">
        <Ago at={since} />
      </td>
      <td class="nowrap wide-only">{due}</td>
      {mayChange() && (
        <td class="act-cell">
          <Ways onChoose={onAsk} />
        </td>
      )}
    </tr>
  );
}

function Due({ at, isNear }: { readonly at: string; readonly isNear: boolean }) {
  return (
    <span class={`due ${isNear ? "tone-warn" : "quiet-ink"}`}>
      {isNear && <Icon name="late" />}
      <span>
        <Time at={at} isRelative />
      </span>
    </span>
  );
}
