import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { BoardQueue } from "../api/types.ts";
import { BoardNote } from "../components/board-note.tsx";
import { PageHead } from "../components/page-head.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { words } from "../words/index.ts";
import { ListCard } from "./list-page.tsx";

const PAGE = 50;
const POLL_MS = 10_000;

export default function Queues() {
  const { queues: texts } = words();
  const list = usePages<BoardQueue>(pathOf("board", "queues"), { limit: PAGE }, { everyMs: POLL_MS });
  const columns = [
    { title: texts.name },
    { title: texts.ready, isNumber: true },
    { title: texts.inFlight, isNumber: true },
    { title: texts.delayed, isNumber: true, isWide: true },
    { title: texts.dead, isNumber: true },
    { title: words().workers.title, isNumber: true, isWide: true },
    { title: texts.oldest, isWide: true },
  ];
  return (
    <>
      <PageHead title={texts.title} />
      <div class="page-body">
        <BoardNote />
        <ListCard
          label={texts.title}
          list={list}
          columns={columns}
          row={(queue) => <Row key={queue.name} queue={queue} />}
          empty={{ says: texts.empty, hint: texts.emptyHint, commands: ["npx millrace queue put jobs"] }}
        />
      </div>
    </>
  );
}

function Row({ queue: { name, paused, depth, oldestAt, workers } }: { readonly queue: BoardQueue }) {
  const { number } = words();
  return (
    <tr class="linked">
      <td>
        <a class="row-link cut block name-cell" href={addresses.queue(name)} title={name}>
          <b>{name}</b>
        </a>
        {paused && <StateMark state="paused" />}
      </td>
      <td class="number">{number(depth.ready + depth.readyForNamed)}</td>
      <td class="number">{number(depth.inFlight)}</td>
      <td class="number wide-only">{number(depth.delayed)}</td>
      <td class={`number ${depth.deadLetters > 0 ? "tone-bad strong" : "quiet"}`}>
        {number(depth.deadLetters)}
      </td>
      <td class={`number wide-only ${workers.failing > 0 ? "tone-bad strong" : ""}`}>
        {number(workers.all)}
      </td>
      <td class="wide-only nowrap">{oldestAt !== undefined && <Time at={oldestAt} isRelative />}</td>
    </tr>
  );
}
