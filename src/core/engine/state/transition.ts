import type { FactType } from "./fact.ts";
import type { Phase } from "./phase.ts";

export type PhaseName = Phase["is"];

/** A move that a fact may make: of its own frame, or of the control step that its frame lies in. */
export interface Transition {
  readonly of: "frame" | "owner";
  readonly from: readonly PhaseName[];
  readonly to: readonly PhaseName[];
}

/** Each step file begins with the moves of its facts; steps/transitions.ts has all of them. */
export type Transitions<T extends FactType> = { readonly [K in T]: readonly Transition[] };

export function row(from: readonly PhaseName[], to: readonly PhaseName[]): Transition {
  return { of: "frame", from, to };
}

/** Of a fact about a list that lies inside a control step. */
export function ownerRow(from: readonly PhaseName[], to: readonly PhaseName[]): Transition {
  return { of: "owner", from, to };
}
