import { refuseUnreadable } from "../core/unreadable.ts";
import { type Rejection, reject } from "../core/result.ts";
import { log } from "../log.ts";
import { OverloadedError } from "../call.ts";

/** What every door answers when something was thrown that is no answer of its own; it is logged. */
export function rejectionOf(error: unknown, requestId: string): Rejection {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof OverloadedError) {
    log({ event: "overloaded", requestId, message });
    return reject("Overloaded", "too much is asked at once: try again shortly");
  }
  const unreadable = refuseUnreadable(error);
  if (unreadable) {
    log({ event: "unreadable", requestId, message });
    return unreadable;
  }
  log({ event: "requestFailed", requestId, message, stack });
  const detail =
    "the request failed for a reason that is not yours: try again, and tell the operator the request's id";
  return reject("InternalError", detail);
}
