import { createRequire } from "node:module";

/** How BullMQ is told where Redis is. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly maxRetriesPerRequest: null;
}

export interface BullJob {
  readonly data: Readonly<Record<string, unknown>>;
  getChildrenValues(): Promise<Record<string, unknown>>;
  updateData(data: object): Promise<void>;
  waitUntilFinished(events: object, withinMs: number): Promise<unknown>;
}

interface Options {
  readonly connection: Connection;
  readonly concurrency?: number;
}

/** Of BullMQ, which is installed for the benchmark alone, what is used here. */
export interface BullMq {
  readonly Worker: new (queue: string, work: (job: BullJob) => Promise<unknown>, options: Options) => object;
  readonly QueueEvents: new (
    queue: string,
    options: Options,
  ) => {
    waitUntilReady(): Promise<unknown>;
    close(): Promise<void>;
  };
  readonly Queue: new (
    queue: string,
    options: Options,
  ) => { add(name: string, data: object): Promise<BullJob>; close(): Promise<void> };
  readonly FlowProducer: new (options: Options) => {
    add(flow: object): Promise<{ readonly job: BullJob }>;
    close(): Promise<void>;
  };
}

export function bullmqIn(modules: string): BullMq {
  return createRequire(`${modules}/`)("bullmq") as BullMq;
}

export function connectionTo(port: number): Connection {
  return { host: "127.0.0.1", port, maxRetriesPerRequest: null };
}

export const QUEUES = { parents: "parents", tasks: "tasks", serial: "serial" } as const;
