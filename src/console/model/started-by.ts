/** Who started an execution, out of the API's one word such as `schedule:nightly`. */
export interface Starter {
  readonly kind: "schedule" | "key" | "backfill" | "execution" | "other";
  readonly name: string;
}

const KINDS = ["schedule", "key", "backfill", "execution"] as const;

export function starterOf(startedBy: string): Starter {
  const at = startedBy.indexOf(":");
  const kind = KINDS.find((one) => one === startedBy.slice(0, Math.max(0, at)));
  return kind ? { kind, name: startedBy.slice(at + 1) } : { kind: "other", name: startedBy };
}
