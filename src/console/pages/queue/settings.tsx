import type { Queue } from "../../api/types.ts";
import { Card } from "../../components/card.tsx";
import { duration } from "../../model/durations.ts";
import { words } from "../../words/index.ts";

const SECOND_MS = 1000;

export function Settings({ queue: { attributes } }: { readonly queue: Queue }) {
  const { queues: texts, number, units } = words();
  const { leaseSeconds, retentionSeconds, delaySeconds, pollingWaitSeconds, maximumMessageSize } = attributes;
  const { maxDeliveries, lostAfter } = attributes;
  const time = (seconds: number) => (seconds === 0 ? texts.atOnce : duration(seconds * SECOND_MS, units));
  const facts = [
    [texts.lease, time(leaseSeconds)],
    [texts.retention, time(retentionSeconds)],
    [texts.delay, time(delaySeconds)],
    [texts.polling, time(pollingWaitSeconds)],
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
