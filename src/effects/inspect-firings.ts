import { given } from "../core/given.ts";
import { INSPECTION_GRACE_MS } from "../core/inspection-limits.ts";
import { finding } from "../core/inspection.ts";
import type { Finding } from "../core/inspection-views.ts";
import { messageOf } from "../core/result.ts";
import type { ExecutionOver } from "../core/schedule/command.ts";
import type { UnendedFiring } from "../core/schedule/inspect-shard.ts";
import { scheduleKey } from "../core/schedule/schedule.ts";
import { toRfc3339 } from "../core/time.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";

interface Found {
  readonly ends: readonly ExecutionOver[];
  readonly findings: readonly Finding[];
}

/** Ends that the flows know of, and ledgers do not. */
export async function inspectFirings(
  env: Env,
  firings: readonly UnendedFiring[],
  heal: boolean,
): Promise<Found> {
  const asked = await Promise.all(firings.map((firing) => endOf(env, firing)));
  const ends = asked.filter((end) => end !== undefined);
  return { ends, findings: ends.map((end) => mismatch(end, heal)) };
}

/** A flow that does not answer is asked again with the next round. */
async function endOf(env: Env, firing: UnendedFiring): Promise<ExecutionOver | undefined> {
  try {
    const entry = await env.FLOWS.getByName(firing.flow).execution(firing.executionName);
    if (entry?.endedAt === undefined || entry.endedAt > Date.now() - INSPECTION_GRACE_MS) return undefined;
    const { status, endedAt, redrives, error } = entry;
    return { type: "executionOver", ...firing, status, endedAt, ...given({ redrives, error }) };
  } catch (error) {
    log({ event: "inspectionFailed", object: firing.flow, message: messageOf(error) });
    return undefined;
  }
}

function mismatch({ flow, name, at, executionName, endedAt }: ExecutionOver, healed: boolean): Finding {
  const detail = `the row of ${toRfc3339(at)} had no end of ${executionName}`;
  return finding("ledgerMismatch", endedAt, detail, {
    name: `${scheduleKey(flow, name)} ${executionName}`,
    healed,
  });
}
