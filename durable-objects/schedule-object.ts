import type { DeadQuery } from "../src/core/durable/dead-letters.ts";
import type { Nonce } from "../src/core/durable/nonces.ts";
import type {
  CalendarQuery,
  FiringsQuery,
  PutConditions,
  ScheduleRpc,
  SchedulesQuery,
} from "../src/core/objects.ts";
import type { ScheduleSpec } from "../src/core/schedule/schedule.ts";
import type {
  ChangeNotices,
  ChangeSchedule,
  ExecutionOver,
  RunNow,
  ScheduleCommand,
  ScheduleOutcome,
} from "../src/core/schedule/command.ts";
import { type ScheduleEffect, isOf } from "../src/core/schedule/effect.ts";
import { ScheduleMachine } from "../src/core/schedule/schedule-machine.ts";
import type { InspectionQuery } from "../src/core/inspection-views.ts";
import { inspectFirings } from "../src/effects/inspect-firings.ts";
import { SCHEDULE_EFFECTS } from "../src/effects/schedule-effects.ts";
import type { Env } from "../src/env.ts";
import { readFirings } from "../src/queries/firings.ts";
import { readSchedules } from "../src/queries/schedules.ts";
import { MachineObject } from "./machine-object.ts";
import { SqlCells } from "./storage/sql-cells.ts";

/** One shard of the schedules, under one alarm. */
export class ScheduleObject
  extends MachineObject<ScheduleMachine, ScheduleCommand, ScheduleOutcome, ScheduleEffect>
  implements ScheduleRpc
{
  constructor(context: DurableObjectState, env: Env) {
    super(context, env, {
      name: "ScheduleObject",
      effects: SCHEDULE_EFFECTS,
      machine: (database) => new ScheduleMachine(new SqlCells(database), (env.NOTIFY_URL ?? "") !== ""),
    });
  }

  put(flow: string, name: string, spec: ScheduleSpec, more: PutConditions = {}) {
    return this.submit({ type: "putSchedule", flow, name, spec, ...more });
  }

  async get(flow: string, name: string) {
    return this.readWhole(flow, name, (machine) => machine.get(flow, name));
  }

  async page(query: SchedulesQuery) {
    return this.read((machine) => readSchedules(machine, query));
  }

  remove(flow: string, name: string, nonce?: Nonce) {
    return this.submit({ type: "deleteSchedule", flow, name, ...(nonce && { nonce }) });
  }

  removeFlow(flow: string, generation: number) {
    return this.submit({ type: "deleteFlow", flow, generation });
  }

  setEnabled(flow: string, name: string, enabled: boolean) {
    return this.submit({ type: "setEnabled", flow, name, enabled });
  }

  run(command: Omit<RunNow, "type">) {
    return this.submit({ type: "runNow", ...command });
  }

  change(command: ChangeSchedule) {
    return this.submit(command);
  }

  async backfill(flow: string, name: string, id: string) {
    return this.read((machine) => machine.backfill(flow, name, id));
  }

  executionOver(command: ExecutionOver) {
    return this.submit(command);
  }

  retryEffects(flow: string, name: string) {
    return this.call(async ({ read, retry }) => {
      const isParked = read((machine) => machine.get(flow, name)?.parked !== undefined);
      const isMeant = (effect: ScheduleEffect) => isOf(effect, flow, name);
      const { count, outcome } = await retry({ type: "retry", flow, name }, isMeant);
      return outcome.ok ? ({ ok: true, count: count + Number(isParked) } as const) : outcome;
    });
  }

  async firings(flow: string, name: string, query: FiringsQuery) {
    return this.readWhole(flow, name, (machine) => readFirings(machine, flow, name, query));
  }

  async calendar(flow: string, name: string, { from, to, unit }: CalendarQuery) {
    return this.readWhole(flow, name, (machine) => machine.calendar(flow, name, from, to, unit));
  }

  async night(from: number, to: number) {
    return this.read((machine, now) => machine.night(from, to, now));
  }

  /** Ledgers are held against the indexes of their flows. */
  inspect({ heal }: InspectionQuery) {
    return this.call(async ({ inspect, look, submit }) => {
      const own = await inspect(heal, (machine, now) => machine.inspect(now));
      const { ends, findings } = await inspectFirings(
        this.env,
        look((machine, now) => machine.unended(now)),
        heal,
      );
      if (heal) await Promise.all(ends.map((end) => submit(end)));
      return { ...own, findings: [...own.findings, ...findings] };
    });
  }

  async boardTelling() {
    return this.read((machine, now) => machine.telling(now, this.ctx.id.name ?? "")?.telling);
  }

  async deadNotices(query: DeadQuery) {
    return this.read((machine) => machine.deadNotices(query));
  }

  async oldestDeadNotices(max: number) {
    return this.read((machine) => machine.oldestDeadNotices(max));
  }

  changeNotices(command: ChangeNotices) {
    return this.submit(command);
  }

  tick() {
    return this.submit({ type: "fire", firedBy: "cron" });
  }

  /** Nothing wakes for a paused schedule: who looks at it has its rows written. */
  private readonly readWhole = <T>(flow: string, name: string, look: (machine: ScheduleMachine) => T) =>
    this.call(async ({ read, submit }) => {
      const hasPassed = read((machine, now) => machine.hasPassed(flow, name, now));
      if (hasPassed) await submit({ type: "writePassed", flow, name });
      return read(look);
    });
}
