import { Host } from "../src/core/host/host.ts";
import { EFFECTS_IN_FLIGHT } from "../src/core/limits.ts";
import type { AnyEffect, Machine } from "../src/core/machine.ts";
import { OpenCalls } from "../src/effects/open-calls.ts";
import { type EffectContext, type EffectTable, rowOf } from "../src/effects/performer.ts";
import type { Env } from "../src/env.ts";
import { log } from "../src/log.ts";
import { count } from "../src/metrics.ts";
import type { Database } from "./storage/database.ts";

interface Hosting<Command, Outcome, Effect extends AnyEffect, M> {
  readonly context: DurableObjectState;
  readonly database: Database;
  readonly env: Env;
  readonly machine: M & Machine<Command, Outcome, Effect>;
  readonly effects: EffectTable<M, Effect, Command>;
  /** Called after each commit. */
  readonly onCommit?: () => void;
}

/** Runs a machine on the platform: its clock, its transactions, its alarm. */
export function hostOn<Command, Outcome, Effect extends AnyEffect, M>({
  context,
  database,
  env,
  machine,
  effects,
  onCommit,
}: Hosting<Command, Outcome, Effect, M>): Host<Command, Outcome, Effect> {
  const object = context.id.name ?? "";
  const { meter } = database;
  const effectContext: EffectContext<M> = { env, object, machine, calls: new OpenCalls(), meter };
  return new Host<Command, Outcome, Effect>(
    machine,
    {
      now: () => Date.now(),
      collectBatch: () => scheduler.wait(0),
      transaction: (body) => {
        try {
          return context.storage.transactionSync(body);
        } catch (error) {
          database.rolledBack();
          throw error;
        }
      },
      setAlarm: (at) => {
        meter.alarmSet();
        void context.storage.setAlarm(at);
      },
      clearAlarm: () => void context.storage.deleteAlarm(),
      perform: (group, tries) => {
        const [first] = group;
        if (!first) return Promise.resolve({ done: true });
        return rowOf(effects, first).perform(effectContext, group, tries);
      },
      groupKey: (effect) => `${effect.kind} ${rowOf(effects, effect).groupBy(effect)}`,
      groupsAtOnce: (effect) => rowOf(effects, effect).atOnce ?? EFFECTS_IN_FLIGHT,
      background: (work) => context.waitUntil(work.catch((error: unknown) => logDefect(object, error))),
      log: (entry) => {
        log({ object, ...entry });
        if (entry.event === "parked") count("millrace_parked_total", String(entry.kind));
        if (entry.event === "overdue") count("millrace_overdue_total", String(entry.kind));
      },
    },
    onCommit,
  );
}

function logDefect(object: string, error: unknown): void {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  log({ object, event: "defect", message, stack });
}
