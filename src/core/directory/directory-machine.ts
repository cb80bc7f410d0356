import { parseOwn } from "../json.ts";
import { type Cells, KEY_END, sortable, withPrefix } from "../cells.ts";
import type { AnyEffect, Machine } from "../machine.ts";
import { type AccessKeyCommand, type AccessKeyOutcome, AccessKeys } from "./access-keys.ts";
import { type AuditCommand, AuditLog } from "./audit-log.ts";

export type DirectoryKind = "flow" | "queue" | "topic";

/** Which things of a kind exist; a later generation of a name wins over what is said of an earlier one. */
export interface RegisterCommand {
  readonly type: "register" | "unregister";
  readonly kind: DirectoryKind;
  readonly name: string;
  readonly generation: number;
}

/** A flow has started something not long before. */
export interface ActiveCommand {
  readonly type: "active";
  readonly name: string;
  readonly generation: number;
  readonly at: number;
}

export type DirectoryCommand = RegisterCommand | ActiveCommand | AccessKeyCommand | AuditCommand;
export type DirectoryOutcome = AccessKeyOutcome | { readonly ok: true; readonly at?: number };

interface Entry {
  readonly generation: number;
  readonly exists: boolean;
}

const OK: DirectoryOutcome = { ok: true };
const RECENT = "recent:";

/** The names of an installation's flows and queues, its access keys and its audit log. It has no effects and no timers. */
export class DirectoryMachine implements Machine<DirectoryCommand, DirectoryOutcome, AnyEffect> {
  readonly accessKeys: AccessKeys;
  readonly auditLog: AuditLog;
  private readonly cells: Cells;

  constructor(cells: Cells) {
    this.cells = cells;
    this.accessKeys = new AccessKeys(cells);
    this.auditLog = new AuditLog(cells);
  }

  /** Existing names that begin with `start`, behind `after`, in their order. */
  *names(kind: DirectoryKind, after = "", start = ""): Generator<string> {
    const prefix = `${kind}:`;
    // Behind `after`, where that lies among the names that begin so.
    const from = after < start ? start : `${after}\u0000`;
    for (const [key, text] of this.cells.range(`${prefix}${from}`, `${prefix}${start}${KEY_END}`)) {
      if (parseOwn<Entry>(text).exists) yield key.slice(prefix.length);
    }
  }

  /** Flows that were active, the latest first. */
  *activeFlows(): Generator<string> {
    for (const [key] of withPrefix(this.cells, RECENT, "descending")) yield key.slice(RECENT.length + 17);
  }

  handle(command: DirectoryCommand, now: number): DirectoryOutcome {
    switch (command.type) {
      case "register":
      case "unregister":
        return this.register(command);
      case "active":
        return this.active(command);
      case "auditAsked":
      case "auditAnswered":
        return this.auditLog.handle(command, now);
      default:
        return this.accessKeys.handle(command, now);
    }
  }

  private register({ type, kind, name, generation }: RegisterCommand): DirectoryOutcome {
    const key = `${kind}:${name}`;
    const text = this.cells.read(key);
    const known = text === undefined ? undefined : parseOwn<Entry>(text);
    const exists = type === "register";
    const isOlder =
      known && (generation < known.generation || (generation === known.generation && !known.exists));
    const isSame = known?.generation === generation && known.exists === exists;
    if (isOlder || isSame) return OK;
    const entry: Entry = { generation, exists };
    this.cells.write(key, JSON.stringify(entry));
    if (kind === "flow" && !exists) this.forgetActive(name);
    return OK;
  }

  private active({ name, generation, at }: ActiveCommand): DirectoryOutcome {
    const text = this.cells.read(`flow:${name}`);
    const known = text === undefined ? undefined : parseOwn<Entry>(text);
    if (known && (known.generation > generation || !known.exists)) return OK;
    this.forgetActive(name);
    this.cells.write(`active:${name}`, String(at));
    this.cells.write(recentKey(at, name), "");
    return OK;
  }

  private forgetActive(name: string): void {
    const at = this.cells.read(`active:${name}`);
    if (at === undefined) return;
    this.cells.delete(`active:${name}`);
    this.cells.delete(recentKey(Number(at), name));
  }

  save(): void {
    // Every change is written as it is made: the transaction is around the commands, too.
  }

  discardMemory(): void {
    // There is no memory.
  }

  nextTimerAt(): undefined {
    return undefined;
  }

  wakeCommand(): DirectoryCommand {
    throw new Error("Broken invariant: the directory has no timers");
  }

  takeNewEffects(): readonly AnyEffect[] {
    return [];
  }

  isPending(): boolean {
    return false;
  }

  effectDone(): DirectoryCommand {
    throw new Error("Broken invariant: the directory has no effects");
  }

  effectFailed(): DirectoryCommand {
    throw new Error("Broken invariant: the directory has no effects");
  }
}

function recentKey(at: number, name: string): string {
  return `${RECENT}${sortable(at)}:${name}`;
}
