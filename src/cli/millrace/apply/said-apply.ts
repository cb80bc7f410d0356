import type { Change } from "../../crontab/plan-step.ts";
import { describeChange, paintSign } from "../import/said.ts";
import type { Output } from "../output.ts";

export interface SaidApply {
  readonly sign: "+" | "~" | "=" | "!";
  /** Such as `schedule checks/nightly`. */
  readonly what: string;
  readonly file: string;
  readonly changes: readonly Change[];
  readonly reason?: string;
}

/** A plan as lines for people. */
export function describeApply(steps: readonly SaidApply[], output: Output): string {
  return steps
    .flatMap(({ sign, what, file, changes, reason }) => [
      `${paintSign(sign, output)} ${what}  ${reason ?? file}`,
      ...changes.map(describeChange),
    ])
    .join("\n");
}
