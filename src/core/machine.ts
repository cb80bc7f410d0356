/**
 * What the generic host (core/host) runs: the state of one object, as commands change it. A machine works on memory;
 * `save` writes what changed since the last save. Nothing in it waits.
 */
export interface Machine<Command, Outcome, Effect extends AnyEffect> {
  /** What is to be done outside because of what was committed. */
  readonly effects: EffectSource<Effect>;
  /** Decides one command and changes the memory. It throws only for internal errors; then the memory is discarded. */
  handle(command: Command | EffectCommand<Effect>, now: number): Outcome;
  /** What else follows once all commands of a commit were handled: waiting readers are served together. */
  beforeSave?(now: number): void;
  /** Writes all changes since the last save; runs inside one transaction with the commands before it. */
  save(now: number): void;
  /** Forgets the memory: the next call reads the store again. */
  discardMemory(): void;
  /**
   * Asked after `handle` or `save` threw and the memory was discarded: whether the machine knows now what to leave out. Then
   * the same commands are handled again.
   */
  learnFrom?(error: unknown): boolean;
  /** What was parked since the last call, for the log and the metrics. */
  takeParked?(): readonly Parking[];
  /** Earliest instant at which `wakeCommand` has something to do; in the past when work was cut into turns. */
  nextTimerAt(): number | undefined;
  /** Nothing will ever be due again, and nothing is left to do: an alarm would only wake the object for nothing. */
  isOver?(): boolean;
  /** The command that settles a bounded slice of what is due, or goes on with work that was cut into turns. */
  wakeCommand(): Command;
}

/** Something that is left alone, so that it holds up nothing else. */
export interface Parking {
  /** `schedule`, `row`, or the kind of an effect. */
  readonly kind: string;
  /** What it is, by a name that is unique in its object. */
  readonly id: string;
  readonly reason: string;
}

/** Something to do outside because of a change; done at least once, and its receiver drops repeats by what it names. */
export interface AnyEffect {
  /** Unique within the object, for ever. */
  readonly id: string;
  readonly kind: string;
  /** When it was asked for (epoch ms); its bound counts from then. 0: of no time, each memory does it once anew. */
  readonly since: number;
}

/** The effects of one object that are not done. */
export interface EffectSource<Effect extends AnyEffect> {
  /** Those asked for since the last call; of a fresh memory all that are not done. */
  takeNew(): readonly Effect[];
  /** False when an effect no longer needs to be done, because what it was for has happened or is over. Changes nothing. */
  isPending(effect: Effect): boolean;
  boundOf(effect: Effect): Bound;
  /** Those that are tried hardly any more. */
  parked(): readonly ParkedEffect[];
  /** Of an effect that is parked. */
  parkedOf(effect: Effect): ParkedEffect | undefined;
}

/**
 * What becomes of an effect that fails again and again: it is repeated for ever, or it fails or is parked so long after it
 * was asked for.
 */
export type Bound =
  | { readonly is: "repeat" }
  | { readonly is: "fail"; readonly afterMs: number }
  | { readonly is: "park"; readonly afterMs: number };

/** What a head shows of it: an effect with its times, or a row that cannot be read. */
export type ShownParking = Parking & Partial<ParkedEffect>;

/** An effect that waits until it is asked for again, or until a long pause is over. Times are epoch milliseconds. */
export interface ParkedEffect extends Parking {
  /** Since when. */
  readonly at: number;
  /** As far as the last memory knew. */
  readonly tries: number;
  readonly retryAt: number;
}

/** The host's word that an effect was done or, with a failure, given up: the machine decides what that means. */
export interface EffectOver<Effect extends AnyEffect> {
  readonly type: "effectOver";
  readonly effect: Effect;
  /** Why the last try failed. */
  readonly failure?: string;
}

/** The host's word that an effect was tried long enough for now. */
export interface EffectParked<Effect extends AnyEffect> {
  readonly type: "effectParked";
  readonly effect: Effect;
  readonly tries: number;
  readonly reason: string;
}

/** Somebody asks for all that is parked to be tried again. */
export interface RetryEffects {
  readonly type: "retryEffects";
}

/** Every machine handles these like any other command. */
export type EffectCommand<Effect extends AnyEffect> =
  | EffectOver<Effect>
  | EffectParked<Effect>
  | RetryEffects;

/** Of an object all of whose effects are repeated or fail. */
export const NOTHING_PARKED = { parked: () => [], parkedOf: () => undefined } as const;
