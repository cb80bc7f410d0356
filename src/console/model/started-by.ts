/** Who started an execution, out of the API's one word such as `schedule:nightly`. */
export interface Starter {
  /** `access`: somebody whom Cloudflare Access let in; the name is a mail address. */
  readonly kind: "schedule" | "key" | "access" | "backfill" | "execution" | "other";
  readonly name: string;
}

const KINDS = ["schedule", "key", "access", "backfill", "execution"] as const;

export function starterOf(startedBy: string): Starter {
  const at = startedBy.indexOf(":");
  const kind = KINDS.find((one) => one === startedBy.slice(0, Math.max(0, at)));
  return kind ? { kind, name: startedBy.slice(at + 1) } : { kind: "other", name: startedBy };
}

/** Who somebody is: the id of a key, or a mail address. The API calls both an id, and tells them apart by what stands before. */
export function personOf(accessKeyId: string): string {
  const { kind, name } = starterOf(accessKeyId);
  return kind === "access" ? name : accessKeyId;
}

/** How the API names in `startedBy` what somebody with this id started. */
export function starterWord(accessKeyId: string): string {
  return starterOf(accessKeyId).kind === "access" ? accessKeyId : `key:${accessKeyId}`;
}
