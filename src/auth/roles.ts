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
  /** Of his key; of whom Cloudflare Access let in `access:` and his mail address, which is no key's. */
  readonly accessKeyId: string;
  readonly role: Role;
  /** Of a worker. */
  readonly queues?: readonly string[];
  readonly workers?: readonly string[];
}

export function callerOf({ role, queues, workers }: AccessKey, accessKeyId: string): Caller {
  return { accessKeyId, role, ...(queues && { queues }), ...(workers && { workers }) };
}

const BY_ACCESS = "access:";

export function callerByAccess(mail: string, role: Role): Caller {
  return { accessKeyId: `${BY_ACCESS}${mail}`, role };
}

/** Whether this stands for somebody without a key. */
export function isByAccess(accessKeyId: string): boolean {
  return accessKeyId.startsWith(BY_ACCESS);
}

/** How what he did names him: `key:` and his key, or `access:` and his mail address. */
export function authorOf({ accessKeyId }: Pick<Caller, "accessKeyId">): string {
  return isByAccess(accessKeyId) ? accessKeyId : `key:${accessKeyId}`;
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
