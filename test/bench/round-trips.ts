import type { HttpClient } from "./client.ts";
import { pool } from "./jobs.ts";

/** A way to use a queue as any program would: what one call each sends, receives and deletes. */
export interface QueueProtocol {
  readonly name: string;
  /** Sizes of the batches to measure. */
  readonly batches: readonly number[];
  send(client: HttpClient, queue: string, bodies: readonly string[]): Promise<void>;
  /** Receives and gives the handles to delete with. */
  receive(client: HttpClient, queue: string, max: number): Promise<readonly string[]>;
  delete(client: HttpClient, queue: string, handles: readonly string[]): Promise<void>;
}

/** `/v1`. */
export const native: QueueProtocol = {
  name: "v1",
  batches: [1, 10],
  async send(client, queue, bodies) {
    const messages = bodies.map((body) => ({ body }));
    await client.json("POST", `/v1/queues/${queue}/send`, { messages });
  },
  async receive(client, queue, max) {
    const { messages } = await client.json("POST", `/v1/queues/${queue}/receive`, { max });
    return (messages as { receipt: string }[]).map(({ receipt }) => receipt);
  },
  async delete(client, queue, receipts) {
    await client.json("POST", `/v1/queues/${queue}/delete`, { receipts });
  },
};

/** Receives and deletes `n` messages that were sent before. */
export async function roundTrips(
  client: HttpClient,
  protocol: QueueProtocol,
  queue: string,
  n: number,
  size: number,
  connections: number,
): Promise<void> {
  await pool(Math.ceil(n / size), connections, async () => {
    const handles = await protocol.receive(client, queue, size);
    if (handles.length !== size) throw new Error(`received ${handles.length} messages instead of ${size}`);
    await protocol.delete(client, queue, handles);
  });
}

/** Puts `n` messages into a queue. */
export async function fill(
  client: HttpClient,
  protocol: QueueProtocol,
  queue: string,
  n: number,
): Promise<void> {
  const SEND = 10;
  await pool(Math.ceil(n / SEND), 8, (nth) => {
    const bodies = Array.from(
      { length: Math.min(SEND, n - nth * SEND) },
      (_, index) => `message ${nth}.${index}`,
    );
    return protocol.send(client, queue, bodies);
  });
}
