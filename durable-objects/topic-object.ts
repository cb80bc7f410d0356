import { DurableObject } from "cloudflare:workers";
import type { NamesQuery, TopicRpc } from "../src/core/objects.ts";
import type { Publish, PutSubscription, PutTopic } from "../src/core/topic/command.ts";
import { TopicMachine } from "../src/core/topic/topic-machine.ts";
import { TOPIC_EFFECTS } from "../src/effects/topic-effects.ts";
import type { Env } from "../src/env.ts";
import { hostOn } from "./hosting.ts";
import { Meter, countCalls } from "./meter.ts";
import { Database } from "./storage/database.ts";
import { CELL_MIGRATIONS, SqlCells } from "./storage/sql-cells.ts";

/** A topic: its subscriptions, and the messages on their way to them. One for each topic name. */
export class TopicObject extends DurableObject<Env> implements TopicRpc {
  static {
    countCalls<TopicRpc>(this, {
      put: true,
      get: true,
      remove: true,
      subscribe: true,
      subscription: true,
      subscriptions: true,
      unsubscribe: true,
      publish: true,
    });
  }

  readonly meter = new Meter("TopicObject");
  private readonly database = new Database(this.ctx.storage.sql, CELL_MIGRATIONS, this.meter);
  private readonly machine = new TopicMachine(new SqlCells(this.database));
  private readonly host = hostOn({
    context: this.ctx,
    database: this.database,
    env: this.env,
    machine: this.machine,
    effects: TOPIC_EFFECTS,
  });

  put(command: Omit<PutTopic, "type">) {
    return this.host.submit({ type: "putTopic", ...command });
  }

  async get() {
    this.host.heal();
    const found = this.machine.get();
    if (!found) return undefined;
    const { attributes, createdAt, updatedAt } = found.topic;
    return { attributes, createdAt, updatedAt, messages: found.messages, subscriptions: found.subscriptions };
  }

  remove() {
    return this.host.submit({ type: "deleteTopic" });
  }

  subscribe(command: Omit<PutSubscription, "type">) {
    return this.host.submit({ type: "subscribe", ...command });
  }

  async subscription(name: string) {
    return this.machine.subscription(name);
  }

  async subscriptions({ limit, after, prefix }: NamesQuery) {
    return this.machine.subscriptions(after, prefix).slice(0, limit);
  }

  unsubscribe(name: string) {
    return this.host.submit({ type: "unsubscribe", name });
  }

  publish(command: Omit<Publish, "type">) {
    return this.host.submit({ type: "publish", ...command });
  }

  override alarm(): Promise<void> {
    return this.host.wake();
  }
}
