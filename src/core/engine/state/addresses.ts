/**
 * A step address names one visit of a step: `workersForeach[2]/workerTask`. The part before the last `/` is its frame
 * (the run of a serial list: "" for the flow's own list, `workersForeach[2]` for an iteration, and so for the branches of
 * a parallel and the options of a choice). When a list went back to an earlier step, the steps of its following rounds
 * carry the round: `poll#2`.
 *
 * An address is parsed once, where a text comes in, or made of its owner's; texts are what is stored and told.
 */
export interface StepAddress {
  readonly frame: FrameAddress;
  readonly step: string;
  readonly round: number;
  readonly text: string;
}

export interface FrameAddress {
  /** The control step that the frame belongs to; absent: it is the flow's own. */
  readonly owner?: StepAddress;
  readonly index: number;
  readonly text: string;
}

/** The flow's own list. */
export const ROOT: FrameAddress = { index: 0, text: "" };

export function stepAddress(frame: FrameAddress, step: string, round: number): StepAddress {
  const own = round === 1 ? step : `${step}#${round}`;
  return { frame, step, round, text: frame.text === "" ? own : `${frame.text}/${own}` };
}

/** The frame of a control step's child. */
export function childAddress(owner: StepAddress, index: number): FrameAddress {
  return { owner, index, text: `${owner.text}[${index}]` };
}

/** Undefined where no step can have such an address. */
export function parseStepAddress(text: string): StepAddress | undefined {
  const slash = text.lastIndexOf("/");
  const match = /^([^#[\]/]+)(?:#(\d{1,9}))?$/.exec(text.slice(slash + 1));
  const frame = match && parseFrameAddress(text.slice(0, Math.max(0, slash)));
  return frame && match?.[1] ? stepAddress(frame, match[1], Number(match[2] ?? 1)) : undefined;
}

export function parseFrameAddress(text: string): FrameAddress | undefined {
  if (text === "") return ROOT;
  const match = /^(.+)\[(\d{1,9})\]$/.exec(text);
  const owner = match?.[1] === undefined ? undefined : parseStepAddress(match[1]);
  return owner && childAddress(owner, Number(match?.[2]));
}
