/** What is recorded of effects; the rules of `fact.ts` hold. */

export interface EffectDone {
  readonly type: "effectDone";
  readonly id: string;
}

/** It was tried for long, and waits now. */
export interface EffectParked {
  readonly type: "effectParked";
  readonly id: string;
  readonly tries: number;
  readonly reason: string;
}

/** Somebody asked for these parked ones anew. */
export interface EffectsRetried {
  readonly type: "effectsRetried";
  readonly ids: readonly string[];
}
