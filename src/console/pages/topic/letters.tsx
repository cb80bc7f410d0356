import type { Paged } from "../../api/pages.ts";
import type { DeadNotification, Subscription } from "../../api/types.ts";
import { quoted } from "../../components/copy.ts";
import { LetterBody } from "../../components/letter-body.tsx";
import { Letters } from "../../components/letters.tsx";
import { useQuery } from "../../frame/use-query.ts";
import { words } from "../../words/index.ts";

export interface SubscriptionLettersProps {
  readonly topic: string;
  readonly path: string;
  readonly list: Paged<Subscription>;
  readonly onChanged: () => void;
}

/** What a subscription did not get: the one that the address names, or else the first that has dead letters. */
export function SubscriptionLetters({ topic, path, list, onChanged }: SubscriptionLettersProps) {
  const [query] = useQuery();
  const { dead: texts, letters } = words();
  const first = list.data?.find(({ deadLetters }) => deadLetters > 0);
  const name = query.dead ?? first?.name;
  if (name === undefined) return null;
  const subscription = list.data?.find((one) => one.name === name);
  return (
    <Letters<DeadNotification>
      key={name}
      title={texts.ofSubscription(name)}
      place={{
        path: `${path}/subscriptions/${encodeURIComponent(name)}/dead`,
        name,
        cli: `--topic ${quoted(topic)} --subscription ${quoted(name)}`,
        sendSays: texts.subscriptionSend(name),
      }}
      total={subscription?.deadLetters ?? 0}
      head={letters.body}
      body={({ body }) => <LetterBody body={body} />}
      why={(letter) => <Why letter={letter} />}
      empty={texts.subscriptionEmpty}
      rule={texts.subscriptionRule}
      onChanged={onChanged}
    />
  );
}

function Why({ letter: { reason, detail = "", tag } }: { readonly letter: DeadNotification }) {
  const { dead: texts } = words();
  return (
    <span>
      {reason === "pushedOut" ? texts.pushedOut : detail}
      {tag !== undefined && (
        <>
          {" "}
          · <code>{tag}</code>
        </>
      )}
    </span>
  );
}
