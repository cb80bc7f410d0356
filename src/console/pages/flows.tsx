import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { BoardFlow } from "../api/types.ts";
import { BoardNote } from "../components/board-note.tsx";
import { ButtonLink } from "../components/button.tsx";
import { TextChip } from "../components/chip.tsx";
import { PageHead } from "../components/page-head.tsx";
import { StateMark, StateShape } from "../components/state-mark.tsx";
import { Ticks } from "../components/ticks.tsx";
import { Duration, Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { useQuery } from "../frame/use-query.ts";
import { stateOfStatus } from "../model/states.ts";
import { shortTime } from "../model/times.ts";
import { now } from "../state/clock.ts";
import { reader } from "../state/settings.ts";
import "../styles/board.css";
import { mayChange } from "../state/session.ts";
import { words } from "../words/index.ts";
import { ListCard } from "./list-page.tsx";

const PAGE = 30;
const POLL_MS = 10_000;
const FIRST = ["npx millrace flow put hello hello.yaml", "npx millrace run hello"];

export default function Flows() {
  const { flows: texts, board, executions, editor } = words();
  const [{ contains }, change] = useQuery();
  const list = usePages<BoardFlow>(pathOf("board", "flows"), { limit: PAGE, contains }, { everyMs: POLL_MS });
  const columns = [
    { title: texts.name },
    { title: board.lastEnds },
    { title: board.day, isNumber: true, isWide: true },
    { title: board.half, isNumber: true, isWide: true },
    { title: board.most, isNumber: true, isWide: true },
    { title: board.running, isNumber: true },
    { title: texts.edited, isWide: true },
  ];
  const empty =
    contains === undefined
      ? { says: texts.empty, hint: texts.emptyHint, commands: FIRST }
      : { says: words().palette.nothing(contains) };
  return (
    <>
      <PageHead
        title={texts.title}
        actions={
          mayChange() && (
            <ButtonLink icon="plus" kind="solid" href={addresses.newFlow}>
              {editor.newFlow}
            </ButtonLink>
          )
        }
      />
      <div class="page-body">
        <search class="filters">
          <TextChip
            label={board.filter}
            value={contains ?? ""}
            placeholder={executions.anyFlow}
            onChange={(value) => change({ contains: value })}
          />
        </search>
        <BoardNote />
        <ListCard
          label={texts.title}
          list={list}
          columns={columns}
          row={(flow) => <Row key={flow.name} flow={flow} />}
          empty={empty}
        />
      </div>
    </>
  );
}

function Row({ flow }: { readonly flow: BoardFlow }) {
  const { name, description, paused, version, updatedAt, running, p50Ms, p95Ms, day } = flow;
  const { board, number } = words();
  const counted = day.succeeded + day.failed;
  return (
    <tr class="linked">
      <td>
        <span class="two">
          <a class="row-link cut" href={addresses.flow(name)} title={name}>
            <b>{name}</b>
          </a>
          {paused && <StateMark state="paused" />}
          {description !== undefined && description !== "" && (
            <span class="quiet small cut" title={description}>
              {description}
            </span>
          )}
        </span>
      </td>
      <td>
        <LastEnds flow={flow} />
      </td>
      <td class="number nowrap wide-only">
        {counted > 0 && (
          <span class={day.failed > 0 ? "tone-bad" : ""} title={board.rateOf(day.succeeded, counted)}>
            {board.rate(day.succeeded, counted)}
          </span>
        )}
      </td>
      <td class="number nowrap wide-only">{p50Ms !== undefined && <Duration ms={p50Ms} />}</td>
      <td class="number nowrap wide-only">{p95Ms !== undefined && <Duration ms={p95Ms} />}</td>
      <td class="number nowrap">
        {running > 0 && (
          <span class="tone-run running-count">
            <StateShape state="running" /> {number(running)}
          </span>
        )}
      </td>
      <td class="nowrap wide-only">
        v{version} <span class="quiet">·</span> <Time at={updatedAt} isRelative />
      </td>
    </tr>
  );
}

function LastEnds({ flow: { ends } }: { readonly flow: BoardFlow }) {
  const { board, state } = words();
  if (ends.length === 0) return <span class="quiet small">{board.neverRan}</span>;
  const ticks = ends.map(({ number: key, status, endedAt, execution = "" }) => {
    const own = stateOfStatus(status);
    const time = shortTime(Date.parse(endedAt), now.peek(), reader.value);
    return { key, state: own, title: `${state[own]} ${time} ${execution}` };
  });
  const well = ticks.filter(({ state: own }) => own === "succeeded").length;
  return <Ticks ticks={ticks} label={board.ticks(well, ticks.length)} />;
}
