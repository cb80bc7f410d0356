import { messageOf } from "../core/result.ts";
import { log } from "../log.ts";
import { OverloadedError, isPassing } from "./call.ts";

/**
 * What one of many objects says for a list. An internal error of one, such as a record that it cannot read, hides none of
 * the others: it is logged, and the list goes without it. What passes fails the list, since asked again it is whole.
 */
export async function askForList<R>(name: string, ask: () => Promise<R>): Promise<R | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof OverloadedError || isPassing(error)) throw error;
    log({ event: "requestFailed", leftOut: name, message: messageOf(error) });
    return undefined;
  }
}
