import { useRoute } from "preact-iso";
import type { ComponentChildren } from "preact";
import { pathOf } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { Queue } from "../api/types.ts";
import { Card } from "../components/card.tsx";
import { copyText, curlOf, quoted } from "../components/copy.ts";
import { Loaded } from "../components/loaded.tsx";
import { Menu, MenuItem } from "../components/menu.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Ago } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { words } from "../words/index.ts";

const POLL_MS = 5000;

/** A queue: what lies in it, and who asks for it. */
export default function QueuePage() {
  const { queue = "" } = useRoute().params;
  const path = pathOf("queues", queue);
  const stored = useResource<Queue>(path, { everyMs: POLL_MS });
  const { frame, common } = words();
  return (
    <>
      <PageHead
        title={queue}
        crumbs={[{ title: frame.queues, href: addresses.queues }]}
        actions={
          <Menu>
            <MenuItem icon="copy" onPress={() => void copyText(curlOf("GET", path))}>
              {common.copyCurl}
            </MenuItem>
            <MenuItem icon="copy" onPress={() => void copyText(`npx millrace queue get ${quoted(queue)}`)}>
              {common.copyCli}
            </MenuItem>
          </Menu>
        }
      />
      <div class="page-body">
        <Loaded resource={stored}>
          {(data) => (
            <>
              <Figures queue={data} />
              <Settings queue={data} />
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}

function Figures({ queue: { depth, oldestAt, waitingPolls } }: { readonly queue: Queue }) {
  const { queues: texts } = words();
  return (
    <div class="tiles">
      <Tile title={texts.ready} n={depth.ready}>
        {oldestAt !== undefined && (
          <>
            {texts.oldest} <Ago at={oldestAt} />
          </>
        )}
      </Tile>
      {depth.readyForNamed > 0 && <Tile title={texts.readyForNamed} n={depth.readyForNamed} />}
      <Tile title={texts.inFlight} n={depth.inFlight} />
      <Tile title={texts.delayed} n={depth.delayed} />
      <Tile title={texts.dead} n={depth.deadLetters} isBad={depth.deadLetters > 0} />
      <Tile title={texts.polls} n={waitingPolls}>
        {waitingPolls === 0 ? texts.noWorkers : texts.workersWait(waitingPolls)}
      </Tile>
    </div>
  );
}

interface TileProps {
  readonly title: string;
  readonly n: number;
  readonly isBad?: boolean;
  readonly children?: ComponentChildren;
}

function Tile({ title, n, isBad = false, children }: TileProps) {
  return (
    <div class="tile">
      <span class="quiet-ink">{title}</span>
      <span class={`figure ${isBad ? "tone-bad" : ""}`}>{words().number(n)}</span>
      <span class="quiet small">{children}</span>
    </div>
  );
}

function Settings({ queue: { attributes } }: { readonly queue: Queue }) {
  const { queues: texts, number } = words();
  const { leaseSeconds, retentionSeconds, delaySeconds, pollingWaitSeconds, maximumMessageSize } = attributes;
  const { maxDeliveries, lostAfter } = attributes;
  const facts = [
    [texts.lease, texts.seconds(leaseSeconds)],
    [texts.retention, texts.seconds(retentionSeconds)],
    [texts.delay, texts.seconds(delaySeconds)],
    [texts.polling, texts.seconds(pollingWaitSeconds)],
    [texts.maxSize, texts.bytes(maximumMessageSize)],
    [texts.maxDeliveries, maxDeliveries === undefined ? texts.unlimited : number(maxDeliveries)],
    ...(lostAfter === undefined ? [] : [[texts.lostAfter, number(lostAfter)] as const]),
  ] as const;
  return (
    <Card title={texts.settings}>
      <dl class="facts">
        {facts.map(([title, value]) => (
          <>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </Card>
  );
}
