import { given } from "../given.ts";
import { EXECUTION_RETENTION_DAYS_DEFAULT } from "../limits.ts";
import { patched } from "../merge-patch.ts";
import { type Rejection, reject } from "../result.ts";
import type { PatchFlow, PutFlow } from "./command.ts";
import type { FlowRecord, FlowSettings, FlowVersion } from "./flow.ts";
import { revisionOf } from "./summary.ts";

export function flowNotExists(): Rejection {
  return reject("FlowNotExists", "there is no flow of this name: store it first");
}

/** What keeps a definition from being stored, when it is meant for a flow in one state only. */
export function conflictWith(
  expects: PutFlow["expects"],
  flow: FlowRecord | undefined,
): Rejection | undefined {
  if (expects === undefined) return undefined;
  if (expects === "none") {
    return flow && reject("FlowAlreadyExists", `there is a flow "${flow.name}" already`);
  }
  if (!flow) return flowNotExists();
  const isAsRead = expects.generation === flow.generation && expects.version === flow.version;
  if (isAsRead) return undefined;
  return reject("ConcurrentUpdateError", `flow "${flow.name}" was changed by somebody else: try again`);
}

/** The flow as a put leaves it: a new generation if there was none. */
export function flowOfPut(
  old: FlowRecord | undefined,
  { name, mode, retentionDays }: PutFlow,
  now: number,
): FlowRecord {
  const kept = given({ retentionDays });
  if (old?.exists) {
    return { ...old, ...kept, version: old.version + 1, revision: revisionOf(old) + 1, updatedAt: now };
  }
  return {
    name,
    generation: (old?.generation ?? 0) + 1,
    version: 1,
    exists: true,
    revision: 1,
    ...given({ mode }),
    createdAt: now,
    updatedAt: now,
    ...kept,
  };
}

/** The put that a patch stands for. */
export function patchedFlow(
  { name, retentionDays: kept }: FlowRecord,
  { definition, description: before }: FlowVersion,
  patch: PatchFlow["patch"],
): PutFlow {
  const stored = {
    ...(before !== undefined && { description: before }),
    // A put keeps what it is not told, so the default is named where another one is to go.
    ...(kept !== undefined && { retentionDays: kept }),
  };
  const { description, retentionDays = kept && EXECUTION_RETENTION_DAYS_DEFAULT } = patched<
    Pick<PutFlow, "description" | "retentionDays">
  >(stored, patch);
  return {
    type: "putFlow",
    name,
    definition,
    ...(description !== undefined && { description }),
    ...(retentionDays !== undefined && { retentionDays }),
  };
}

/** Whether storing this would change nothing. */
export function sameVersion(
  version: FlowVersion,
  other: { definition: string; description: string | undefined; settings: FlowSettings | undefined },
): boolean {
  const { definition, description, settings } = version;
  if (definition !== other.definition || description !== other.description) return false;
  const isSame = (key: keyof FlowSettings) => settings?.[key] === other.settings?.[key];
  return isSame("roleArn") && isSame("externalStorageLocation");
}
