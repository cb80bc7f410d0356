/**
 * What the generic host (core/host) runs: the state of one object, as commands change it. A machine works on memory;
 * `save` writes what changed since the last save. Nothing in it waits.
 */
export interface Machine<Command, Outcome, Effect extends AnyEffect> {
  /** Decides one command and changes the memory. It throws only for our own bugs; then the memory is dropped. */
  handle(command: Command, now: number): Outcome;
  /** What else follows once all commands of a commit were handled: waiting readers are served together. */
  beforeSave?(now: number): void;
  /** Writes all changes since the last save; runs inside one transaction with the commands before it. */
  save(now: number): void;
  /** Forgets the memory: the next call reads the store again. */
  discardMemory(): void;
  /** Earliest instant at which `wakeCommand` has something to do; in the past when work was cut into turns. */
  nextTimerAt(): number | undefined;
  /** Nothing will ever be due again, and nothing is left to do: an alarm would only wake the object for nothing. */
  isOver?(): boolean;
  /** The command that settles a bounded slice of what is due, or goes on with work that was cut into turns. */
  wakeCommand(): Command;
  /** Effects asked for since the last call; after a drop or a start all that are not done. */
  takeNewEffects(): readonly Effect[];
  /** False when an effect no longer needs to be done, because what it was for has happened or is over. */
  isPending(effect: Effect): boolean;
  effectDone(effect: Effect): Command;
  /** The effect was given up: the machine decides what that means. */
  effectFailed(effect: Effect, reason: string): Command;
}

/** Something to do outside because of a change; done at least once, and its receiver drops repeats by what it names. */
export interface AnyEffect {
  /** Unique within the object, for ever. */
  readonly id: string;
  readonly kind: string;
  /** When it was asked for (epoch ms); it is given up some hours later. */
  readonly since: number;
}
