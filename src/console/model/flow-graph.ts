/** A definition as the service tells it with `graph=true`: lists of steps, and who follows whom. */
export interface FlowGraph {
  readonly lists: readonly GraphList[];
}

export interface GraphList {
  /** "" of the flow, `each[]` of a foreach's body, `par[0]` of a branch, `pick[1]` of an option. */
  readonly path: string;
  readonly steps: readonly GraphStep[];
}

export interface GraphStep {
  readonly name: string;
  readonly type: StepType;
  readonly label?: string;
  readonly next?: string;
  readonly catch?: readonly { readonly errors: readonly string[]; readonly goto: string }[];
  readonly options?: readonly GraphOption[];
  /** Paths of a parallel's branches, or of a foreach's body. */
  readonly lists?: readonly string[];
  readonly concurrency?: number;
  readonly retries?: number;
  readonly queue?: string;
}

export interface GraphOption {
  /** None: what happens when no condition holds. */
  readonly condition?: string;
  readonly list?: string;
  readonly goto?: string;
}

export const STEP_TYPES = [
  "task",
  "wait",
  "choice",
  "parallel",
  "foreach",
  "pass",
  "succeed",
  "fail",
] as const;
export type StepType = (typeof STEP_TYPES)[number];

/** A step's path without iterations and rounds: `each[3]/poll#2` is a visit of `each[]/poll`, `par[0]/a#3` of `par[0]/a`. */
export function withoutRounds(path: string): string {
  return path.replaceAll(/#\d+/g, "");
}

export function pathIn(list: string, step: string): string {
  return list === "" ? step : `${list}/${step}`;
}

/** The innermost foreach that a path of the definition lies in, and the rest of the path inside its body. */
export function foreachAround(path: string): { foreach: string; inside: string } | undefined {
  const at = path.indexOf("[]/");
  if (at < 0) return undefined;
  return { foreach: path.slice(0, at), inside: path.slice(at + 3) };
}
