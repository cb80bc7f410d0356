import { given } from "../core/given.ts";
import type { BeatEntry, ExecutionBeat } from "../core/objects.ts";
import type { LeaseVerdict } from "../core/queue/command.ts";
import { messageOf } from "../core/result.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";

/**
 * Tells executions of the signs of life that came with leases: those of steps that wait for them, and those that tell of
 * progress; one call an execution. One that cannot be reached hears of the next.
 */
export async function passOnBeats(
  env: Env,
  beats: readonly BeatEntry[],
  verdicts: readonly LeaseVerdict[],
): Promise<void> {
  const byExecution = new Map<string, ExecutionBeat[]>();
  for (const [position, beat] of beats.entries()) {
    const verdict = verdicts[position];
    if (!verdict?.ok || !verdict.task || !concernsExecution(beat, verdict.task)) continue;
    const { execution, path, attempt } = verdict.task;
    const own = byExecution.get(execution) ?? [];
    own.push({ path, attempt, ...given({ progress: beat.progress, log: beat.log }) });
    byExecution.set(execution, own);
  }
  await Promise.all(Array.from(byExecution, ([execution, own]) => tell(env, execution, own)));
}

function concernsExecution(
  { progress, log: text, alive = true }: BeatEntry,
  { heartbeatSeconds }: { heartbeatSeconds?: number },
): boolean {
  return progress !== undefined || text !== undefined || (alive && heartbeatSeconds !== undefined);
}

async function tell(env: Env, execution: string, beats: readonly ExecutionBeat[]): Promise<void> {
  try {
    await env.EXECUTIONS.getByName(execution).heartbeats(beats);
  } catch (error) {
    log({ event: "requestFailed", execution, message: messageOf(error) });
  }
}
