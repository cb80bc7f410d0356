import type { JsonObject } from "../../json.ts";
import type { FrameAddress } from "./addresses.ts";
import type {
  ExecutionSucceeded,
  Fact,
  FactType,
  StepFailed,
  StepSucceeded,
  TaskFailed,
  TaskSucceeded,
} from "./fact.ts";
import type { ForeachStarted } from "./fan-facts.ts";
import type { ExecutionRedriven, GoneBack } from "./redrive-facts.ts";

/** Facts that carry values. */
interface WithValues {
  readonly stepSucceeded: Over<Omit<StepSucceeded, "local">, { readonly output: JsonObject }>;
  readonly stepFailed: Over<
    StepFailed,
    { readonly caught?: { readonly output: JsonObject; readonly goto: number } }
  >;
  readonly taskSucceeded: Over<TaskSucceeded, { readonly output: JsonObject; readonly log?: string }>;
  readonly taskFailed: Over<TaskFailed, { readonly log?: string }>;
  readonly executionRedriven: Over<
    ExecutionRedriven,
    { readonly from?: Over<GoneBack, { readonly local: JsonObject }>; readonly start?: JsonObject }
  >;
  readonly foreachStarted: Over<ForeachStarted, { readonly scope: JsonObject }>;
  readonly executionSucceeded: Over<ExecutionSucceeded, { readonly output: JsonObject }>;
}

type Over<A, B> = Omit<A, keyof B> & B;
type Placed<F> = F extends { readonly frame: string } ? Over<F, { readonly frame: FrameAddress }> : F;

/** A fact before its values have numbers, and with the address of its frame in place of the text. */
export type DraftOf<T extends FactType> = T extends keyof WithValues
  ? Placed<WithValues[T]>
  : Placed<Extract<Fact, { type: T }>>;
export type Draft = { [T in FactType]: DraftOf<T> }[FactType];
