import type { Caller } from "../auth/roles.ts";
import type { AuditEntry } from "../core/directory/audit-log.ts";
import type { Env } from "../env.ts";
import { given } from "../core/given.ts";
import { messageOf } from "../core/result.ts";
import { log } from "../log.ts";
import { askDirectory } from "./objects.ts";

/** What is about to be done, as the audit log tells it. */
export type AuditSubject = Pick<AuditEntry, "action" | "target"> & {
  readonly requestId: string;
  readonly caller: Caller;
  /** The caller's network address, where the platform tells it. */
  readonly from?: string | undefined;
  /** Why, in the caller's words. */
  readonly reason?: string | undefined;
};

/** What came of it: the status of the answer, and the names of what was made, if they are new. */
export interface AuditOutcome {
  readonly status: number;
  readonly made?: Readonly<Record<string, string>> | undefined;
}

/**
 * Does something that the audit log is to tell. The entry is written before, so that nothing is done without one; what
 * came of it is added after.
 */
export async function audited<T>(
  env: Env,
  { action, target, caller, requestId, from, reason }: AuditSubject,
  work: () => Promise<T>,
  outcomeOf: (outcome: { value: T } | { error: unknown }) => AuditOutcome,
): Promise<T> {
  const { accessKeyId, role } = caller;
  const entry = { id: requestId, accessKeyId, role, action, target, ...given({ from, reason }) };
  const { at } = await askDirectory(env, (directory) => directory.audit({ type: "auditAsked", entry }));
  const answered = async (outcome: { value: T } | { error: unknown }) => {
    const { status, made } = outcomeOf(outcome);
    await askDirectory(env, (directory) =>
      directory.audit({ type: "auditAnswered", id: requestId, at, status, ...(made && { made }) }),
    ).catch((error: unknown) => log({ event: "auditIncomplete", requestId, message: messageOf(error) }));
  };
  try {
    const value = await work();
    await answered({ value });
    return value;
  } catch (error) {
    await answered({ error });
    throw error;
  }
}

/** Tells the audit log what has come of something that nobody had a role for yet, or none was asked for. */
export async function noted(env: Env, entry: Omit<AuditEntry, "at">): Promise<void> {
  await askDirectory(env, (directory) => directory.audit({ type: "auditAsked", entry }));
}
