import { parseOwn } from "../json.ts";
import { WORKERS_CHANGED_WRITTEN_MS, WORKERS_PER_ROW, WORKERS_SEEN_WRITTEN_MS } from "../limits.ts";
import { assert } from "../result.ts";
import type { WorkerEntry } from "./worker-entry.ts";

/** What a row does not have yet: when its workers were seen, more than that, or what nobody may forget. */
export type Unwritten = "seen" | "changed" | "atOnce";

interface Page {
  readonly number: number;
  readonly entries: Set<WorkerEntry>;
  writtenAt: number;
  /** Of the save that wrote it. */
  nth: number;
  unwritten: Unwritten | undefined;
}

interface WorkersRow {
  readonly at: number;
  /** Absent in rows of an earlier release. */
  readonly nth?: number;
  readonly entries: readonly WorkerEntry[];
}

const PAUSE_MS: Readonly<Record<Unwritten, number>> = {
  seen: WORKERS_SEEN_WRITTEN_MS,
  changed: WORKERS_CHANGED_WRITTEN_MS,
  atOnce: 0,
};
const ORDER: readonly Unwritten[] = ["seen", "changed", "atOnce"];

/** Who works, packed into rows: each is written now and then, however often its workers call. */
export class RegistryPages {
  private readonly pages: Page[] = [];
  private readonly places = new Map<WorkerEntry, Page>();
  /** Of the last save that anything knows of. */
  nth = 0;

  /** Takes a row back; gives its workers. */
  restore(number: number, text: string): readonly WorkerEntry[] {
    const { at, nth = 0, entries } = parseOwn<WorkersRow>(text);
    while (this.pages.length <= number) this.addPage();
    const page = this.pages[number];
    assert(page, "the page was added");
    Object.assign(page, { writtenAt: at, nth });
    this.nth = Math.max(this.nth, nth);
    for (const entry of entries) this.put(entry, page);
    return entries;
  }

  add(entry: WorkerEntry): void {
    const page = this.pages.find(({ entries }) => entries.size < WORKERS_PER_ROW) ?? this.addPage();
    this.put(entry, page);
    this.mark(entry, "changed");
  }

  remove(entry: WorkerEntry): void {
    this.mark(entry, "changed");
    this.places.get(entry)?.entries.delete(entry);
    this.places.delete(entry);
  }

  mark(entry: WorkerEntry, unwritten: Unwritten): void {
    const page = this.places.get(entry);
    if (!page) return;
    const before = page.unwritten === undefined ? -1 : ORDER.indexOf(page.unwritten);
    if (ORDER.indexOf(unwritten) > before) page.unwritten = unwritten;
  }

  /** What changed is written with this commit. */
  hasten(): void {
    for (const page of this.pages) if (page.unwritten === "changed") page.unwritten = "atOnce";
  }

  /** When what is known of a worker was written last; 0 when it never was. */
  writtenAt(entry: WorkerEntry): number {
    return this.places.get(entry)?.writtenAt ?? 0;
  }

  /** Of the save that wrote its row; 0 when none did. */
  nthOf(entry: WorkerEntry): number {
    return this.places.get(entry)?.nth ?? 0;
  }

  /** Gives the workers whose rows are written. */
  save(write: (number: number, text: string) => void, now: number): readonly WorkerEntry[] {
    const written: WorkerEntry[] = [];
    const nth = ++this.nth;
    for (const page of this.pages) {
      if (page.unwritten === undefined || now - page.writtenAt < PAUSE_MS[page.unwritten]) continue;
      const row: WorkersRow = { at: now, nth, entries: [...page.entries] };
      write(page.number, JSON.stringify(row));
      Object.assign(page, { writtenAt: now, nth, unwritten: undefined });
      written.push(...page.entries);
    }
    return written;
  }

  clear(): void {
    this.pages.length = 0;
    this.places.clear();
  }

  private addPage(): Page {
    const page: Page = {
      number: this.pages.length,
      entries: new Set(),
      writtenAt: 0,
      nth: 0,
      unwritten: undefined,
    };
    this.pages.push(page);
    return page;
  }

  private put(entry: WorkerEntry, page: Page): void {
    page.entries.add(entry);
    this.places.set(entry, page);
  }
}
