import { type Records, TEXT, type Table } from "../durable/records.ts";
import { SPENT_CODES_PURGED_AT_ONCE } from "../view-limits.ts";
import { type Rejection, reject } from "../result.ts";
import { sortable } from "../text.ts";

/** Somebody signs in with a code that its signature and its time let in. */
export interface SpendCode {
  readonly type: "spendCode";
  readonly nonce: string;
  /** Of the code (epoch ms). */
  readonly expiresAt: number;
}

/** Which sign-in codes were used, as long as they could be used again. */
export class SpentCodes {
  /** By the end of their time and their nonces. */
  private readonly table: Table<string>;

  constructor(records: Records) {
    this.table = records.table("spent:", TEXT);
  }

  /** Rejections: Unauthenticated when the code was used before. */
  spend({ nonce, expiresAt }: SpendCode, now: number): Rejection | { readonly ok: true } {
    const key = `${sortable(expiresAt)}:${nonce}`;
    // What is over may have been forgotten.
    if (now >= expiresAt || this.table.get(key) !== undefined) return spent();
    this.purge(now);
    this.table.put(key, "");
    return { ok: true };
  }

  private purge(now: number): void {
    const over: string[] = [];
    for (const key of this.table.keys({ until: sortable(now) })) {
      if (over.push(key) >= SPENT_CODES_PURGED_AT_ONCE) break;
    }
    for (const key of over) this.table.delete(key);
  }
}

function spent(): Rejection {
  return reject("Unauthenticated", "the code was used, or is too old: `millrace login` makes another");
}
