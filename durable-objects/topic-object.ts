import type { DeadQuery } from "../src/core/durable/dead-letters.ts";
import type { NamesQuery } from "../src/core/objects.ts";
import type { TopicRpc } from "../src/core/topic-rpc.ts";
import type { InspectionQuery } from "../src/core/inspection-views.ts";
import type {
  ChangeDeadNotifications,
  Publish,
  PutSubscription,
  PutTopic,
  TopicCommand,
  TopicEffect,
  TopicOutcome,
} from "../src/core/topic/command.ts";
import { TopicMachine } from "../src/core/topic/topic-machine.ts";
import { TOPIC_EFFECTS } from "../src/effects/topic-effects.ts";
import type { Env } from "../src/env.ts";
import { MachineObject } from "./machine-object.ts";
import { SqlCells } from "./storage/sql-cells.ts";

/** A topic: its subscriptions, and the messages on their way to them. One for each topic name. */
export class TopicObject
  extends MachineObject<TopicMachine, TopicCommand, TopicOutcome, TopicEffect>
  implements TopicRpc
{
  constructor(context: DurableObjectState, env: Env) {
    super(context, env, {
      name: "TopicObject",
      effects: TOPIC_EFFECTS,
      machine: (database) => new TopicMachine(new SqlCells(database)),
    });
  }

  put(command: Omit<PutTopic, "type">) {
    return this.submit({ type: "putTopic", ...command });
  }

  async get() {
    return this.read((machine, now) => {
      const found = machine.get();
      if (!found) return undefined;
      const { topic, messages, subscriptions } = found;
      const { attributes, createdAt, updatedAt } = topic;
      const parked = machine.parked(now);
      const more = parked.length > 0 ? { parked } : {};
      return { attributes, createdAt, updatedAt, messages, subscriptions, ...more };
    });
  }

  async boardTelling() {
    return this.read((machine, now) => machine.telling(now, this.ctx.id.name ?? "")?.telling);
  }

  inspect(query: InspectionQuery) {
    return this.inspectWith(query, (machine, now) => machine.inspect(now));
  }

  remove() {
    return this.submit({ type: "deleteTopic" });
  }

  subscribe(command: Omit<PutSubscription, "type">) {
    return this.submit({ type: "subscribe", ...command });
  }

  async subscription(name: string) {
    return this.read((machine) => machine.subscription(name));
  }

  async subscriptions({ limit, after, prefix }: NamesQuery) {
    return this.read((machine) => machine.subscriptions(after, prefix).slice(0, limit));
  }

  unsubscribe(name: string) {
    return this.submit({ type: "unsubscribe", name });
  }

  async deadLetters(subscription: string, query: DeadQuery) {
    return this.read((machine) => machine.deadLetters(subscription, query));
  }

  changeDead(command: ChangeDeadNotifications) {
    return this.submit(command);
  }

  retryEffects() {
    return this.retryAll((machine) => machine.get() !== undefined);
  }

  publish(command: Omit<Publish, "type">) {
    return this.submit({ type: "publish", ...command });
  }
}
