import { type Cells, sortable, withPrefix } from "../cells.ts";
import { DurableEffects } from "../durable-effects.ts";
import { parseOwn } from "../json.ts";
import { EXPIRED_FIRINGS_MAX } from "../limits.ts";
import type { Machine } from "../machine.ts";
import { Nonces } from "../nonces.ts";
import { reject } from "../result.ts";
import { conflictWith, scheduleNotExists } from "./only-if.ts";
import type { RunNow, ScheduleCommand, ScheduleOutcome, StartFiring } from "./command.ts";
import { parseCron } from "./cron.ts";
import { isTimeZone } from "./zone.ts";
import { instantsUntil, nextInstant } from "./next.ts";
import {
  type Firing,
  type FiringKind,
  type Schedule,
  type ScheduleSpec,
  calendarOf,
  firingExecutionName,
  firingInput,
  nextOf,
  scheduleKey,
} from "./schedule.ts";

/** A manual run, remembered by what its request is known by. */
interface Run {
  readonly startId: string;
  readonly executionName: string;
}

const SCHEDULES = "schedule:";

/** Schedules of one shard and their ledgers. A ledger's row is the lock of its instant. */
export class ScheduleMachine implements Machine<ScheduleCommand, ScheduleOutcome, StartFiring> {
  private readonly cells: Cells;
  private readonly nonces: Nonces;
  private memory: { schedules: Map<string, Schedule>; effects: DurableEffects<StartFiring> } | undefined;

  constructor(cells: Cells) {
    this.cells = cells;
    this.nonces = new Nonces(cells);
  }

  get(flow: string, name: string): Schedule | undefined {
    return this.load().schedules.get(scheduleKey(flow, name));
  }

