import type { Held } from "./held.ts";
import type { Lease } from "./lease-guard.ts";
import { ENTRIES_PER_CALL } from "./limits.ts";

/** All that a runner holds of one queue. */
export class HeldTasks {
  private readonly byReceipt = new Map<string, Held>();

  get size(): number {
    return this.byReceipt.size;
  }

  all(): Held[] {
    return [...this.byReceipt.values()];
  }

  get(receipt: string): Held | undefined {
    return this.byReceipt.get(receipt);
  }

  add(held: Held): void {
    this.byReceipt.set(held.receipt, held);
  }

  forget(held: Held): void {
    held.settle();
    this.byReceipt.delete(held.receipt);
  }

  /** Not begun yet, in the order in which they came. */
  waiting(): Held[] {
    return this.all().filter(({ state }) => state === "waiting");
  }

  hasWaiting(): boolean {
    for (const { state } of this.byReceipt.values()) if (state === "waiting") return true;
    return false;
  }

  /**
   * What a call shall carry a beat for, if any is due: all whose beat would be due soon, since one call extends them all.
   * What must be confirmed before it begins is due at once, but not by a call that is held.
   */
  due(now: number, isHeldCall: boolean): Held[] {
    const quiet = this.all().filter(
      ({ isBeating, isUnconfirmed }) => !isBeating && !(isHeldCall && isUnconfirmed),
    );
    const isDue = ({ beatAt, isUnconfirmed }: Held) => isUnconfirmed || beatAt <= now;
    if (!quiet.some(isDue)) return [];
    return quiet.filter((held) => isDue(held) || held.isDueSoon(now)).slice(0, ENTRIES_PER_CALL);
  }

  /** When the next call with a beat is due; a call that is out carries those of its own. */
  nextBeatAt(): number {
    const dues = this.all().filter(({ isBeating }) => !isBeating);
    return Math.min(...dues.map(({ beatAt }) => beatAt));
  }

  /** Milliseconds until the first beat is due, once these have had theirs. */
  untilDueMs(beating: readonly Held[], now: number): number {
    const dues = this.all().map((held) => (beating.includes(held) ? held.pauseMs() : held.beatAt - now));
    return Math.min(...dues);
  }

  /** For another thread, which beats while this one is busy. */
  leases(queue: string, now: number): Lease[] {
    return this.all()
      .filter(({ mayBeatElsewhere, overCode }) => mayBeatElsewhere && overCode === undefined)
      .map(({ receipt, beatAt }) => ({ queue, receipt, dueInMs: Math.max(beatAt - now, 0) }));
  }

  /** Whose lease was never extended, as far as is known. */
  expired(now: number): Held[] {
    return this.all().filter(({ leaseUntil, isBeating }) => leaseUntil <= now && !isBeating);
  }
}
