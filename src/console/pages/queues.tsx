import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { BoardQueue } from "../api/types.ts";
import { BoardNote } from "../components/board-note.tsx";
import { PageHead } from "../components/page-head.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { Tabs } from "../components/tabs.tsx";
import { Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { useQuery } from "../frame/use-query.ts";
import { words } from "../words/index.ts";
import { Dead } from "./dead.tsx";
import { ListCard } from "./list-page.tsx";
import { Topics } from "./topics.tsx";

const PAGE = 50;
const POLL_MS = 10_000;

const TABS = ["queues", "topics", "dead"] as const;
const PANEL = "queues-part";

/** Queues, the topics that fill them, and what was given up of all. */
export default function QueuesPage() {
  const [query, setQuery] = useQuery();
  const { queues, topics, letters } = words();
  const tab = TABS.find((id) => id === query.tab) ?? "queues";
  const tabs = [
    { id: "queues", title: queues.title },
    { id: "topics", title: topics.title },
    { id: "dead", title: letters.title },
  ] as const;
  return (
    <>
      <PageHead
        title={tabs.find(({ id }) => id === tab)?.title ?? queues.title}
        tabs={
          <Tabs
            label={queues.title}
            tabs={tabs}
            chosen={tab}
            panel={PANEL}
            onChoose={(id) => setQuery({ tab: id === "queues" ? undefined : id })}
          />
        }
      />
      <div class="page-body" id={PANEL} role="tabpanel">
        {tab === "queues" && <Queues />}
        {tab === "topics" && <Topics />}
        {tab === "dead" && <Dead />}
      </div>
    </>
  );
}

function Queues() {
  const { queues: texts } = words();
  const list = usePages<BoardQueue>(pathOf("board", "queues"), { limit: PAGE }, { everyMs: POLL_MS });
  const columns = [
    { title: texts.name },
    { title: texts.ready, isNumber: true },
    { title: texts.inFlight, isNumber: true },
    { title: texts.delayed, isNumber: true, isRoomy: true },
    { title: texts.perMinute, isNumber: true, isRoomy: true },
    { title: texts.dead, isNumber: true },
    { title: words().workers.title, isNumber: true, isWide: true },
    { title: texts.oldest, isRoomy: true },
  ];
  return (
    <>
      <BoardNote />
      <ListCard
        label={texts.title}
        list={list}
        columns={columns}
        row={(queue) => <Row key={queue.name} queue={queue} />}
        empty={{ says: texts.empty, hint: texts.emptyHint, commands: ["npx millrace queue put jobs"] }}
      />
    </>
  );
}

function Row({ queue: { name, paused, depth, oldestAt, workers, rates } }: { readonly queue: BoardQueue }) {
  const { number, queues: texts } = words();
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
      <td class="number roomy-only">{number(depth.delayed)}</td>
      <td class={`number roomy-only nowrap ${rates ? "" : "quiet"}`}>
        {rates ? texts.inAndOut(rates.in, rates.out) : number(0)}
      </td>
      <td class={`number ${depth.deadLetters > 0 ? "tone-bad strong" : "quiet"}`}>
        {number(depth.deadLetters)}
      </td>
      <td class={`number wide-only ${workers.failing > 0 ? "tone-bad strong" : ""}`}>
        {number(workers.all)}
      </td>
      <td class="roomy-only nowrap">{oldestAt !== undefined && <Time at={oldestAt} isRelative />}</td>
    </tr>
  );
}
