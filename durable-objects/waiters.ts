/** Requests that are held until something happens or their time is over. */
export class Waiters {
  private readonly waiting = new Set<() => void>();

  get count(): number {
    return this.waiting.size;
  }

  wait(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(() => finish(), milliseconds);
    const finish = () => {
      clearTimeout(timer);
      this.waiting.delete(finish);
      resolve();
    };
    this.waiting.add(finish);
    return promise;
  }

  release(): void {
    for (const finish of this.waiting) finish();
  }
}
