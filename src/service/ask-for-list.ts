import { messageOf } from "../core/result.ts";
import { unreadableIn } from "../core/unreadable.ts";
import { log } from "../log.ts";
import { OverloadedError, isPassing } from "../call.ts";

/** What a page leaves out, and why. */
export interface LeftOut {
  readonly name: string;
  readonly reason: string;
}

const DEFECT = "an internal error, of which the log of the service tells more";

/**
 * Asks many objects for one page of a list. An internal error of one, such as a record that it cannot read, hides none of
 * the others: it is logged, and the page goes without it and says so. What passes fails the page, since asked again it is
 * whole.
 */
export class ListAsking {
  private readonly found: LeftOut[] = [];

  async ask<R>(name: string, ask: () => Promise<R>): Promise<R | undefined> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof OverloadedError || isPassing(error)) throw error;
      log({ event: "requestFailed", leftOut: name, message: messageOf(error) });
      this.found.push({ name, reason: unreadableIn(error) ?? DEFECT });
      return undefined;
    }
  }

  /** For the page; nothing when it is whole. */
  leftOut(): { readonly leftOut?: readonly LeftOut[] } {
    const { found } = this;
    return found.length === 0 ? {} : { leftOut: found.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
  }
}
