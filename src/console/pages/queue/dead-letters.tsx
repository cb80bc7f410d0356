import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { DeadLetter, Page, Queue } from "../../api/types.ts";
import { Card } from "../../components/card.tsx";
import { quoted } from "../../components/copy.ts";
import { LetterBody } from "../../components/letter-body.tsx";
import { Letters } from "../../components/letters.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Time } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { words } from "../../words/index.ts";

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

/** What was given up of a queue. */
export function DeadLetters({ path, queue, onChanged }: DeadLettersProps) {
  const { letters: texts } = words();
  const { maxDeliveries } = queue.attributes;
  return (
    <Letters<DeadLetter>
      title={texts.title}
      place={{
        path: `${path}/dead`,
        name: queue.name,
        cli: `--queue ${quoted(queue.name)}`,
        sendSays: texts.sendBody(queue.name),
      }}
      total={queue.depth.deadLetters}
      head={texts.body}
      body={({ body }) => <LetterBody body={body} />}
      why={(letter) => <Reason letter={letter} />}
      empty={texts.empty}
      rule={maxDeliveries === undefined ? texts.ruleNever : texts.rule(maxDeliveries)}
      onChanged={onChanged}
    />
  );
}
