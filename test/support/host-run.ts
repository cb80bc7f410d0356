import { type ParkedRow, parkedRow } from "../../src/core/durable/effects.ts";
import { Host } from "../../src/core/host/host.ts";
import type { HostPorts, LogEntry, Performed } from "../../src/core/host/ports.ts";
import { EFFECT_GIVE_UP_MS } from "../../src/core/limits.ts";
import type {
  AnyEffect,
  Bound,
  EffectCommand,
  EffectOver,
  EffectSource,
  Machine,
  Parking,
} from "../../src/core/machine.ts";
import { HOUR_MS } from "../../src/core/time.ts";

export type Command = string;

export interface Ping extends AnyEffect {
  readonly kind: "ping" | "slow" | "patient";
}

const BOUNDS: { readonly [K in Ping["kind"]]: Bound } = {
  ping: { is: "fail", afterMs: EFFECT_GIVE_UP_MS },
  slow: { is: "repeat" },
  patient: { is: "park", afterMs: EFFECT_GIVE_UP_MS },
};

function kindOf(id: string): Ping["kind"] {
  if (id.startsWith("s")) return "slow";
  return id.startsWith("p") ? "patient" : "ping";
}

/**
 * A list of words: `!x` asks for effect x (slow ones begin with s, patient ones with p), `boom` meets an internal error, as does the answer for
 * `!bad`, `spoilt` meets one until it is known, `later` and `much later` set a timer, `busy` one that is due for ever.
 */
export class Words implements Machine<Command, string, Ping> {
  saved: string[] = [];
  saves = 0;
  timerAt: number | undefined;
  private memory: string[] = [];
  private spoilt = false;
  private parkings: Parking[] = [];
  /** Nothing can come any more once `over` was said. */
  private wasOver = false;
  private readonly pending = new Map<string, Ping>();
  private readonly parkedRows = new Map<string, ParkedRow>();
  private fresh: Ping[] = [];

  readonly effects: EffectSource<Ping> = {
    takeNew: () => this.fresh.splice(0),
    isPending: ({ id }) => this.pending.has(id),
    boundOf: ({ kind }) => BOUNDS[kind],
    parked: () => [...this.parkedRows.values()],
    parkedOf: ({ id }) => this.parkedRows.get(id),
  };

  handle(command: Command | EffectCommand<Ping>, now: number): string {
    if (typeof command === "object") return this.answer(command, now);
    if (command === "spoilt") return this.leaveOut(command);
    if (command === "boom") throw new Error("an internal error");
    if (command === "busy") this.timerAt = now;
    if (command.startsWith("!")) this.ask(command.slice(1), now);
    if (command === "later") this.timerAt = now + 1000;
    if (command === "much later") this.timerAt = now + HOUR_MS;
    if (command === "wake" && !this.memory.includes("busy")) this.timerAt = undefined;
    if (command === "over") this.wasOver = true;
    this.memory.push(command);
    return `${command}@${now}`;
  }

  save(): void {
    this.saves++;
    this.saved = [...this.memory];
  }

  discardMemory(): void {
    this.memory = [...this.saved];
    this.fresh = [...this.pending.values()];
  }

  nextTimerAt(): number | undefined {
    return this.timerAt;
  }

  isOver(): boolean {
    return this.wasOver && this.pending.size === 0;
  }

  wakeCommand(): Command {
    return "wake";
  }

  learnFrom(error: unknown): boolean {
    if (this.spoilt || !(error instanceof Error) || error.message !== "spoilt") return false;
    return (this.spoilt = true);
  }

  takeParked(): readonly Parking[] {
    return this.parkings.splice(0);
  }

  private leaveOut(command: Command): string {
    if (!this.spoilt) throw new Error(command);
    this.parkings.push({ kind: "word", id: command, reason: "an internal error" });
    return "left out";
  }

  private answer(command: EffectCommand<Ping>, now: number): string {
    if (command.type === "effectOver") return this.over(command);
    if (command.type === "effectParked") {
      const { id } = command.effect;
      this.parkedRows.set(id, parkedRow(command, this.parkedRows.get(id), now));
      return `parked ${id}`;
    }
    for (const id of this.parkedRows.keys()) this.ask(id, now);
    this.parkedRows.clear();
    return "retried";
  }

  private over({ effect: { id }, failure }: EffectOver<Ping>): string {
    if (id === "bad") throw new Error("nobody can answer for it");
    this.pending.delete(id);
    this.parkedRows.delete(id);
    const word = failure === undefined ? `done ${id}` : `gave up ${id}: ${failure}`;
    this.memory.push(word);
    return word;
  }

  private ask(id: string, since: number): void {
    const effect: Ping = { id, kind: kindOf(id), since };
    this.pending.set(id, effect);
    this.fresh.push(effect);
  }
}

export const NO_ALARM = -1;

/** A host of words on ports that the test moves. */
export class HostRun {
  readonly machine = new Words();
  now = 10_000;
  transactions = 0;
  readonly alarms: number[] = [];
  readonly logged: LogEntry[] = [];
  readonly performed: string[][] = [];
  /** What comes of an effect. */
  perform: (effects: readonly Ping[], tries: number) => Promise<Performed<Command>> = async () => ({
    done: true,
  });
  readonly ports: HostPorts<Command, Ping> = {
    now: () => this.now,
    collectBatch: () => Promise.resolve(),
    transaction: (work) => {
      this.transactions++;
      return work();
    },
    setAlarm: (at) => void this.alarms.push(at),
    clearAlarm: () => void this.alarms.push(NO_ALARM),
    perform: (effects, tries) => {
      this.performed.push(effects.map(({ id }) => id));
      return this.perform(effects, tries);
    },
    groupKey: ({ id }) => (id.startsWith("s") ? id : (id[0] ?? "")),
    groupsAtOnce: () => 2,
    background: (work) => void work.catch(() => {}),
    log: (entry) => void this.logged.push(entry),
  };
  readonly host = new Host<Command, string, Ping>(this.machine, this.ports);

  /** Time passes, and the alarm rings; then everything happens that waits for nothing but its turn. */
  async pass(milliseconds: number): Promise<void> {
    this.now += milliseconds;
    await this.host.wake();
    await settle();
  }
}

/** Lets everything that waits for nothing but its turn happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
