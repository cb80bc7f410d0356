/** How many tasks a runner may still take; without end unless somebody says so. */
export class Budget {
  private left: number;

  constructor(tasks: number) {
    this.left = tasks;
  }

  get isEndless(): boolean {
    return this.left === Infinity;
  }

  get isSpent(): boolean {
    return this.left <= 0;
  }

  /** At most what is left; what was not needed is given back. */
  claim(wanted: number): number {
    const claimed = Math.min(wanted, this.left);
    this.left -= claimed;
    return claimed;
  }

  giveBack(count: number): void {
    this.left += count;
  }
}
