import { type AccessKey, ROLES, type Role } from "../core/directory/access-keys.ts";

/**
 * What a call needs: to read anything; to change flows, queues, schedules and executions; to take messages from a queue;
 * to report a task (in the protocols where its token is not enough); to manage keys and read the audit log.
 */
export type Permission = "read" | "operate" | "work" | "report" | "administer";

const GRANTS: { readonly [R in Role]: readonly Permission[] } = {
  admin: ["read", "operate", "work", "report", "administer"],
  operator: ["read", "operate", "work", "report"],
  viewer: ["read"],
  worker: ["work", "report"],
};

/** The roles that may do this. */
export function rolesWith(permission: Permission): Role[] {
  return ROLES.filter((role) => GRANTS[role].includes(permission));
}

/** Who calls. */
export interface Caller {
  readonly accessKeyId: string;
  readonly role: Role;
  /** Of a worker. */
  readonly queues?: readonly string[];
  readonly workers?: readonly string[];
}

export function callerOf({ role, queues, workers }: AccessKey, accessKeyId: string): Caller {
  return { accessKeyId, role, ...(queues && { queues }), ...(workers && { workers }) };
}

/** Whether a caller may do this; with a queue, whether he may do it there. */
export function permits(caller: Caller, permission: Permission, queue?: string): boolean {
  if (!GRANTS[caller.role].includes(permission)) return false;
  return queue === undefined || caller.queues === undefined || caller.queues.some(covers(queue));
}

/** Whether a caller may take messages under this name. */
export function mayBeWorker({ workers }: Caller, worker: string | undefined): boolean {
  return worker === undefined || workers === undefined || workers.some(covers(worker));
}

function covers(name: string): (pattern: string) => boolean {
  return (pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name);
}
