import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { usePages } from "../api/pages.ts";
import { mayChange } from "../state/session.ts";
import { words } from "../words/index.ts";
import { Button } from "./button.tsx";
import { Card } from "./card.tsx";
import { Empty } from "./empty.tsx";
import { type LettersAction, LettersDialog, type LettersPlace } from "./letters-dialog.tsx";
import { Loaded } from "./loaded.tsx";
import { More } from "./more.tsx";
import { Table } from "./table.tsx";
import { Time } from "./times.tsx";

const PAGE = 50;

interface Letter {
  readonly id: string;
  readonly diedAt: string;
}

/** How letters of a place are shown. */
interface Looks<L> {
  /** Above the first column. */
  readonly head: string;
  readonly body: (letter: L) => ComponentChildren;
  readonly why: (letter: L) => ComponentChildren;
}

export interface LettersProps<L extends Letter> extends Looks<L> {
  readonly title: string;
  readonly place: LettersPlace;
  /** As far as the place told. */
  readonly total: number;
  readonly empty: string;
  /** What becomes a dead letter here. */
  readonly rule: string;
  readonly onChanged: () => void;
}

/** What was given up: chosen or all, it is sent again or removed. */
export function Letters<L extends Letter>(props: LettersProps<L>) {
  const { title, place, total, empty, rule, onChanged, ...looks } = props;
  const { letters: texts } = words();
  const list = usePages<L>(place.path, { limit: PAGE });
  const [chosen, choose] = useState<ReadonlySet<string>>(new Set());
  const [asked, ask] = useState<LettersAction | undefined>(undefined);
  const changed = () => {
    choose(new Set());
    list.reload();
    onChanged();
  };
  const isSome = chosen.size > 0;
  const known = list.data?.length ?? 0;
  const all = list.loadMore ? Math.max(total, known) : known;
  return (
    <Card
      title={title}
      isFlush
      actions={
        mayChange() &&
        all > 0 && (
          <>
            <Button icon="close" kind="danger" isSmall onPress={() => ask("purge")}>
              {isSome ? texts.purgeSome(chosen.size) : texts.purgeAll(all)}
            </Button>
            <Button icon="caught" isSmall onPress={() => ask("redrive")}>
              {isSome ? texts.sendSome(chosen.size) : texts.sendAll(all)}
            </Button>
          </>
        )
      }
    >
      <Loaded resource={list}>
        {(items) =>
          items.length === 0 ? (
            <Empty says={empty} />
          ) : (
            <LettersTable {...looks} title={title} items={items} chosen={chosen} onChoose={choose} />
          )
        }
      </Loaded>
      <More list={list} />
      <p class="card-foot quiet">{rule}</p>
      {asked && (
        <LettersDialog
          action={asked}
          place={place}
          ids={isSome ? [...chosen] : undefined}
          count={isSome ? chosen.size : all}
          onClose={() => ask(undefined)}
          onChanged={changed}
        />
      )}
    </Card>
  );
}

interface LettersTableProps<L> extends Looks<L> {
  readonly title: string;
  readonly items: readonly L[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (ids: ReadonlySet<string>) => void;
}

function LettersTable<L extends Letter>(props: LettersTableProps<L>) {
  const { title, items, head, body, why, chosen, onChoose } = props;
  const { letters: texts } = words();
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  const columns = [
    ...(mayChange() ? [{ title: "" }] : []),
    { title: head },
    { title: texts.why, isWide: true },
    { title: texts.died, isWide: true },
  ];
  return (
    <Table label={title} columns={columns}>
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
            {body(letter)}
            <span class="narrow-only small quiet-ink">{why(letter)}</span>
          </td>
          <td class="quiet-ink wide-only letter-why">{why(letter)}</td>
          <td class="nowrap wide-only">
            <Time at={letter.diedAt} isRelative />
          </td>
        </tr>
      ))}
    </Table>
  );
}
