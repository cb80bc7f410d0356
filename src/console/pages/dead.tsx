import { pathOf } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { DeadLettersSum, DeadNotice } from "../api/types.ts";
import { BoardNote } from "../components/board-note.tsx";
import { Card } from "../components/card.tsx";
import { Empty } from "../components/empty.tsx";
import { Letters } from "../components/letters.tsx";
import { Loaded } from "../components/loaded.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import type { State } from "../model/states.ts";
import { words } from "../words/index.ts";

const POLL_MS = 10_000;
const NOTICES = pathOf("schedules", "dead-notices");

/** What was given up, wherever it lies: of queues and subscriptions where, of schedules' notices all of them. */
export function Dead() {
  const { dead: texts } = words();
  const sum = useResource<DeadLettersSum>(pathOf("dead-letters"), { everyMs: POLL_MS });
  return (
    <>
      <BoardNote />
      <Card title={texts.everywhere} isFlush>
        <Loaded resource={sum}>{(data) => <Places sum={data} />}</Loaded>
      </Card>
      <Letters<DeadNotice>
        title={texts.notices}
        place={{ path: NOTICES, name: "Webhook", cli: "--notices", sendSays: texts.noticesSend }}
        total={sum.data?.notices ?? 0}
        head={texts.notice}
        body={(notice) => <NoticeBody notice={notice} />}
        why={({ detail }) => <span>{detail}</span>}
        empty={texts.noticesEmpty}
        rule={texts.noticesRule}
        onChanged={sum.reload}
      />
    </>
  );
}

function Places({ sum: { queues, subscriptions, more } }: { readonly sum: DeadLettersSum }) {
  const { dead: texts } = words();
  const places = [
    ...queues.map(({ name, dead }) => ({
      name,
      dead,
      kind: texts.kinds.queue,
      href: `${addresses.queue(name)}?tab=dead`,
    })),
    ...subscriptions.map(({ topic, subscription, dead }) => ({
      name: `${topic}/${subscription}`,
      dead,
      kind: texts.kinds.subscription,
      href: addresses.topic(topic, subscription),
    })),
  ].toSorted((a, b) => b.dead - a.dead);
  const columns = [{ title: texts.place }, { title: texts.kind }, { title: texts.count, isNumber: true }];
  if (places.length === 0) return <Empty says={texts.everywhereEmpty} />;
  return (
    <>
      <Table label={texts.everywhere} columns={columns}>
        {places.map((place) => (
          <Place key={place.href} {...place} />
        ))}
      </Table>
      {more && <p class="card-foot quiet">{texts.more}</p>}
    </>
  );
}

interface PlaceProps {
  readonly name: string;
  readonly kind: string;
  readonly dead: number;
  readonly href: string;
}

function Place({ name, kind, dead, href }: PlaceProps) {
  const { number } = words();
  return (
    <tr class="linked">
      <td>
        <a class="row-link cut block name-cell" href={href} title={name}>
          <b>{name}</b>
        </a>
      </td>
      <td class="quiet-ink">{kind}</td>
      <td class="number tone-bad strong">{number(dead)}</td>
    </tr>
  );
}

const STATES: { readonly [T in DeadNotice["type"]]: State } = {
  "schedule.failed": "failed",
  "schedule.missed": "missed",
  "schedule.late": "late",
};

function NoticeBody({ notice: { type, flow, schedule, firing } }: { readonly notice: DeadNotice }) {
  const name = `${flow}/${schedule}`;
  return (
    <>
      <a class="link cut block letter-body" href={addresses.schedule(flow, schedule)} title={name}>
        {name}
      </a>
      <span class="small quiet-ink">
        <StateMark state={STATES[type]} /> <Time at={firing.at} />
      </span>
    </>
  );
}
