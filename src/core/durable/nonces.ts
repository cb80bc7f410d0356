import { type Records, TEXT, type Table } from "./records.ts";
import { sortable } from "../text.ts";
import { NONCES_PURGED_AT_ONCE, SIGNATURE_SKEW_MS } from "../limits.ts";
import { type Rejection, reject } from "../result.ts";
import { MINUTE_MS } from "../time.ts";

/** What makes a signed request one of a kind. */
export interface Nonce {
  /** Made of the access key and the nonce that it signed. */
  readonly id: string;
  /** The time that was signed with it (epoch ms); it was checked at the door. */
  readonly at: number;
  /** The request that brought it. What we repeat ourselves has the same one, and is no replay. */
  readonly request: string;
}

/** A request may take this long from the door to the object. */
const ON_THE_WAY_MS = 1 * MINUTE_MS;

/**
 * Nonces of signed requests, kept in the commit of what they asked for, as long as the door would let them in again. They
 * are kept of refused commands, too: what was refused must not happen later without anybody asking for it.
 */
export class Nonces {
  /** Requests by times and ids. */
  private readonly table: Table<string>;

  constructor(records: Records) {
    this.table = records.table("nonce:", TEXT);
  }

  /** `again` when this very request was here before, a rejection when another one came with its nonce. */
  take({ id, at, request }: Nonce, now: number): "new" | "again" | Rejection {
    const oldest = now - SIGNATURE_SKEW_MS - ON_THE_WAY_MS;
    // What is older may have been forgotten.
    if (at < oldest) return replayed();
    const key = `${sortable(at)}:${id}`;
    const known = this.table.get(key);
    if (known !== undefined) return known === request ? "again" : replayed();
    this.table.put(key, request);
    this.purge(oldest);
    return "new";
  }

  private purge(oldest: number): void {
    const over: string[] = [];
    for (const key of this.table.keys({ until: sortable(oldest) })) {
      if (over.push(key) >= NONCES_PURGED_AT_ONCE) break;
    }
    for (const key of over) this.table.delete(key);
  }
}

function replayed(): Rejection {
  return reject(
    "SignatureNonceUsed",
    "this request was sent before: sign each one with a SignatureNonce of its own",
  );
}
