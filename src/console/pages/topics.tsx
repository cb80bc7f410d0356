import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { BoardTopic } from "../api/types.ts";
import { BoardNote } from "../components/board-note.tsx";
import { Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { words } from "../words/index.ts";
import { ListCard } from "./list-page.tsx";

const PAGE = 50;
const POLL_MS = 10_000;

/** Topics by name, with what is on its way. */
export function Topics() {
  const { topics: texts, queues, number } = words();
  const list = usePages<BoardTopic>(pathOf("board", "topics"), { limit: PAGE }, { everyMs: POLL_MS });
  const columns = [
    { title: texts.name },
    { title: texts.subscriptions, isNumber: true },
    { title: texts.onTheirWay, isNumber: true },
    { title: queues.dead, isNumber: true },
    { title: queues.oldest, isRoomy: true },
    { title: texts.made, isWide: true },
  ];
  return (
    <>
      <BoardNote />
      <ListCard
        label={texts.title}
        list={list}
        columns={columns}
        row={({ name, subscriptions, messages, deadLetters, oldestAt, createdAt }) => (
          <tr key={name} class="linked">
            <td>
              <a class="row-link cut block name-cell" href={addresses.topic(name)} title={name}>
                <b>{name}</b>
              </a>
            </td>
            <td class="number">{number(subscriptions)}</td>
            <td class="number">{number(messages)}</td>
            <td class={`number ${deadLetters > 0 ? "tone-bad strong" : "quiet"}`}>{number(deadLetters)}</td>
            <td class="roomy-only nowrap">{oldestAt !== undefined && <Time at={oldestAt} isRelative />}</td>
            <td class="wide-only nowrap">
              <Time at={createdAt} isRelative />
            </td>
          </tr>
        )}
        empty={{ says: texts.empty, hint: texts.emptyHint, commands: ["npx millrace topic put news"] }}
      />
    </>
  );
}
