/** All that an inspection looks for; a row of `inspection.md` each. */
export const FINDING_CODES = [
  "lostAlarm",
  "lostEnd",
  "lostStart",
  "unknownExecution",
  "unregistered",
  "stillRegistered",
  "ledgerMismatch",
  "stuckEffect",
  "noFuture",
  "noWorkers",
  "queueMissing",
  "pausedLong",
  "deadLetters",
  "nearLimit",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** The sorts of object that rounds visit, in their order; executions are asked by their flows. */
export const INSPECTED_KINDS = ["flow", "queue", "topic", "shard"] as const;
export type InspectedKind = (typeof INSPECTED_KINDS)[number];
