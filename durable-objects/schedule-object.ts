import { DurableObject } from "cloudflare:workers";
import type { Nonce } from "../src/core/durable/nonces.ts";
import type { FiringsQuery, PutConditions, ScheduleRpc } from "../src/core/objects.ts";
import type { ScheduleSpec } from "../src/core/schedule/schedule.ts";
import type { ChangeSchedule, ExecutionOver, RunNow } from "../src/core/schedule/command.ts";
import { ScheduleMachine } from "../src/core/schedule/schedule-machine.ts";
import { SCHEDULE_EFFECTS } from "../src/effects/schedule-effects.ts";
import type { Env } from "../src/env.ts";
import { readFirings } from "../src/queries/firings.ts";
import { hostOn } from "./hosting.ts";
import { Meter, countCalls } from "./meter.ts";
import { Database } from "./storage/database.ts";
import { CELL_MIGRATIONS, SqlCells } from "./storage/sql-cells.ts";

/** One shard of the schedules, under one alarm. */
export class ScheduleObject extends DurableObject<Env> implements ScheduleRpc {
  static {
    countCalls<ScheduleRpc>(this, {
      put: true,
      get: true,
      list: true,
      remove: true,
      removeFlow: true,
      setEnabled: true,
      run: true,
      change: true,
      backfill: true,
      executionOver: true,
      firings: true,
      tick: true,
    });
  }

  readonly meter = new Meter("ScheduleObject");
  private readonly database = new Database(this.ctx.storage.sql, CELL_MIGRATIONS, this.meter);
  private readonly machine = new ScheduleMachine(
    new SqlCells(this.database),
    (this.env.NOTIFY_URL ?? "") !== "",
  );
  private readonly host = hostOn({
    context: this.ctx,
    database: this.database,
    env: this.env,
    machine: this.machine,
    effects: SCHEDULE_EFFECTS,
  });

  put(flow: string, name: string, spec: ScheduleSpec, more: PutConditions = {}) {
    return this.host.submit({ type: "putSchedule", flow, name, spec, ...more });
  }

  async get(flow: string, name: string) {
    await this.settle(flow, name);
    return this.machine.get(flow, name);
  }

  async list(query: { flow?: string; after?: string; limit: number }) {
    return this.machine.list(query);
  }

  remove(flow: string, name: string, nonce?: Nonce) {
    return this.host.submit({ type: "deleteSchedule", flow, name, ...(nonce && { nonce }) });
  }

  removeFlow(flow: string, generation: number) {
    return this.host.submit({ type: "deleteFlow", flow, generation });
  }

  setEnabled(flow: string, name: string, enabled: boolean) {
    return this.host.submit({ type: "setEnabled", flow, name, enabled });
  }

  run(command: Omit<RunNow, "type">) {
    return this.host.submit({ type: "runNow", ...command });
  }

  change(command: ChangeSchedule) {
    return this.host.submit(command);
  }

  async backfill(flow: string, name: string, id: string) {
    return this.machine.backfill(flow, name, id);
  }

  executionOver(command: ExecutionOver) {
    return this.host.submit(command);
  }

  async firings(flow: string, name: string, query: FiringsQuery) {
    await this.settle(flow, name);
    return readFirings(this.machine, flow, name, query);
  }

  tick() {
    return this.host.submit({ type: "fire", firedBy: "cron" });
  }

  override alarm(): Promise<void> {
    return this.host.wake();
  }

  /** Nothing wakes for a paused schedule: who looks at it has its rows written. */
  private async settle(flow: string, name: string): Promise<void> {
    this.host.heal();
    if (!this.machine.isUnsettled(flow, name, Date.now())) return;
    await this.host.submit({ type: "settle", flow, name });
  }
}
