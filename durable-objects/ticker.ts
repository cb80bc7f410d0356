/** A clock in memory that rings once, at the earliest of the times it was set to. */
export class Ticker {
  private ticking: { readonly at: number; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  /** Takes an instant in epoch milliseconds. */
  set(at: number, ring: () => void): void {
    if (this.ticking && this.ticking.at <= at) return;
    if (this.ticking) clearTimeout(this.ticking.timer);
    const timer = setTimeout(
      () => {
        this.ticking = undefined;
        ring();
      },
      Math.max(0, at - Date.now()),
    );
    this.ticking = { at, timer };
  }

  /** There is nothing to ring for: whoever has a clock that runs cannot sleep. */
  stop(): void {
    if (this.ticking) clearTimeout(this.ticking.timer);
    this.ticking = undefined;
  }
}
