import { DurableObject } from "cloudflare:workers";
import { POLL_MARGIN_MS, POLL_SECONDS_MAX } from "../src/core/limits.ts";
import type { MergePatch } from "../src/core/merge-patch.ts";
import type { QueueRpc, WorkRequest } from "../src/core/objects.ts";
import type { QueueAttributes } from "../src/core/queue/attributes.ts";
import type {
  AcceptTasks,
  ChangeLeases,
  QueueOutcome,
  SendMessages,
  Withdraw,
} from "../src/core/queue/command.ts";
import type { MessageTask, ReceivedMessage } from "../src/core/queue/message.ts";
import { type Poller, Pollers } from "../src/core/queue/pollers.ts";
import { QueueMachine } from "../src/core/queue/queue-machine.ts";
import { SECOND_MS } from "../src/core/time.ts";
import { QUEUE_EFFECTS } from "../src/effects/queue-effects.ts";
import type { Env } from "../src/env.ts";
import { readQueue, whereabouts } from "../src/queries/queue-view.ts";
import { hostOn } from "./hosting.ts";
import { Meter, countCalls } from "./meter.ts";
import { Database } from "./storage/database.ts";
import { QUEUE_MIGRATIONS, SqlQueueStore } from "./storage/sql-queue-store.ts";

/** A queue for workers. One for each queue name. */
export class QueueObject extends DurableObject<Env> implements QueueRpc {
  static {
    countCalls<QueueRpc>(this, {
      put: true,
      peek: true,
      get: true,
      remove: true,
      send: true,
      acceptTasks: true,
      work: true,
      changeLeases: true,
      withdraw: true,
      whereabouts: true,
    });
  }

  readonly meter = new Meter("QueueObject");
  private readonly database = new Database(this.ctx.storage.sql, QUEUE_MIGRATIONS, this.meter);
  private readonly pollers = new Pollers();
  private readonly machine = new QueueMachine(new SqlQueueStore(this.database), this.pollers);
  private readonly host = hostOn({
    context: this.ctx,
    database: this.database,
    env: this.env,
    machine: this.machine,
    effects: QUEUE_EFFECTS,
    onCommit: () => {
      this.pollers.deliver();
      this.tickWhenVisible();
    },
  });
  /** Runs while somebody waits and a hidden message will come back. */
  private ticking: { at: number; timer: ReturnType<typeof setTimeout> } | undefined;

  put(attributes: MergePatch<QueueAttributes>, only?: "create" | "change") {
    return this.host.submit({ type: "putQueue", attributes, ...(only && { only }) });
  }

  async get() {
    this.host.heal();
    return readQueue(this.machine.read(Date.now()), this.pollers.size);
  }

  async peek(max: number) {
    this.host.heal();
    return this.machine.peek(max, Date.now());
  }

  remove() {
    return this.host.submit({ type: "deleteQueue" });
  }

  send(command: SendMessages) {
    return this.host.submit(command);
  }

  acceptTasks(command: AcceptTasks) {
    return this.host.submit(command);
  }

  async work({ receive, ...removals }: WorkRequest): Promise<QueueOutcome> {
    if (!receive) return this.host.submit({ type: "work", ...removals });
    const { max, leaseSeconds, worker } = receive;
    const waitSeconds = receive.waitSeconds ?? this.machine.read(Date.now()).attributes.pollingWaitSeconds;
    const wanted = {
      max,
      ...(leaseSeconds !== undefined && { leaseSeconds }),
      ...(worker !== undefined && { worker }),
    };
    if (waitSeconds <= 0) return this.host.submit({ type: "work", ...removals, receive: wanted });
    const { promise, resolve } = Promise.withResolvers<readonly ReceivedMessage[]>();
    const poller: Poller = { ...wanted, deliver: resolve };
    const outcome = await this.host.submit({
      type: "work",
      ...removals,
      receive: { ...wanted, poller },
    });
    if (!outcome.ok || outcome.messages) return outcome;
    const timer = setTimeout(
      () => this.pollers.remove(poller),
      Math.min(waitSeconds * SECOND_MS, POLL_SECONDS_MAX * SECOND_MS - POLL_MARGIN_MS),
    );
    const messages = await promise;
    clearTimeout(timer);
    return { ...outcome, messages };
  }

  changeLeases(command: ChangeLeases) {
    return this.host.submit(command);
  }

  withdraw(command: Withdraw) {
    return this.host.submit(command);
  }

  async whereabouts(tasks: readonly MessageTask[]) {
    const now = Date.now();
    const queue = this.machine.read(now);
    return tasks.map((task) => whereabouts(queue, task, now));
  }

  override alarm(): Promise<void> {
    return this.host.wake();
  }

  private tickWhenVisible(): void {
    const at = this.pollers.size > 0 ? this.machine.nextVisibleAt() : undefined;
    if (at === undefined || (this.ticking && this.ticking.at <= at)) return;
    if (this.ticking) clearTimeout(this.ticking.timer);
    const timer = setTimeout(
      () => {
        this.ticking = undefined;
        this.ctx.waitUntil(this.host.submit({ type: "tick" }));
      },
      Math.max(0, at - Date.now()),
    );
    this.ticking = { at, timer };
  }
}
