import type { Carried } from "../../carried.ts";
import type { JsonObject } from "../../json.ts";
import type { Beginning } from "./fork.ts";

/** A start whose input may be large. */
export type CarriedStart<S extends { readonly input: JsonObject; readonly begin?: Beginning }> = Omit<
  S,
  keyof CarriedValues
> &
  CarriedValues;

export interface CarriedValues {
  readonly input: Carried<JsonObject>;
  readonly begin?: Carried<Beginning>;
}
