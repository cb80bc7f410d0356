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
}

export function callerOf({ role, queues }: AccessKey, accessKeyId: string): Caller {
  return { accessKeyId, role, ...(queues && { queues }) };
}

/** Whether a caller may do this; with a queue, whether he may do it there. */
export function permits(caller: Caller, permission: Permission, queue?: string): boolean {
  if (!GRANTS[caller.role].includes(permission)) return false;
  return queue === undefined || caller.queues === undefined || caller.queues.some(covers(queue));
}

function covers(queue: string): (pattern: string) => boolean {
  return (pattern) => (pattern.endsWith("*") ? queue.startsWith(pattern.slice(0, -1)) : pattern === queue);
}
