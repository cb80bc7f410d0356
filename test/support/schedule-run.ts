import type { ExecutionStatus } from "../../src/core/engine/state/execution-state.ts";
import type { ChangeSchedule, ScheduleCommand, ScheduleOutcome } from "../../src/core/schedule/command.ts";
import type {
  CheckRunning,
  ScheduleEffect,
  StartFiring,
  TellWebhook,
} from "../../src/core/schedule/effect.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Parking } from "../../src/core/machine.ts";
import type { Firing, ScheduleSpec } from "../../src/core/schedule/schedule.ts";
import { ScheduleMachine } from "../../src/core/schedule/schedule-machine.ts";
import type { TellBoard } from "../../src/core/telling.ts";
import { MemoryCells } from "./memory-cells.ts";

/** A start with what its execution gets. */
type Start = StartFiring & { readonly input: JsonObject | undefined };

type WithoutName<T> = T extends unknown ? Omit<T, "flow" | "name"> : never;

export const MINUTE = 60_000;
const OF = { flow: "flow", name: "nightly" };

/** A shard of schedules with a clock that the test moves, and executions that do what the test says. */
export class ScheduleRun {
  cells = new MemoryCells();
  machine = new ScheduleMachine(this.cells);
  now: number;
  /** Effects that were asked for and not answered yet. */
  effects: ScheduleEffect[] = [];
  /** When the board is to be told, as it was asked for. */
  tellings: TellBoard[] = [];
  readonly parkings: Parking[] = [];
  /** Executions by name, as they really are. */
  readonly executions = new Map<
    string,
    { status: ExecutionStatus; at: number; kind: Firing["kind"]; startedAt: number | undefined }
  >();
  /** Whether an execution begins as soon as its flow has it. */
  begins = true;

  constructor(now = Date.UTC(2026, 10, 23, 4, 0, 30)) {
    this.now = now;
  }

  /** A command that is committed. */
  act(command: ScheduleCommand): ScheduleOutcome {
    const outcome = this.commit(command);
    this.takeEffects();
    this.parkings.push(...this.machine.takeParked());
    return outcome;
  }

  /** As the host does it: what a failed commit wrote is taken back, and it is done again if the machine learnt from it. */
  private commit(command: ScheduleCommand): ScheduleOutcome {
    const before = new Map(this.cells.texts);
    try {
      const outcome = this.machine.handle(command, this.now);
      this.machine.save();
      return outcome;
    } catch (error) {
      this.cells.texts.clear();
      for (const [key, text] of before) this.cells.texts.set(key, text);
      this.machine.discardMemory();
      if (!this.machine.learnFrom(error)) throw error;
      return this.commit(command);
    }
  }

  put(cron: ScheduleSpec["cron"], more: Partial<ScheduleSpec> = {}, name = OF.name): ScheduleOutcome {
    return this.act({ type: "putSchedule", flow: OF.flow, name, spec: { cron, payload: { n: 1 }, ...more } });
  }

  ask(command: WithoutName<ChangeSchedule>): ScheduleOutcome {
    return this.act({ ...command, ...OF });
  }

  /** The alarm rings, as often as it is due. */
  ring(): void {
    for (
      let at = this.machine.nextTimerAt();
      at !== undefined && at <= this.now;
      at = this.machine.nextTimerAt()
    )
      this.act(this.machine.wakeCommand());
  }

  tick(): void {
    this.act({ type: "fire", firedBy: "cron" });
  }

  /** Time passes; the alarm rings whenever it is due, and effects are answered at once. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      this.settle();
      const at = this.machine.nextTimerAt();
      if (at === undefined || at > end) break;
      this.now = Math.max(this.now, at);
      this.act(this.machine.wakeCommand());
    }
    this.now = end;
  }

  /** The service is away for a while. */
  outage(milliseconds: number): void {
    this.now += milliseconds;
    this.restart();
  }

  restart(): void {
    this.machine = new ScheduleMachine(this.cells);
    this.effects = [];
    this.tellings = [];
    this.takeEffects();
  }

  private takeEffects(): void {
    for (const effect of this.machine.effects.takeNew()) {
      if (effect.kind === "tellBoard") this.tellings.push(effect);
      else this.effects.push(effect);
    }
  }

  /** Does what is to be done outside; starts succeed. */
  settle(): void {
    for (let [effect] = this.effects; effect; [effect] = this.effects) {
      this.effects.shift();
      if (!this.machine.effects.isPending(effect)) continue;
      if (effect.kind === "startFiring") this.start(effect);
      else if (effect.kind === "checkRunning") this.check(effect);
      else this.effects.push(effect);
      if (this.effects.every(({ kind }) => kind === "notify")) break;
    }
  }

  private start(effect: StartFiring): void {
    const { executionName, at, firing: kind } = effect;
    const known = this.executions.get(executionName);
    if (!known) {
      const startedAt = this.begins ? this.now : undefined;
      this.executions.set(executionName, { status: "Running", at, kind, startedAt });
    }
    this.act({ type: "startTaken", effect });
    if (known && known.status !== "Running") this.tell(executionName);
  }

  private check(effect: CheckRunning): void {
    const ended = effect.firings.flatMap((firing) => {
      const execution = this.executions.get(firing.executionName);
      if (effect.stop && execution?.status === "Running") execution.status = "Stopped";
      if (execution?.status === "Running") return [];
      return [{ ...firing, endedAt: this.now, ...(execution && { status: execution.status }) }];
    });
    const began = effect.firings.flatMap((firing) => {
      const execution = this.executions.get(firing.executionName);
      const { status, startedAt } = execution ?? {};
      return status === "Running" && startedAt !== undefined ? [{ ...firing, startedAt }] : [];
    });
    this.act({ type: "runningChecked", effect, ended, began });
  }

  /** An execution begins that its flow had for a while. */
  begin(executionName: string): void {
    const execution = this.executions.get(executionName);
    if (execution) execution.startedAt = this.now;
  }

  /** An execution ends, and its schedule hears of it by default. */
  end(executionName: string, status: ExecutionStatus = "Succeeded", isHeard = true): void {
    const execution = this.executions.get(executionName);
    if (!execution) throw new Error(`no execution ${executionName}`);
    execution.status = status;
    if (isHeard) this.tell(executionName);
    if (isHeard) this.settle();
  }

  get running(): string[] {
    return [...this.executions].filter(([, { status }]) => status === "Running").map(([name]) => name);
  }

  get starts(): Start[] {
    return this.effects
      .filter((effect) => effect.kind === "startFiring")
      .map((effect) => ({ ...effect, input: this.machine.inputOf(effect) }));
  }

  get notices(): TellWebhook["notice"][] {
    return this.effects.filter((effect) => effect.kind === "notify").map(({ notice }) => notice);
  }

  /** Rows newest first, as `04:01:00 started`. */
  get verdicts(): string[] {
    return this.rows.map(({ at, kind, verdict }) => {
      const time = new Date(at).toISOString().slice(11, 19);
      return `${time} ${kind === "scheduled" ? "" : `${kind} `}${verdict}`;
    });
  }

  get rows(): Firing[] {
    return Array.from(this.machine.firings(OF.flow, OF.name), ([, firing]) => firing);
  }

  private tell(executionName: string): void {
    const execution = this.executions.get(executionName);
    if (!execution) return;
    const { status, at, kind, startedAt } = execution;
    const over = {
      type: "executionOver",
      ...OF,
      at,
      kind,
      executionName,
      status,
      endedAt: this.now,
      ...(status === "Failed" && { error: "NoDisk" }),
    } as const;
    this.act(startedAt === undefined ? over : { ...over, startedAt });
  }
}
