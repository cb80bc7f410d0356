/**
 * A step path names one visit of a step: `workersForeach[2]/workerTask`. The part before the last `/` is the path of
 * its frame (the run of a serial list: "" for the flow's own list, `workersForeach[2]` for an iteration, and so for the
 * branches of a parallel and the options of a choice). When a list went back to an earlier step, the steps of its
 * following rounds carry the round: `poll#2`.
 */
export interface StepAddress {
  readonly frame: string;
  readonly step: string;
  readonly round: number;
}

export function stepPath({ frame, step, round }: StepAddress): string {
  const own = round === 1 ? step : `${step}#${round}`;
  return frame === "" ? own : `${frame}/${own}`;
}

export function parseStepPath(path: string): StepAddress | undefined {
  const slash = path.lastIndexOf("/");
  const match = /^([^#[\]/]+)(?:#(\d{1,9}))?$/.exec(path.slice(slash + 1));
  if (!match?.[1]) return undefined;
  return { frame: path.slice(0, Math.max(0, slash)), step: match[1], round: Number(match[2] ?? 1) };
}

/** The frame of a control step's child. */
export function childPath(stepPathOfOwner: string, index: number): string {
  return `${stepPathOfOwner}[${index}]`;
}

export interface FrameAddress {
  /** Path of the control step that the frame belongs to. */
  readonly owner: string;
  readonly index: number;
}

/** What owns a frame; undefined for the flow's own. */
export function parseFramePath(path: string): FrameAddress | undefined {
  const match = /^(.+)\[(\d{1,9})\]$/.exec(path);
  return match?.[1] ? { owner: match[1], index: Number(match[2]) } : undefined;
}
