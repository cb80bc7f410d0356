import type { Json } from "../json.ts";
import { type StepCheck, checkOf } from "./step-definition.ts";

interface Raw {
  readonly type: string;
  readonly outputMappings?: Json | undefined;
}

/** A parallel or foreach that brings nothing out: often it was not meant to lose its results. */
export const resultsStayInside: StepCheck<Raw> = checkOf(
  ["type", "outputMappings"],
  ({ type, outputMappings }, reporter) => {
    if (outputMappings) return;
    const message = `without outputMappings a ${type} outputs {}: add e.g. \`{target: results, source: $local[*]}\` to bring the results out`;
    reporter.report("ResultsStayInside", ["name"], message);
  },
);
