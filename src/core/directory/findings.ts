import type { Records, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { FINDINGS_KEPT, HEALED_KEPT_MS } from "../inspection-limits.ts";
import type { ToldFindings } from "./acknowledgements.ts";
import type { FindingCode, InspectedKind } from "../inspection-kinds.ts";
import type { DoctorView, Finding, InspectedObject, KeptFinding } from "../inspection-views.ts";

interface Row extends KeptFinding {
  /** Number of the round that told it last. */
  readonly round: number;
}

const ROW = shaped<Row>({
  kind: "text",
  object: "text",
  code: "text",
  since: "number",
  detail: "text",
  healed: "flag",
  foundAt: "number",
  round: "number",
});

const TOLD_THEMSELVES: ReadonlySet<FindingCode> = new Set(["deadLetters", "noWorkers", "noFuture"]);

/** When something is told. */
interface At {
  readonly round: number;
  readonly now: number;
}

/** What rounds found: open ones until their object is well again, healed ones for a while. */
export class Findings {
  private readonly rows: Table<Row>;

  constructor(records: Records) {
    this.rows = records.table("finding:", ROW);
  }

  /** An object told these in a round; `isAll`: it has no others, so what it told before is over. */
  note({ kind, name: object }: InspectedObject, findings: readonly Finding[], at: At, isAll: boolean): void {
    const { round, now } = at;
    for (const one of findings) this.put({ ...one, kind, object, round, foundAt: now });
    if (isAll) this.close(kind, object, round);
    if (findings.length > 0) this.forgetSome();
  }

  /** Healed ones that were kept long enough go. */
  forgetHealed(now: number): void {
    for (const [key, { healed, foundAt }] of Array.from(this.rows.entries()))
      if (healed && foundAt < now - HEALED_KEPT_MS) this.rows.delete(key);
  }

  /** Of an object that is no more. */
  forget(kind: InspectedKind, object: string): void {
    this.rows.clear(prefixOf(kind, object));
  }

  view(): Pick<DoctorView, "findings" | "counts"> {
    const rows = Array.from(this.rows.entries(), ([, { round: _, ...one }]) => one);
    const counts: Partial<Record<FindingCode, number>> = {};
    for (const { code, healed } of rows) if (!healed) counts[code] = (counts[code] ?? 0) + 1;
    return { findings: rows.toSorted(byUrgency), counts };
  }

  /** The open ones by their codes, without those that the board is told by the objects themselves. */
  told(): ToldFindings[] {
    const told = new Map<FindingCode, ToldFindings>();
    for (const [, { code, since, healed }] of this.rows.entries()) {
      if (healed || TOLD_THEMSELVES.has(code)) continue;
      const { count = 0, since: newest = since } = told.get(code) ?? {};
      told.set(code, { code, count: count + 1, since: Math.max(since, newest) });
    }
    return [...told.values()];
  }

  /** What stays as it was is known since it was found first. */
  private put(row: Row): void {
    const key = `${prefixOf(row.kind, row.object)}${row.code}:${row.name ?? ""}`;
    const known = this.rows.getReadable(key);
    const isOpenStill = known !== undefined && !known.healed && !row.healed;
    const { since, foundAt } = isOpenStill ? known : row;
    this.rows.put(key, { ...row, since, foundAt });
  }

  private close(kind: InspectedKind, object: string, round: number): void {
    for (const [key, row] of Array.from(this.rows.entries({ within: prefixOf(kind, object) })))
      if (!row.healed && row.round < round) this.rows.delete(key);
  }

  /** The newest stay, open ones before healed ones. */
  private forgetSome(): void {
    const all = Array.from(this.rows.entries());
    if (all.length <= FINDINGS_KEPT) return;
    const inOrder = all.toSorted(([, a], [, b]) => byUrgency(a, b));
    for (const [key] of inOrder.slice(FINDINGS_KEPT)) this.rows.delete(key);
  }
}

/** Names of objects have no colon. */
function prefixOf(kind: InspectedKind, object: string): string {
  return `${kind}:${object}:`;
}

function byUrgency(a: KeptFinding, b: KeptFinding): number {
  return Number(a.healed) - Number(b.healed) || b.since - a.since;
}
