import { type Cells, sortable, withPrefix } from "../cells.ts";
import { parseOwn } from "../json.ts";
import { AUDIT_KEPT_MS, AUDIT_PURGED_AT_ONCE } from "../limits.ts";
import type { Role } from "./access-keys.ts";

/** Who changed what, when, and from where. */
export interface AuditEntry {
  /** Also the id of the request. */
  readonly id: string;
  readonly at: number;
  readonly accessKeyId: string;
  readonly role: Role;
  /** The operation, such as `PUT /v1/flows/{flow}`. */
  readonly action: string;
  /** What it was done to, by the names in the operation's path. */
  readonly target: Readonly<Record<string, string>>;
  /** The caller's network address, where the platform tells it. */
  readonly from?: string;
  /** What the caller was answered; absent when the service died over it, and nobody knows. */
  readonly status?: number;
}

export interface AuditQuery {
  readonly limit: number;
  readonly cursor?: string;
  readonly from?: number;
  readonly to?: number;
  readonly accessKeyId?: string;
}

export interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly cursor?: string;
}

export type AuditCommand =
  | { readonly type: "auditAsked"; readonly entry: Omit<AuditEntry, "at" | "status"> }
  | {
      readonly type: "auditAnswered";
      readonly id: string;
      readonly at: number;
      readonly status: number;
      /** What was made, where the path could not name it yet. */
      readonly made?: Readonly<Record<string, string>>;
    };

const PREFIX = "audit:";
/** Entries that one page looks at: with a filter it may show fewer than asked for. */
const SCANNED_MAX = 10_000;

/** An entry is written before its change is made, so that no change goes without one. */
export class AuditLog {
  private readonly cells: Cells;

  constructor(cells: Cells) {
    this.cells = cells;
  }

  handle(command: AuditCommand, now: number): { ok: true; at: number } {
    if (command.type === "auditAsked") {
      this.purge(now);
      const entry: AuditEntry = { ...command.entry, at: now };
      this.cells.write(keyOf(entry), JSON.stringify(entry));
      return { ok: true, at: now };
    }
    const text = this.cells.read(keyOf(command));
    if (text !== undefined) {
      const asked = parseOwn<AuditEntry>(text);
      const { status, made } = command;
      const entry: AuditEntry = { ...asked, status, target: { ...asked.target, ...made } };
      this.cells.write(keyOf(entry), JSON.stringify(entry));
    }
    return { ok: true, at: command.at };
  }

  /** Newest first. */
  page({ limit, cursor, from = 0, to = Number.MAX_SAFE_INTEGER, accessKeyId }: AuditQuery): AuditPage {
    const items: AuditEntry[] = [];
    let scanned = 0;
    const end = cursor ?? sortable(to);
    for (const [key, text] of withPrefix(this.cells, PREFIX, "descending", end)) {
      const entry = parseOwn<AuditEntry>(text);
      if (entry.at < from) break;
      if (accessKeyId === undefined || entry.accessKeyId === accessKeyId) items.push(entry);
      if (items.length >= limit || ++scanned >= SCANNED_MAX)
        return { items, cursor: key.slice(PREFIX.length) };
    }
    return { items };
  }

  /** The oldest entries go when new ones come, a few at a time. */
  private purge(now: number): void {
    const old: string[] = [];
    for (const [key] of this.cells.range(PREFIX, `${PREFIX}${sortable(Math.max(0, now - AUDIT_KEPT_MS))}`)) {
      if (old.push(key) >= AUDIT_PURGED_AT_ONCE) break;
    }
    for (const key of old) this.cells.delete(key);
  }
}

function keyOf({ at, id }: { at: number; id: string }): string {
  return `${PREFIX}${sortable(at)}:${id}`;
}
