import type { Pause } from "../pause.ts";
import { LEASE_SECONDS_DEFAULT, MESSAGE_BODY_BYTES, QUEUE_RETENTION_SECONDS_DEFAULT } from "../limits.ts";

/** How a queue treats its messages; the MNS protocol's attributes in our words. */
export interface QueueAttributes {
  readonly delaySeconds: number;
  readonly maximumMessageSize: number;
  readonly retentionSeconds: number;
  /** How long a received message is hidden, unless the receiver says otherwise. */
  readonly leaseSeconds: number;
  /** How long a receive waits, unless the receiver says otherwise. */
  readonly pollingWaitSeconds: number;
  readonly loggingEnabled: boolean;
  /** After so many deliveries without a deletion a message is a dead letter; absent: never. */
  readonly maxDeliveries?: number;
  /** After so many workers that had a task were lost it fails; absent: LOST_AFTER_DEFAULT. */
  readonly lostAfter?: number;
  /** The installation's webhook is told of workers that are lost. */
  readonly notifyLost?: boolean;
  /** Nobody receives. */
  readonly paused?: Pause;
}

export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  delaySeconds: 0,
  maximumMessageSize: MESSAGE_BODY_BYTES,
  retentionSeconds: QUEUE_RETENTION_SECONDS_DEFAULT,
  leaseSeconds: LEASE_SECONDS_DEFAULT,
  pollingWaitSeconds: 0,
  loggingEnabled: false,
};

/** As the MNS protocol compares queues: by the attributes that it knows. */
export function isSame(a: QueueAttributes, b: QueueAttributes): boolean {
  const [one, other] = [a, b].map(
    ({ maxDeliveries: _, lostAfter: __, notifyLost: ___, paused: ____, ...known }) =>
      JSON.stringify(Object.entries(known).toSorted(([x], [y]) => (x < y ? -1 : 1))),
  );
  return one === other;
}
