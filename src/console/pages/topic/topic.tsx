import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { pathOf, write } from "../../api/client.ts";
import { usePages } from "../../api/pages.ts";
import { useResource } from "../../api/resource.ts";
import type { Subscription, Topic } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { copyText, curlOf, quoted } from "../../components/copy.ts";
import { Empty } from "../../components/empty.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { More } from "../../components/more.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Table } from "../../components/table.tsx";
import { Tile } from "../../components/tile.tsx";
import { Time } from "../../components/times.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { SubscriptionLetters } from "./letters.tsx";
import { DeleteTopicDialog, PublishDialog, SubscribeDialog, UnsubscribeDialog } from "./dialogs.tsx";

const POLL_MS = 5000;
const PAGE = 50;

type Asked = "publish" | "subscribe" | "delete";

/** A topic: who gets its messages, and what is still on its way to them. */
export default function TopicPage() {
  const { topic = "" } = useRoute().params;
  const path = pathOf("topics", topic);
  const stored = useResource<Topic>(path, { everyMs: POLL_MS });
  const list = usePages<Subscription>(`${path}/subscriptions`, { limit: PAGE });
  const [asked, ask] = useState<Asked | undefined>(undefined);
  const { queues, topics: texts, common } = words();
  const close = () => ask(undefined);
  const changed = () => {
    stored.reload();
    list.reload();
  };
  const may = stored.data !== undefined && mayChange();
  return (
    <>
      <PageHead
        title={topic}
        crumbs={[
          { title: queues.title, href: addresses.queues },
          { title: texts.title, href: addresses.topics },
        ]}
        actions={
          <>
            <Menu>
              <MenuItem icon="copy" onPress={() => void copyText(curlOf("GET", path))}>
                {common.copyCurl}
              </MenuItem>
              <MenuItem icon="copy" onPress={() => void copyText(`npx millrace topic get ${quoted(topic)}`)}>
                {common.copyCli}
              </MenuItem>
              {may && (
                <MenuItem icon="close" isDanger onPress={() => ask("delete")}>
                  {texts.delete}
                </MenuItem>
              )}
            </Menu>
            {may && (
              <Button icon="plus" onPress={() => ask("subscribe")}>
                {texts.subscribe}
              </Button>
            )}
            {may && (
              <Button icon="start" kind="solid" onPress={() => ask("publish")}>
                {texts.publish}
              </Button>
            )}
          </>
        }
      />
      <div class="page-body">
        <Loaded resource={stored}>
          {(data) => (
            <>
              <Figures topic={data} />
              {data.parked && <Held parked={data.parked} topic={topic} path={path} onChanged={changed} />}
              <Subscriptions list={list} topic={topic} path={path} onChanged={changed} />
            </>
          )}
        </Loaded>
      </div>
      {asked === "publish" && <PublishDialog topic={topic} path={path} onChanged={changed} onClose={close} />}
      {asked === "subscribe" && (
        <SubscribeDialog topic={topic} path={path} onChanged={changed} onClose={close} />
      )}
      {asked === "delete" && (
        <DeleteTopicDialog topic={topic} path={path} onChanged={changed} onClose={close} />
      )}
    </>
  );
}

function Figures({ topic: { messages, subscriptions, createdAt, attributes } }: { readonly topic: Topic }) {
  const { topics: texts, queues, number } = words();
  return (
    <div class="tiles">
      <Tile title={texts.onTheirWay} figure={number(messages)}>
        {messages === 0 ? texts.allDelivered : texts.triedAgain}
      </Tile>
      <Tile title={texts.subscriptions} figure={number(subscriptions)}>
        {subscriptions === 0 && texts.nobody}
      </Tile>
      <Tile title={queues.maxSize} figure={queues.bytes(attributes.maximumMessageSize)} />
      <Tile title={texts.made} figure={<Time at={createdAt} />} />
    </div>
  );
}

export interface PartProps {
  readonly topic: string;
  readonly path: string;
  readonly onChanged: () => void;
}

