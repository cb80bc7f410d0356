import { useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { usePages } from "../../api/pages.ts";
import { useResource } from "../../api/resource.ts";
import type { DeadLetter, Page, Queue } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Empty } from "../../components/empty.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { More } from "../../components/more.tsx";
import { Table } from "../../components/table.tsx";
import { Time } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { type LettersAction, LettersDialog } from "./letters-dialog.tsx";

const PAGE = 50;
const SHOWN = 3;

/** The first of them, beside everything else of a queue. */
export function NewestLetters({ path, queue }: { readonly path: string; readonly queue: Queue }) {
  const { letters: texts, common, number } = words();
  const page = useResource<Page<DeadLetter>>(address(`${path}/dead`, { limit: SHOWN }));
  return (
    <Card
      title={texts.title}
      note={number(queue.depth.deadLetters)}
      isFlush
      actions={
        <a class="button small-button" href={`${addresses.queue(queue.name)}?tab=dead`}>
          {common.show}
        </a>
      }
    >
      <Loaded resource={page}>
        {({ items }) => (
          <ul class="letters">
            {items.map((letter) => (
              <li key={letter.id}>
                <code class="cut block" title={letter.body}>
                  {letter.body}
                </code>
                <span class="quiet">
                  <Reason letter={letter} /> · <Time at={letter.diedAt} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Card>
  );
}

function Reason({ letter: { reason, detail, worker, deliveries } }: { readonly letter: DeadLetter }) {
  const { letters: texts } = words();
  if (reason === "buried") {
    const by = worker === undefined ? texts.buriedPlain : texts.buried(worker);
    return <span>{detail === undefined || detail === "" ? by : `${by}: ${detail}`}</span>;
  }
  const last = worker === undefined ? "" : `, ${texts.lastTo(worker)}`;
  return <span>{`${texts.deliveries(deliveries)}${last}`}</span>;
}

export interface DeadLettersProps {
  readonly path: string;
  readonly queue: Queue;
  readonly onChanged: () => void;
}

/** What was given up: chosen or all, it is sent again or removed. */
export function DeadLetters({ path, queue, onChanged }: DeadLettersProps) {
  const { letters: texts } = words();
  const list = usePages<DeadLetter>(`${path}/dead`, { limit: PAGE });
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [asked, ask] = useState<LettersAction | undefined>(undefined);
  const { maxDeliveries } = queue.attributes;
  const total = queue.depth.deadLetters;
  const changed = () => {
    choose(new Set());
    list.reload();
    onChanged();
  };
  const isSome = chosen.size > 0;
  return (
    <Card
      title={texts.title}
      isFlush
      actions={
        mayChange() &&
        total > 0 && (
          <>
            <Button icon="close" kind="danger" isSmall onPress={() => ask("purge")}>
              {isSome ? texts.purgeSome(chosen.size) : texts.purgeAll(total)}
            </Button>
            <Button icon="caught" isSmall onPress={() => ask("redrive")}>
              {isSome ? texts.sendSome(chosen.size) : texts.sendAll(total)}
            </Button>
          </>
        )
      }
    >
      <Loaded resource={list}>
        {(items) =>
          items.length === 0 ? (
            <Empty says={texts.empty} />
          ) : (
            <LettersTable items={items} chosen={chosen} onChoose={choose} />
          )
        }
      </Loaded>
      <More list={list} />
      <p class="card-foot quiet">
        {maxDeliveries === undefined ? texts.ruleNever : texts.rule(maxDeliveries)}
      </p>
      {asked && (
        <LettersDialog
          action={asked}
          path={path}
          queue={queue.name}
          ids={isSome ? [...chosen] : undefined}
          count={isSome ? chosen.size : total}
          onClose={() => ask(undefined)}
          onChanged={changed}
        />
      )}
    </Card>
  );
}

interface LettersTableProps {
  readonly items: readonly DeadLetter[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
}

function LettersTable({ items, chosen, onChoose }: LettersTableProps) {
  const { letters: texts } = words();
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  const columns = [
    ...(mayChange() ? [{ title: "" }] : []),
    { title: texts.body },
    { title: texts.why, isWide: true },
    { title: texts.died, isWide: true },
  ];
  return (
    <Table label={texts.title} columns={columns}>
      {items.map((letter) => (
        <tr key={letter.id}>
          {mayChange() && (
            <td class="check-cell">
              <input
                type="checkbox"
                aria-label={texts.choose(letter.id)}
                checked={chosen.has(letter.id)}
                onChange={() => toggle(letter.id)}
              />
            </td>
          )}
          <td>
            <code class="cut block letter-body" title={letter.body}>
              {letter.body}
            </code>
            <span class="narrow-only small quiet-ink">
              <Reason letter={letter} />
            </span>
          </td>
          <td class="quiet-ink wide-only">
            <Reason letter={letter} />
          </td>
          <td class="nowrap wide-only">
            <Time at={letter.diedAt} isRelative />
          </td>
        </tr>
      ))}
    </Table>
  );
}
