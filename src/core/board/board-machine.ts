import type { BoardStand, SourceKind, Telling } from "../board-views.ts";
import type { Cells } from "../durable/cells.ts";
import { Records } from "../durable/records.ts";
import { GIVEN_UP } from "../durable/effects.ts";
import { given } from "../given.ts";
import { type EffectSource, type Machine, NOTHING_PARKED, type Parking } from "../machine.ts";
import { KEY_END } from "../text.ts";
import { BOARD_RESTLESS_MS, BOARD_ROUND_EVERY_MS } from "../view-limits.ts";
import { BoardMemory } from "./board-memory.ts";
import type { BoardCommand, BoardEffect, BoardOutcome, RoundWent } from "./command.ts";
import { ROUND_KINDS, type Round, askOf } from "./round.ts";
import { type Source, isBusy, isNewer, isSame, keyOf } from "./source.ts";

const OK: BoardOutcome = { ok: true };

/**
 * A little of everything, for whoever looks at all of it at once. It holds no truth: sources tell it how they stand, and
 * whatever is lost is told or asked for again.
 */
export class BoardMachine implements Machine<BoardCommand, BoardOutcome, BoardEffect> {
  private readonly cells: Cells;
  private memory: BoardMemory | undefined;
  private fresh: BoardEffect[] | undefined;

  constructor(cells: Cells) {
    this.cells = cells;
  }

  readonly effects: EffectSource<BoardEffect> = {
    takeNew: () => {
      const ask = this.ask();
      const taken = this.fresh ?? (ask ? [ask] : []);
      this.fresh = [];
      return taken;
    },
    isPending: ({ id }) => this.ask()?.id === id,
    boundOf: () => GIVEN_UP,
    ...NOTHING_PARKED,
  };

  /** False: it was made a moment ago, or anew, and has asked nobody yet. */
  get isBorn(): boolean {
    return this.load().head !== undefined;
  }

  get stand(): BoardStand {
    const { seq, head, isCut, asOf } = this.load();
    return { seq, isWhole: head?.wholeAt !== undefined, isCut, ...given({ asOf }) };
  }

  /** How long a source that told something may have something to tell again, at the most. */
  get settledMs(): number {
    return 2 * this.load().pauses.pauseMs;
  }

  get round(): Round | undefined {
    return this.load().head?.round;
  }

  sources(): Iterable<Source> {
    return this.load().sources.values();
  }

  /** What those of a kind told last. */
  *tellings<K extends SourceKind>(kind: K): Generator<Extract<Telling, { readonly kind: K }>> {
    for (const { telling } of this.sources()) if (isOfKind(telling, kind)) yield telling;
  }

  source(kind: SourceKind, name: string): Source | undefined {
    return this.load().sources.get(keyOf({ kind, name }));
  }

  /** Sources of a kind behind one name and up to another. */
  namesBetween(kind: SourceKind, after: string, until = KEY_END): string[] {
    const names = Array.from(this.sources(), ({ telling }) => (telling.kind === kind ? telling.name : ""));
    return names.filter((name) => name > after && name <= until);
  }

  /** Whether it may have changed without the board's knowledge: it runs, or it told something not long ago. */
  isRestless(kind: SourceKind, name: string, now: number): boolean {
    const source = this.source(kind, name);
    if (!source || source.toldAt > now - BOARD_RESTLESS_MS) return true;
    return isBusy(source);
  }

  handle(command: BoardCommand, now: number): BoardOutcome {
    switch (command.type) {
      case "tell":
        return this.tell(command.telling, now);
      case "tick":
        return this.tick(now);
      case "rebuild":
        return this.begin({ isWhole: true }, now);
      case "roundWent":
        return this.roundWent(command, now);
      case "effectOver":
        // Given up: its round goes on from there with the next tick.
        if (command.failure !== undefined && this.effects.isPending(command.effect)) this.rest();
        return OK;
      default:
        return OK;
    }
  }

  save(): void {
    this.load().records.save();
  }

  discardMemory(): void {
    this.memory = undefined;
    this.fresh = undefined;
  }

  takeParked(): readonly Parking[] {
    return this.load().records.unreadable.takeNew();
  }

  nextTimerAt(): undefined {
    return undefined;
  }

  wakeCommand(): BoardCommand {
    throw new Error("Broken invariant: the board has no timers");
  }

  private tell(telling: Telling, now: number): BoardOutcome {
    const { pauses } = this.load();
    if (!this.isBorn) this.begin({ isWhole: true }, now);
    this.take(telling, now);
    const pauseMs = telling.digest ? pauses.note(keyOf(telling), now) : pauses.pauseMs;
    return { ok: true, pauseMs };
  }

  /** What is older than what is known, or the same, changes nothing. */
  private take(telling: Telling, now: number): void {
    const memory = this.load();
    const known = this.source(telling.kind, telling.name)?.telling;
    if (known && (isSame(telling, known) || !isNewer(telling, known, now))) return;
    if (telling.digest) memory.keep(telling, now);
    else if (known) memory.remove(telling);
  }

  private tick(now: number): BoardOutcome {
    const { head } = this.load();
    if (!head) return this.begin({ isWhole: true }, now);
    const { round, roundAt = head.bornAt } = head;
    if (round) return this.goOn(round, now);
    // A clock that was set back makes none late.
    if (now < roundAt || now - roundAt >= BOARD_ROUND_EVERY_MS) this.begin({ isWhole: false }, now);
    return OK;
  }

  private begin({ isWhole }: Pick<Round, "isWhole">, now: number): BoardOutcome {
    const memory = this.load();
    const { bornAt = now, roundAt } = memory.head ?? {};
    const [kind = "flow"] = ROUND_KINDS;
    const round: Round = { begunAt: now, isWhole, kind, after: "", askedAt: now };
    const wholeAt = isWhole ? undefined : memory.head?.wholeAt;
    memory.moveHead({ bornAt, round, ...given({ roundAt, wholeAt }) });
    return this.askNow();
  }

  private goOn(round: Round, now: number): BoardOutcome {
    const memory = this.load();
    if (round.askedAt !== undefined || !memory.head) return OK;
    memory.putHead({ ...memory.head, round: { ...round, askedAt: now } });
    return this.askNow();
  }

  private askNow(): BoardOutcome {
    const ask = this.ask();
    if (ask) this.fresh = [...(this.fresh ?? []), ask];
    return OK;
  }

  private rest(): void {
    const memory = this.load();
    const { head } = memory;
    if (!head?.round) return;
    const { askedAt: _, ...round } = head.round;
    memory.putHead({ ...head, round });
  }

  private roundWent({ effect, tellings, step }: RoundWent, now: number): BoardOutcome {
    for (const telling of tellings) this.take(telling, now);
    const memory = this.load();
    const { head } = memory;
    if (!head?.round || !this.effects.isPending(effect)) return OK;
    const { round, ...rest } = head;
    const { begunAt, isWhole } = round;
    if (step === "over") memory.moveHead({ ...rest, roundAt: begunAt, ...(isWhole && { wholeAt: begunAt }) });
    else memory.putHead({ ...head, round: { begunAt, isWhole, ...step } });
    return OK;
  }

  private ask(): BoardEffect | undefined {
    const { round } = this;
    return round && askOf(round);
  }

  private load(): BoardMemory {
    return (this.memory ??= new BoardMemory(new Records(this.cells)));
  }
}

function isOfKind<K extends SourceKind>(
  telling: Telling,
  kind: K,
): telling is Extract<Telling, { readonly kind: K }> {
  return telling.kind === kind;
}
