import { maskTokensIn } from "../auth/task-token.ts";
import type { EvaluatedOption } from "../core/execution-views.ts";
import { evaluateCondition } from "../core/expr/condition/evaluate.ts";
import type { Condition } from "../core/expr/condition/parse.ts";
import { evaluatePath, writePath } from "../core/expr/jsonpath.ts";
import type { Step } from "../core/fdl/flow.ts";
import { given } from "../core/given.ts";
import type { Json } from "../core/json.ts";
import { jsonStart } from "../core/json-text.ts";
import { SEEN_VALUE_LENGTH } from "../core/view-limits.ts";

/**
 * What a choice made of its conditions, worked out again from its input: up to the first that holds, with what each of
 * their paths found. Of other steps nothing.
 */
export function readEvaluated(step: Step, input: Json | undefined): { evaluated?: EvaluatedOption[] } {
  if (step.type !== "choice" || input === undefined) return {};
  const evaluated: EvaluatedOption[] = [];
  for (const { condition, written } of step.options) {
    if (!condition) {
      evaluated.push({ holds: true, saw: [] });
      break;
    }
    const { holds, problem } = evaluateCondition(condition, input);
    evaluated.push({ ...given({ condition: written, problem }), holds, saw: sawOf(condition, input) });
    if (holds) break;
  }
  return { evaluated };
}

function sawOf(condition: Condition, input: Json): EvaluatedOption["saw"] {
  const saw = new Map<string, string>();
  for (const path of pathsOf(condition)) {
    const start = jsonStart(evaluatePath(path, input), SEEN_VALUE_LENGTH);
    saw.set(writePath(path), maskTokensIn(start).slice(0, SEEN_VALUE_LENGTH).toWellFormed());
  }
  return [...saw];
}

function* pathsOf(condition: Condition): Generator<Extract<Condition, { kind: "path" }>["path"]> {
  switch (condition.kind) {
    case "path":
      yield condition.path;
      return;
    case "constant":
      return;
    case "compare":
      yield* pathsOf(condition.left);
      yield* pathsOf(condition.right);
      return;
    case "or":
    case "and":
      for (const part of condition.of) yield* pathsOf(part);
      return;
    default:
      yield* pathsOf(condition.of);
  }
}
