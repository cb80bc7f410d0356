import { EXECUTION_RETENTION_DAYS_MAX } from "../../core/limits.ts";

/** Days that somebody typed; undefined when they are none that executions can be kept for. */
export function retentionOf(typed: string): number | undefined {
  const days = /^[0-9]{1,6}$/.test(typed.trim()) ? Number(typed) : 0;
  return days >= 1 && days <= EXECUTION_RETENTION_DAYS_MAX ? days : undefined;
}
