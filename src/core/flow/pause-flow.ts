import { given } from "../given.ts";
import type { PauseFlow, ResumeFlow } from "./command.ts";
import type { FlowRecord } from "./flow.ts";
import { revisionOf } from "./summary.ts";

/** The flow as a pause or its end leaves it; the same one where nothing changes. */
export function flowOfPause(flow: FlowRecord, command: PauseFlow | ResumeFlow, now: number): FlowRecord {
  const { paused, ...rest } = flow;
  const changed = { ...rest, revision: revisionOf(flow) + 1, updatedAt: now };
  if (command.type === "resumeFlow") return paused && !command.dryRun ? changed : flow;
  const { by, starts, reason = paused?.reason } = command;
  if (paused?.starts === starts && paused.reason === reason) return flow;
  return { ...changed, paused: { at: paused?.at ?? now, by, starts, ...given({ reason }) } };
}
