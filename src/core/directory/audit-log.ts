import type { Records, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { sortable } from "../text.ts";
import { AUDIT_KEPT_MS, AUDIT_PURGED_AT_ONCE } from "../limits.ts";
import type { Role } from "./access-keys.ts";

/** Who changed what, when, and from where. */
export interface AuditEntry {
  /** Also the id of the request. */
  readonly id: string;
  readonly at: number;
  /** Empty where somebody was refused who named no key. */
  readonly accessKeyId: string;
  /** Of whoever did it; absent where a sign-in was refused. */
  readonly role?: Role;
  /** The operation, such as `PUT /v1/flows/{flow}`. */
  readonly action: string;
  /** What it was done to, by the names in the operation's path. */
  readonly target: Readonly<Record<string, string>>;
  /** The caller's network address, where the platform tells it. */
  readonly from?: string;
  /** Why, as the caller said. */
  readonly reason?: string;
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
  | { readonly type: "auditAsked"; readonly entry: Omit<AuditEntry, "at"> }
  | {
      readonly type: "auditAnswered";
      readonly id: string;
      readonly at: number;
      readonly status: number;
      /** What was made, where the path could not name it yet. */
      readonly made?: Readonly<Record<string, string>>;
    };

const ENTRY = shaped<AuditEntry>({
  id: "text",
  at: "number",
  accessKeyId: "text",
  action: "text",
  target: "object",
});

/** Entries that one page looks at: with a filter it may show fewer than asked for. */
const SCANNED_MAX = 10_000;

/** An entry is written before its change is made, so that no change goes without one. */
export class AuditLog {
  private readonly table: Table<AuditEntry>;

  constructor(records: Records) {
    this.table = records.table("audit:", ENTRY);
  }

  handle(command: AuditCommand, now: number): { ok: true; at: number } {
    if (command.type === "auditAsked") {
      this.purge(now);
      const entry: AuditEntry = { ...command.entry, at: now };
      this.table.put(keyOf(entry), entry);
      return { ok: true, at: now };
    }
    const asked = this.table.get(keyOf(command));
    if (asked) {
      const { status, made } = command;
      this.table.put(keyOf(command), { ...asked, status, target: { ...asked.target, ...made } });
    }
    return { ok: true, at: command.at };
  }

  /** Newest first. */
  page({ limit, cursor, from = 0, to = Number.MAX_SAFE_INTEGER, accessKeyId }: AuditQuery): AuditPage {
    const items: AuditEntry[] = [];
    let scanned = 0;
    const after = cursor ?? sortable(to);
    for (const [key, entry] of this.table.entries({ order: "descending", after })) {
      if (entry.at < from) break;
      if (accessKeyId === undefined || entry.accessKeyId === accessKeyId) items.push(entry);
      if (items.length >= limit || ++scanned >= SCANNED_MAX) return { items, cursor: key };
    }
    return { items };
  }

  /** The oldest entries go when new ones come, a few at a time. */
  private purge(now: number): void {
    const old: string[] = [];
    for (const key of this.table.keys({ until: sortable(Math.max(0, now - AUDIT_KEPT_MS)) })) {
      if (old.push(key) >= AUDIT_PURGED_AT_ONCE) break;
    }
    for (const key of old) this.table.delete(key);
  }
}

function keyOf({ at, id }: { at: number; id: string }): string {
  return `${sortable(at)}:${id}`;
}
