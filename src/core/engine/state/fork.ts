import type { JsonObject } from "../../json.ts";
import type { Packed } from "./values.ts";

/** Where an execution begins that does not begin with its flow's first step (spec: operations section 2). */
export interface Beginning {
  /** Of the flow's own list. */
  readonly step: string;
  /** That list's local variable, as the step finds it. */
  readonly local: JsonObject;
}

/** Of which execution of the same flow another one was made. */
export type ForkedFrom = {
  readonly name: string;
  /** Which step the new one begins with, and the event with which it was entered; absent: with the first one. */
  readonly step?: string;
  readonly event?: number;
};

/** What a start's fact tells of it. */
export interface Origin {
  /** Absent: it begins with the first step. */
  readonly begin?: { readonly step: Beginning["step"]; readonly local: Packed };
  readonly forkedFrom?: ForkedFrom;
}
