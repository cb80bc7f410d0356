import { DurableObject } from "cloudflare:workers";
import { withAlarm } from "../src/core/inspection.ts";
import type { Inspection, InspectionQuery } from "../src/core/inspection-views.ts";
import { unreadableIn } from "../src/core/unreadable.ts";
import type { AnyEffect, Machine, RetryEffects } from "../src/core/machine.ts";
import { messageOf } from "../src/core/result.ts";
import type { Usage } from "../src/core/usage.ts";
import type { EffectTable } from "../src/effects/performer.ts";
import type { Env } from "../src/env.ts";
import { log } from "../src/log.ts";
import { hostOn } from "./hosting.ts";
import { Meter, type ObjectClass } from "./meter.ts";
import { Database } from "./storage/database.ts";

/** What one sort of object is made of. */
interface Parts<M, C, O, E extends AnyEffect> {
  readonly name: ObjectClass;
  readonly effects: EffectTable<M, E, C>;
  machine(database: Database): M & Machine<C, O, E>;
  /** Called after each commit. */
  onCommit?(machine: M, submit: (command: C) => Promise<O>): void;
}

/** The ways into an object's machine. There is no other. */
export interface Ways<M, C, O, E> {
  readonly submit: (command: C) => Promise<O>;
  /** Looks at the machine as it is now (epoch ms), and wakes the object if its alarm was lost. */
  readonly read: <T>(look: (machine: M, now: number) => T) => T;
  /** As `read`, and wakes nothing. */
  readonly look: <T>(look: (machine: M, now: number) => T) => T;
  /** What an object finds of itself, with its alarm; `heal`: one that was lost is made up for. */
  readonly inspect: (heal: boolean, look: (machine: M, now: number) => Inspection) => Promise<Inspection>;
  /** Tries now what waits for another try, as far as it is meant, and what the command asks for anew. */
  readonly retry: (
    command: C | RetryEffects,
    isMeant?: (effect: E) => boolean,
  ) => Promise<{ readonly count: number; readonly outcome: O }>;
  /** Whether somebody else sees for a while that it lives. */
  readonly minded: (isMinded: boolean) => void;
  /** Deletes all that the object keeps. */
  readonly empty: () => Promise<void>;
  readonly usage: () => Usage;
}

/**
 * A machine on the platform. A call of an object is one `submit`, `submitAll` or `read`, or a `call` of several: each
 * counts as one request, and machine and host are out of reach, so that none passes by the count. They are fields because
 * whoever has a stub can call what stands on a prototype.
 */
export abstract class MachineObject<M, C, O, E extends AnyEffect> extends DurableObject<Env> {
  protected readonly call: <T>(body: (ways: Ways<M, C, O, E>) => T) => T;
  /** For what goes on by itself, or over a socket: that is no request. */
  protected readonly within: <T>(body: (ways: Ways<M, C, O, E>) => T) => T;
  /** Counts a message that came over a socket. */
  protected readonly heardMessage: () => void;
  protected readonly submit = (command: C): Promise<O> => this.call(({ submit }) => submit(command));
  /** One outcome each, in order. */
  protected readonly submitAll = (commands: readonly C[]): Promise<O[]> =>
    this.call(({ submit }) => Promise.all(commands.map((command) => submit(command))));
  protected readonly read = <T>(look: (machine: M, now: number) => T): T =>
    this.call(({ read }) => read(look));
  protected readonly inspectWith = (
    { heal }: InspectionQuery,
    look: (machine: M, now: number) => Inspection,
  ): Promise<Inspection> => this.call(({ inspect }) => inspect(heal, look));
  /** Undefined when there is nothing here. */
  protected readonly retryAll = (exists: (machine: M) => boolean): Promise<number | undefined> =>
    this.call(async ({ read, retry }) =>
      read(exists) ? (await retry({ type: "retryEffects" })).count : undefined,
    );
  readonly #ring: () => Promise<void>;

  protected constructor(context: DurableObjectState, env: Env, parts: Parts<M, C, O, E>) {
    super(context, env);
    const meter = new Meter(parts.name);
    const database = new Database(context.storage.sql, meter);
    const machine = parts.machine(database);
    const submit = (command: C) => host.submit(command);
    const onCommit = () => parts.onCommit?.(machine, submit);
    const host = hostOn({ context, database, env, machine, effects: parts.effects, onCommit });
    const look: Ways<M, C, O, E>["look"] = (body) => body(machine, Date.now());
    const ways: Ways<M, C, O, E> = {
      submit,
      read: (body) => {
        host.heal();
        return look(body);
      },
      look,
      inspect: async (heal, body) => {
        const alarmAt = await context.storage.getAlarm();
        const lostSince = alarmAt === null ? host.lostSince : undefined;
        const { owedAt: dueAt = Number.POSITIVE_INFINITY } = host;
        if (heal) host.heal();
        return withAlarm(look(body), { lostSince, dueAt, heal }, Date.now());
      },
      retry: (command, isMeant = () => true) => host.retryEffects(command, isMeant),
      minded: (isMinded) => host.minded(isMinded),
      empty: async () => {
        const emptied = context.storage.deleteAll();
        machine.discardMemory();
        database.rolledBack();
        host.forget();
        await emptied;
      },
      usage: () => meter.usage,
    };
    this.call = (body) => {
      meter.request();
      return body(ways);
    };
    this.within = (body) => body(ways);
    this.heardMessage = () => meter.message();
    this.#ring = () => {
      meter.alarmRang();
      // What cannot be read has nothing to do; the platform need not ring again for it.
      return host.wake().catch((error: unknown) => {
        if (unreadableIn(error) === undefined) throw error;
        log({ object: context.id.name ?? "", event: "unreadable", message: messageOf(error) });
      });
    };
  }

  override alarm(): Promise<void> {
    return this.#ring();
  }
}
