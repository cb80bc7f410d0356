type Method = (...args: unknown[]) => Promise<unknown>;

/** One object in memory, from its first call to its death. */
export class Life {
  isAlive = true;
  readonly death: Promise<never>;
  instance: Record<string, Method> = {};
  private reject: (error: Error) => void;

  constructor() {
    const { promise, reject } = Promise.withResolvers<never>();
    this.death = promise;
    this.reject = reject;
    promise.catch(() => {});
  }

  end(): void {
    this.isAlive = false;
    this.reject(retryable("the object was reset"));
  }

  /** A dead object changes nothing any more, whatever it still runs. */
  guarded<A extends unknown[], R>(change: (...args: A) => R): (...args: A) => R {
    return (...args) => {
      if (!this.isAlive) throw new Error("this object is dead");
      return change(...args);
    };
  }
}

export function retryable(message: string): Error {
  return Object.assign(new Error(message), { retryable: true });
}