/** Deliveries that do not go on by themselves, or are tried for long. */
function Held({ parked, path, onChanged }: PartProps & { readonly parked: NonNullable<Topic["parked"]> }) {
  const { topics: texts, number } = words();
  async function retry(): Promise<void> {
    const { count } = await write<{ count: number }>("POST", `${path}/retry-effects`);
    tell(texts.retried(count));
    onChanged();
  }
  const columns = [
    { title: texts.why },
    { title: texts.tries, isNumber: true },
    { title: texts.since, isWide: true },
    { title: texts.nextTry },
  ];
  return (
    <Card
      title={texts.heldTitle}
      note={number(parked.length)}
      isFlush
      actions={
        mayChange() && (
          <Button icon="start" onPress={() => void retry()}>
            {texts.retry}
          </Button>
        )
      }
    >
      <Table label={texts.heldTitle} columns={columns}>
        {parked.map(({ id, reason, tries, at, retryAt }) => (
          <tr key={id}>
            <td class="says tone-warn">{reason}</td>
            <td class="number">{tries !== undefined && number(tries)}</td>
            <td class="wide-only nowrap">{at !== undefined && <Time at={at} isRelative />}</td>
            <td class="nowrap">{retryAt !== undefined && <Time at={retryAt} isRelative />}</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

/** Who gets its messages, and what one of them did not get. */
function Subscriptions({
  list,
  ...part
}: PartProps & { readonly list: ReturnType<typeof usePages<Subscription>> }) {
  const { topics: texts, queues } = words();
  const columns = [
    { title: texts.subscription },
    { title: texts.goesTo, isWide: true },
    { title: texts.filter, isWide: true },
    { title: texts.format, isRoomy: true },
    { title: texts.onTheirWay, isNumber: true, isRoomy: true },
    { title: queues.dead, isNumber: true },
    { title: "" },
  ];
  return (
    <>
      <Card title={texts.subscriptions} isFlush>
        <Loaded resource={list}>
          {(items) =>
            items.length === 0 ? (
              <Empty
                says={texts.nobody}
                hint={texts.nobodyHint}
                commands={[`npx millrace topic subscribe ${quoted(part.topic)} mail-room --queue mail`]}
              />
            ) : (
              <Table label={texts.subscriptions} columns={columns}>
                {items.map((one) => (
                  <Row key={one.name} {...part} subscription={one} />
                ))}
              </Table>
            )
          }
        </Loaded>
        <More list={list} />
      </Card>
      <SubscriptionLetters list={list} {...part} />
    </>
  );
}

function Row({ subscription, ...part }: PartProps & { readonly subscription: Subscription }) {
  const [isAsked, ask] = useState(false);
  const { topics: texts, common, dead, number } = words();
  const { name, endpoint, strategy, format, filterTag, messages, deadLetters } = subscription;
  return (
    <tr>
      <td>
        <b class="cut block subscription-cell" title={name}>
          {name}
        </b>
        <span class="narrow-only small">
          <GoesTo endpoint={endpoint} />
        </span>
      </td>
      <td class="wide-only">
        <GoesTo endpoint={endpoint} />
      </td>
      <td class="wide-only">
        {filterTag === undefined ? <span class="quiet">{common.all}</span> : <code>{filterTag}</code>}
      </td>
      <td class="roomy-only quiet-ink nowrap">
        {format === "simplified" ? texts.bodyAlone : format.toUpperCase()}
        {"url" in endpoint && <>, {texts.strategies[strategy]}</>}
      </td>
      <td class="number roomy-only">{number(messages)}</td>
      <td class="number">
        {deadLetters === 0 ? (
          <span class="quiet">{number(0)}</span>
        ) : (
          <a
            class="link tone-bad strong"
            href={addresses.topic(part.topic, name)}
            title={dead.show(deadLetters)}
          >
            {number(deadLetters)}
          </a>
        )}
      </td>
      <td class="number act-cell">
        {mayChange() && (
          <Button kind="danger" isSmall icon="close" onPress={() => ask(true)}>
            <span class="act-word">{texts.unsubscribe}</span>
          </Button>
        )}
        {isAsked && <UnsubscribeDialog {...part} name={name} onClose={() => ask(false)} />}
      </td>
    </tr>
  );
}

/** A queue of this service, or an address. */
function GoesTo({ endpoint }: Pick<Subscription, "endpoint">) {
  return "queue" in endpoint ? (
    <a class="link cut block subscription-cell" href={addresses.queue(endpoint.queue)} title={endpoint.queue}>
      {endpoint.queue}
    </a>
  ) : (
    <code class="cut block subscription-cell" title={endpoint.url}>
      {endpoint.url}
    </code>
  );
}