  /** In the order of flow and name. */
  list(): Schedule[] {
    const all = [...this.load().schedules];
    return all.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, schedule]) => schedule);
  }

  /** Newest first, the ones older than `before`. */
  *firings(flow: string, name: string, before?: string): Generator<readonly [cursor: string, Firing]> {
    const prefix = ledgerPrefix(flow, name);
    for (const [key, text] of withPrefix(this.cells, prefix, "descending", before)) {
      yield [key.slice(prefix.length), parseOwn<Firing>(text)];
    }
  }

  handle(command: ScheduleCommand, now: number): ScheduleOutcome {
    const seen = "nonce" in command && command.nonce ? this.nonces.take(command.nonce, now) : "new";
    if (typeof seen === "object") return seen;
    switch (command.type) {
      case "putSchedule":
        return this.put(command, now, seen === "again");
      case "deleteFlow":
        for (const { name } of this.list().filter(({ flow }) => flow === command.flow))
          this.remove(command.flow, name);
        return { ok: true };
      case "fire":
        for (const schedule of this.list()) this.fireDue(schedule, command.firedBy, now);
        return { ok: true };
      case "startTaken":
        this.load().effects.remove(command.effect);
        return { ok: true };
      case "startRefused":
        return this.startRefused(command.effect, command.reason);
      case "deleteSchedule":
      case "setEnabled":
      case "runNow": {
        const schedule = this.get(command.flow, command.name);
        if (!schedule && seen === "again") return { ok: true };
        if (!schedule) return scheduleNotExists(command.flow, command.name);
        return this.change(schedule, command, now);
      }
    }
  }

  save(): void {
    // Every change is written as it is made: the transaction is around the commands, too.
  }

  drop(): void {
    this.memory = undefined;
  }

  nextTimerAt(): number | undefined {
    let next: number | undefined;
    for (const { nextAt } of this.load().schedules.values()) {
      if (nextAt !== undefined && (next === undefined || nextAt < next)) next = nextAt;
    }
    return next;
  }

  wakeCommand(): ScheduleCommand {
    return { type: "fire", firedBy: "alarm" };
  }

  takeNewEffects(): readonly StartFiring[] {
    return this.load().effects.takeNew();
  }

  isPending(effect: StartFiring): boolean {
    return this.load().effects.has(effect);
  }

  effectDone(effect: StartFiring): ScheduleCommand {
    return { type: "startTaken", effect };
  }

  effectFailed(effect: StartFiring, reason: string): ScheduleCommand {
    return { type: "startRefused", effect, reason };
  }

  private put(
    { flow, name, spec, only }: Extract<ScheduleCommand, { type: "putSchedule" }>,
    now: number,
    isAgain: boolean,
  ): ScheduleOutcome {
    const parsed = parseCron(spec.cron);
    if (!parsed.ok) return parsed;
    if (parsed.timeZone !== undefined && spec.timeZone !== undefined && parsed.timeZone !== spec.timeZone) {
      return reject(
        "InvalidCron",
        `CRON_TZ=${parsed.timeZone} contradicts timeZone ${spec.timeZone}: keep one of them`,
      );
    }
    if (spec.timeZone !== undefined && !isTimeZone(spec.timeZone)) {
      return reject(
        "InvalidCron",
        `timeZone "${spec.timeZone}" is not known: use a name such as Europe/Berlin`,
      );
    }
    this.startDue(this.get(flow, name), now);
    const old = this.get(flow, name);
    const enabled = spec.enabled ?? old?.enabled ?? true;
    if (parsed.cron.kind === "at" && parsed.cron.at <= now && old?.cron !== spec.cron) {
      return reject("InvalidCron", "the time of @at has passed");
    }
    const createdAt = old?.createdAt ?? now;
    const same = old && sameSpec(old, { ...spec, enabled });
    const conflict = same && isAgain ? undefined : conflictWith(only, flow, name, old);
    if (conflict) return conflict;
    const nextAt = same ? old.nextAt : enabled ? nextOf({ ...spec, createdAt }, now) : undefined;
    const schedule: Schedule = {
      ...spec,
      enabled,
      flow,
      name,
      createdAt,
      updatedAt: same ? old.updatedAt : now,
      ...(nextAt !== undefined && { nextAt }),
    };
    if (!same) this.write(schedule);
    return { ok: true, schedule, created: !old };
  }

  private change(
    schedule: Schedule,
    command: Extract<ScheduleCommand, { type: "deleteSchedule" | "setEnabled" | "runNow" }>,
    now: number,
  ): ScheduleOutcome {
    if (command.type === "deleteSchedule") {
      this.remove(schedule.flow, schedule.name);
      return { ok: true };
    }
    if (command.type === "runNow") return this.runNow(schedule, command, now);
    this.startDue(schedule, now);
    const current = this.get(schedule.flow, schedule.name) ?? schedule;
    if (current.enabled === command.enabled) return { ok: true, schedule: current };
    const { nextAt: _, ...rest } = current;
    const nextAt = command.enabled ? nextOf(schedule, now) : undefined;
    const changed = {
      ...rest,
      enabled: command.enabled,
      updatedAt: now,
      ...(nextAt !== undefined && { nextAt }),
    };
    this.write(changed);
    return { ok: true, schedule: changed };
  }

  /** What is due by now is started before anything changes: no instant depends on whether the alarm was there first. */
  private startDue(schedule: Schedule | undefined, now: number): void {
    if (schedule) this.fireDue(schedule, "alarm", now);
  }

  /**
   * Of several due instants only the newest starts, whatever its lateness: a nightly job that an outage swallowed runs
   * when the service is back (spec: schedules, "catchUp").
   */
  private fireDue(schedule: Schedule, firedBy: string, now: number): void {
    if (schedule.nextAt === undefined || schedule.nextAt > now) return;
    const { cron, calendar } = calendarOf(schedule);
    const { instants, more } = instantsUntil(
      (after) => nextInstant(cron, calendar, after),
      schedule.nextAt,
      now,
      EXPIRED_FIRINGS_MAX,
    );
    const newest = instants.at(-1) ?? schedule.nextAt;
    for (const at of instants.slice(0, -1)) {
      const isOldest = at === instants[0];
      const reason = `a newer instant was due as well${isOldest && more ? "; so it was for the ones before, which have no rows" : ""}`;
      this.writeFiring(schedule, {
        at,
        kind: "scheduled",
        verdict: "expired",
        firedBy,
        firedAt: now,
        reason,
      });
    }
    this.start(schedule, "scheduled", newest, firedBy, now);
    const { nextAt: _, ...rest } = schedule;
    const nextAt = nextOf(schedule, Math.max(newest, now));
    this.write({ ...rest, ...(nextAt !== undefined && { nextAt }) });
  }

  private runNow(
    schedule: Schedule,
    { payload, firedBy, runId, keyed }: RunNow,
    now: number,
  ): ScheduleOutcome {
    const key = `${runPrefix(schedule.flow, schedule.name)}${keyed?.executionName ?? runId}`;
    const text = this.cells.read(key);
    if (text !== undefined) {
      const { startId, executionName } = parseOwn<Run>(text);
      if (keyed && startId !== keyed.startId) {
        return reject(
          "IdempotencyConflict",
          "this Idempotency-Key came with another body before: use a new one",
        );
      }
      return { ok: true, executionName };
    }
    let at = now;
    // A ledger has one row an instant: of requests within one millisecond the later ones step aside.
    while (this.cells.read(ledgerKey(schedule.flow, schedule.name, at, "manual")) !== undefined) at++;
    const executionName = keyed?.executionName ?? firingExecutionName(schedule.name, "manual", at);
    this.cells.write(key, JSON.stringify({ startId: keyed?.startId ?? runId, executionName } satisfies Run));
    const wanted = payload === undefined ? schedule : { ...schedule, payload };
    this.start(wanted, "manual", at, firedBy, now, executionName);
    return { ok: true, executionName };
  }

  private start(
    schedule: Schedule,
    kind: FiringKind,
    at: number,
    firedBy: string,
    now: number,
    executionName = firingExecutionName(schedule.name, kind, at),
  ): void {
    const { flow, name, payload = {} } = schedule;
    if (this.cells.read(ledgerKey(flow, name, at, kind)) !== undefined) return;
    const latenessMs = now - at;
    this.writeFiring(schedule, {
      at,
      kind,
      verdict: "started",
      firedBy,
      firedAt: now,
      latenessMs,
      executionName,
    });
    this.load().effects.add({
      id: `${scheduleKey(flow, name)}:${kind}:${at}`,
      kind: "startFiring",
      since: now,
      flow,
      schedule: name,
      at,
      firing: kind,
      executionName,
      input: firingInput(name, payload, at),
    });
  }

  private startRefused(effect: StartFiring, reason: string): ScheduleOutcome {
    const { flow, schedule, at, firing } = effect;
    const key = ledgerKey(flow, schedule, at, firing);
    const text = this.cells.read(key);
    this.load().effects.remove(effect);
    if (text === undefined) return { ok: true };
    const { executionName: _, ...row } = parseOwn<Firing>(text);
    this.cells.write(key, JSON.stringify({ ...row, verdict: "failedToStart", reason }));
    return { ok: true };
  }

  private write(schedule: Schedule): void {
    const key = scheduleKey(schedule.flow, schedule.name);
    this.load().schedules.set(key, schedule);
    this.cells.write(`${SCHEDULES}${key}`, JSON.stringify(schedule));
  }

  private writeFiring({ flow, name }: Schedule, firing: Firing): void {
    const key = ledgerKey(flow, name, firing.at, firing.kind);
    if (this.cells.read(key) === undefined) this.cells.write(key, JSON.stringify(firing));
  }

  private remove(flow: string, name: string): void {
    const key = scheduleKey(flow, name);
    this.load().schedules.delete(key);
    this.cells.delete(`${SCHEDULES}${key}`);
    for (const prefix of [ledgerPrefix(flow, name), runPrefix(flow, name)]) {
      const rows = Array.from(withPrefix(this.cells, prefix), ([rowKey]) => rowKey);
      for (const row of rows) this.cells.delete(row);
    }
  }

  private load() {
    return (this.memory ??= this.read());
  }

  private read() {
    const schedules = new Map<string, Schedule>();
    for (const [key, text] of withPrefix(this.cells, SCHEDULES)) {
      schedules.set(key.slice(SCHEDULES.length), parseOwn<Schedule>(text));
    }
    return { schedules, effects: new DurableEffects<StartFiring>(this.cells) };
  }
}

function sameSpec(old: Schedule, spec: ScheduleSpec): boolean {
  const { cron, timeZone, payload, enabled, description } = old;
  const one = [cron, timeZone, payload, enabled, description];
  const other = [spec.cron, spec.timeZone, spec.payload, spec.enabled, spec.description];
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Manual runs. */
function runPrefix(flow: string, name: string): string {
  return `run:${scheduleKey(flow, name)}:`;
}

function ledgerPrefix(flow: string, name: string): string {
  return `firing:${scheduleKey(flow, name)}:`;
}

function ledgerKey(flow: string, name: string, at: number, kind: FiringKind): string {
  return `${ledgerPrefix(flow, name)}${sortable(at)}:${kind}`;
}
