import type { Records, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { ACCESS_KEYS_MAX } from "../limits.ts";
import { type Rejection, assert, reject } from "../result.ts";

export const ROLES = ["admin", "operator", "viewer", "worker"] as const;
export type Role = (typeof ROLES)[number];

/**
 * An access key without its secret, which is made from the key's id. The id holds its generation: after a rotation it is
 * another one, with another secret.
 */
export interface AccessKey {
  /** `<name><generation>`, letters and digits. */
  readonly id: string;
  readonly role: Role;
  /** Of a worker's key: names of queues; a `*` at the end stands for any rest. */
  readonly queues?: readonly string[];
  /** Of a worker's key: the names that it may give itself, written as those of queues are; absent: any. */
  readonly workers?: readonly string[];
  readonly description?: string;
  readonly disabled: boolean;
  /** Absent of the first admin key, which nobody made. */
  readonly createdAt?: number;
  /** Id of the key that made it. */
  readonly createdBy?: string;
  readonly rotatedAt?: number;
  /** Until then the generation before holds, too. */
  readonly previousUntil?: number;
}

export type AccessKeyCommand =
  /** The id is new and random, so a repeat is told from another creation. */
  | { readonly type: "createKey"; readonly key: Omit<AccessKey, "disabled" | "createdAt"> }
  | { readonly type: "setKeyDisabled"; readonly id: string; readonly disabled: boolean }
  | { readonly type: "rotateKey"; readonly id: string; readonly graceMs: number }
  | { readonly type: "deleteKey"; readonly id: string };

export type AccessKeyOutcome = Rejection | { readonly ok: true; readonly key: AccessKey };

const KEY = shaped<AccessKey>({ id: "text", role: "text", disabled: "flag" });
const ID = /^([A-Za-z0-9]*[A-Za-z])([1-9]\d{0,5})$/;

/** It is there without having been made, as long as nobody changes it. */
export const FIRST_ADMIN_KEY: AccessKey = { id: "mradmin1", role: "admin", disabled: false };

/** An id's name and generation; undefined when it cannot be the id of a key. */
export function parseKeyId(id: string): { name: string; generation: number } | undefined {
  const [, name, generation] = ID.exec(id) ?? [];
  return name === undefined ? undefined : { name, generation: Number(generation) };
}

/** The installation's access keys, one row each. */
export class AccessKeys {
  /** By name. */
  private readonly table: Table<AccessKey>;

  constructor(records: Records) {
    this.table = records.table("key:", KEY);
  }

  /** The key that an id names: one that holds, whether it is disabled or not. */
  holder(id: string, now: number): AccessKey | undefined {
    const parsed = parseKeyId(id);
    const key = parsed && this.find(parsed.name);
    if (!key || !parsed) return undefined;
    if (key.id === id) return key;
    const isPrevious = key.id === `${parsed.name}${parsed.generation + 1}`;
    return isPrevious && now < (key.previousUntil ?? 0) ? key : undefined;
  }

  /** All keys in the order of their ids; there are few. */
  all(): AccessKey[] {
    const keys = Array.from(this.table.entries(), ([, key]) => key);
    const first = parseKeyId(FIRST_ADMIN_KEY.id)?.name;
    if (keys.every(({ id }) => parseKeyId(id)?.name !== first)) keys.push(FIRST_ADMIN_KEY);
    return keys.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  handle(command: AccessKeyCommand, now: number): AccessKeyOutcome {
    if (command.type === "createKey") return this.create(command.key, now);
    const parsed = parseKeyId(command.id);
    const key = parsed && this.find(parsed.name);
    if (!key || !parsed) return reject("KeyNotExists", `there is no access key "${command.id}"`);
    if (command.type === "rotateKey") return this.rotate(key, command.id, command.graceMs, now);
    if (key.id !== command.id) return rotated(command.id, key);
    if (command.type === "deleteKey") return this.remove(key);
    return this.setDisabled(key, command.disabled);
  }

  private find(name: string): AccessKey | undefined {
    const isFirst = parseKeyId(FIRST_ADMIN_KEY.id)?.name === name;
    return this.table.get(name) ?? (isFirst ? FIRST_ADMIN_KEY : undefined);
  }

  private write(key: AccessKey): AccessKeyOutcome {
    const parsed = parseKeyId(key.id);
    assert(parsed, "a key that is kept has a name");
    this.table.put(parsed.name, key);
    return { ok: true, key };
  }

  private create(wanted: Omit<AccessKey, "disabled" | "createdAt">, now: number): AccessKeyOutcome {
    const known = this.holder(wanted.id, now);
    if (known) return { ok: true, key: known };
    if (this.all().length >= ACCESS_KEYS_MAX) {
      return reject("TooManyKeys", `there are ${ACCESS_KEYS_MAX} access keys already: delete some`);
    }
    return this.write({ ...wanted, disabled: false, createdAt: now });
  }

  private rotate(key: AccessKey, id: string, graceMs: number, now: number): AccessKeyOutcome {
    const parsed = parseKeyId(id);
    const next = `${parsed?.name}${(parsed?.generation ?? 0) + 1}`;
    // The same request once more: its answer was lost on the way.
    if (key.id === next) return { ok: true, key };
    if (key.id !== id) return rotated(id, key);
    return this.write({ ...key, id: next, rotatedAt: now, previousUntil: now + graceMs });
  }

  private setDisabled(key: AccessKey, disabled: boolean): AccessKeyOutcome {
    if (disabled && this.isLastAdmin(key)) return lastAdmin();
    return key.disabled === disabled ? { ok: true, key } : this.write({ ...key, disabled });
  }

  private remove(key: AccessKey): AccessKeyOutcome {
    const name = parseKeyId(key.id)?.name ?? "";
    if (name === parseKeyId(FIRST_ADMIN_KEY.id)?.name) {
      return reject("LastAdminKey", "the first admin key can be disabled, but not deleted");
    }
    if (this.isLastAdmin(key)) return lastAdmin();
    this.table.delete(name);
    return { ok: true, key };
  }

  private isLastAdmin({ id, role, disabled }: AccessKey): boolean {
    const isAdmin = role === "admin" && !disabled;
    return isAdmin && this.all().every((key) => key.id === id || key.role !== "admin" || key.disabled);
  }
}

function rotated(id: string, key: AccessKey): Rejection {
  return reject("KeyNotExists", `the access key "${id}" was rotated: it is "${key.id}" now`);
}

function lastAdmin(): Rejection {
  return reject("LastAdminKey", "no other admin key would be left: create or enable one first");
}
