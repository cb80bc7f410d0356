/** Stands for the platform's module of this name: the base class is all that our code takes from it. */
export class DurableObject<E> {
  protected readonly ctx: DurableObjectState;
  protected readonly env: E;

  constructor(ctx: DurableObjectState, env: E) {
    this.ctx = ctx;
    this.env = env;
  }
}

/** The simulation sets no variables of the module's own: objects are given theirs. */
export const env = {};
