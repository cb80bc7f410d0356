import { SIGN_IN_TRIES_A_MINUTE } from "../../core/view-limits.ts";
import { MINUTE_MS } from "../../core/time.ts";
import { ProblemError } from "../problem.ts";

/** When tries to sign in failed, by the address that they came from; this isolate forgets them as it likes. */
const failed = new Map<string, number[]>();
const ADDRESSES_MAX = 10_000;

/** Does what signs somebody in from an address; throws TooManySignIns instead where that failed too often lately. */
export async function tried<T>(address: string, signIn: () => Promise<T>): Promise<T> {
  const now = Date.now();
  const lately = (failed.get(address) ?? []).filter((at) => now - at < MINUTE_MS);
  if (lately.length >= SIGN_IN_TRIES_A_MINUTE) {
    const detail = `${SIGN_IN_TRIES_A_MINUTE} tries from here failed in the last minute: try again in a minute`;
    throw new ProblemError("TooManySignIns", detail);
  }
  try {
    return await signIn();
  } catch (error) {
    if (error instanceof ProblemError && error.code === "Unauthenticated") {
      if (failed.size >= ADDRESSES_MAX) failed.clear();
      failed.set(address, [...lately, now]);
    }
    throw error;
  }
}
