import { INSPECTED_AT_ONCE } from "../inspection-limits.ts";
import { INSPECTED_KINDS, type InspectedKind } from "../inspection-kinds.ts";
import type { InspectedObject, InspectedTo, Inspection, RoundView } from "../inspection-views.ts";
import type { AnyEffect } from "../machine.ts";

/** One walk over the objects, as far as it has come. */
export interface Round extends RoundView {
  /** Everything up to here had its turn. */
  readonly kind: InspectedKind;
  readonly after: string;
  /** Objects that have more to tell. */
  readonly left: readonly Visit[];
  /** When it was to go on; absent while it waits for the next tick. */
  readonly askedAt?: number;
}

/** An object to be asked, from where it had come to. */
export interface Visit extends InspectedObject {
  readonly from?: InspectedTo;
}

/** What it answered. */
export interface Visited extends Visit {
  readonly inspection: Inspection;
}

/** Visit some objects, from where a round has come to. */
export interface InspectObjects extends AnyEffect {
  readonly kind: "inspectObjects";
}

export interface ObjectsInspected {
  readonly type: "objectsInspected";
  readonly effect: InspectObjects;
  readonly visited: readonly Visited[];
  /** Those of this slice that have more to tell. */
  readonly left: readonly Visit[];
}

/** What one slice visits, and where the round goes on behind it. */
export interface Slice {
  readonly visits: readonly Visit[];
  readonly next: Pick<Round, "kind" | "after"> | "over";
}

export function effectOf({ number, kind, after, askedAt, left }: Round): InspectObjects | undefined {
  if (askedAt === undefined) return undefined;
  const [first] = left;
  const more = first?.from ? `:${first.name}:${first.from.number}` : "";
  return { kind: "inspectObjects", id: `inspect:${number}:${kind}:${after}${more}`, since: askedAt };
}

/** The next slice of a round: what has more to tell first, by itself. `namesOf` gives those that are meant, behind a name. */
export function sliceOf(
  { kind, after, left }: Round,
  namesOf: (kind: InspectedKind, after: string) => Iterable<string>,
): Slice {
  if (left.length > 0) return { visits: left, next: { kind, after } };
  const visits: Visit[] = [];
  for (const one of INSPECTED_KINDS.slice(INSPECTED_KINDS.indexOf(kind)))
    for (const name of namesOf(one, one === kind ? after : "")) {
      visits.push({ kind: one, name });
      if (visits.length >= INSPECTED_AT_ONCE) return { visits, next: { kind: one, after: name } };
    }
  return { visits, next: "over" };
}
