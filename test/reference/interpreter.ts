import type { Bag, Mapping, Operand, Script, Source, Step, Test, Value, Way } from "./model.ts";

/** How an execution ends, and all that happened, in no particular order. */
export interface Outcome {
  readonly status: "Succeeded" | "Failed";
  readonly output?: Bag;
  /** One of these is the error: which of several lists side by side fails first is a matter of time. */
  readonly errors: readonly string[];
  /** Absent when lists side by side failed: how far the others came is a matter of time, too. */
  readonly events?: readonly string[];
}

class Failure {
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    this.errors = errors;
  }
}

/** Runs a flow from its first step to its last, one after the other, whatever could go side by side. */
export function interpret(steps: readonly Step[], input: Bag, script: Script): Outcome {
  const events = [`ExecutionStarted  ${show({ input })}`];
  const run = new Run(script, events);
  try {
    const output = run.list(steps, input, "");
    events.push(`ExecutionSucceeded  ${show({ output })}`);
    return { status: "Succeeded", output, errors: [], events };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    events.push("ExecutionFailed ");
    return { status: "Failed", errors: failure.errors, ...(!run.isRacy && { events }) };
  }
}

class Run {
  isRacy = false;
  private readonly script: Script;
  private readonly events: string[];

  constructor(script: Script, events: string[]) {
    this.script = script;
    this.events = events;
  }

  /** The local variable of a serial list when it is over. */
  list(steps: readonly Step[], input: Bag, frame: string): Bag {
    let local: Bag = {};
    let round = 1;
    for (let position = 0; position < steps.length;) {
      const step = steps[position];
      const path = `${frame === "" ? "" : `${frame}/`}${step.name}${round > 1 ? `#${round}` : ""}`;
      const next = this.step(step, path, input, local);
      local = merged(local, next.output);
      this.tell("StepExited", path, { local });
      const target = next.goto === undefined ? -1 : steps.findIndex(({ name }) => name === next.goto);
      if (next.goto !== undefined && target <= position) round++;
      if (next.goto !== undefined) position = target;
      else if (step.end || step.type === "succeed") break;
      else position++;
    }
    return local;
  }

  private step(step: Step, path: string, parentInput: Bag, parentLocal: Bag): { output: Bag; goto?: string } {
    this.tell("StepEntered", path, { input: parentInput, local: parentLocal });
    const input = step.inputs
      ? map(step.inputs, parentInput, parentLocal)
      : { ...parentInput, ...parentLocal };
    this.tell("StepStarted", path, { input });
    try {
      const { local, goto } = this.execute(step, path, input);
      const isFan = step.type === "parallel" || step.type === "foreach";
      const output = step.outputs ? map(step.outputs, input, local) : isFan ? {} : (local as Bag);
      this.tell("StepSucceeded", path, { output });
      return { output, ...(goto !== undefined && { goto }) };
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      return this.caught(step, path, input, failure);
    }
  }

  private caught(step: Step, path: string, input: Bag, failure: Failure): { output: Bag; goto: string } {
    const [error = ""] = failure.errors;
    const handler = step.type === "task" ? step.caught : undefined;
    const isCaught = handler?.errors.some((name) => name === "FnF.ALL" || name === error);
    this.events.push(`StepFailed ${path}`);
    if (!handler || !isCaught) throw failure;
    const mappings = step.type === "task" ? (step.failureOutputs ?? []) : [];
    return { output: map(mappings, input, { error, code: error, cause: "why" }), goto: handler.goto };
  }

  private execute(step: Step, path: string, input: Bag): { local: Value; goto?: string } {
    switch (step.type) {
      case "pass":
      case "wait":
      case "succeed":
        return { local: {} };
      case "fail":
        throw new Failure([step.error]);
      case "task":
        return { local: this.task(step, path) };
      case "choice": {
        const position = step.options.findIndex(({ test }) => holds(test, input));
        const way: Way | undefined = position < 0 ? step.otherwise : step.options[position];
        const index = position < 0 ? step.options.length : position;
        const local = way?.steps ? this.list(way.steps, input, `${path}[${index}]`) : {};
        return { local, ...(way?.goto !== undefined && { goto: way.goto }) };
      }
      case "parallel":
        return {
          local: this.fan(
            step.branches.map((steps) => [steps, input] as const),
            path,
            "Branch",
          ),
        };
      case "foreach":
        return { local: this.foreach(step, path, input) };
    }
  }

  private foreach(step: Extract<Step, { type: "foreach" }>, path: string, input: Bag): Value {
    const { collection, item, index, steps } = step;
    const items = typeof collection === "string" ? input[collection] : collection;
    if (!Array.isArray(items)) throw new Failure(["FnF.RuntimeError"]);
    const lists = items.map((value: Value, position) => {
      const added = { [item]: value, ...(index !== undefined && { [index]: position }) };
      return [steps, { ...input, ...added }] as const;
    });
    return this.fan(lists, path, "Iteration");
  }

  private fan(lists: readonly (readonly [readonly Step[], Bag])[], path: string, kind: string): Value {
    const errors: string[] = [];
    const locals = lists.map(([steps, input], index) => {
      const frame = `${path}[${index}]`;
      this.tell(`${kind}Entered`, frame, kind === "Branch" ? { input } : { input, index });
      try {
        const local = this.list(steps, input, frame);
        this.tell(`${kind}Exited`, frame, { local });
        return local;
      } catch (failure) {
        if (!(failure instanceof Failure)) throw failure;
        errors.push(...failure.errors);
        return {};
      }
    });
    if (errors.length === 0) return locals;
    this.isRacy = true;
    throw new Failure(errors);
  }

  private task({ retry }: Extract<Step, { type: "task" }>, path: string): Bag {
    for (let attempt = 1; ; attempt++) {
      const answer = this.script(path, attempt);
      for (const type of ["TaskScheduled", "TaskStarted", "TaskSubmitted"])
        this.events.push(`${type} ${path}`);
      if ("output" in answer) {
        this.tell("TaskSucceeded", path, answer);
        return answer.output;
      }
      this.events.push(`TaskFailed ${path}`);
      const isRetried = retry?.errors.some((name) => name === "FnF.ALL" || name === answer.error);
      if (!isRetried || attempt > (retry?.maxAttempts ?? 0)) throw new Failure([answer.error]);
    }
  }

  private tell(type: string, path: string, detail: Bag): void {
    this.events.push(`${type} ${path} ${show(detail)}`);
  }
}

/** A value as text that does not depend on the order of keys. */
export function show(value: Value): string {
  if (Array.isArray(value)) return `[${value.map((part: Value) => show(part)).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${show(part)}`).join()}}`;
}

function merged(below: Bag, above: Bag): Bag {
  return { ...below, ...above };
}

function map(mappings: readonly Mapping[], input: Bag, local: Value): Bag {
  const bag: Record<string, Value> = {};
  for (const { target, source } of mappings) bag[target] = find(source, input, local);
  return bag;
}

function find(source: Source, input: Bag, local: Value): Value {
  if ("constant" in source) return source.constant;
  if ("each" in source) {
    const locals: readonly Value[] = Array.isArray(local) ? local : isBag(local) ? Object.values(local) : [];
    return locals.flatMap((one) => (isBag(one) && source.each in one ? [one[source.each]!] : []));
  }
  let value: Value = source.root === "$input" ? input : local;
  for (const key of source.keys) value = isBag(value) && key in value ? value[key]! : null;
  return value;
}

function isBag(value: Value): value is Bag {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function holds(test: Test, input: Bag): boolean {
  if ("all" in test) return test.all.every((part) => holds(part, input));
  if ("any" in test) return test.any.some((part) => holds(part, input));
  if ("not" in test) return !holds(test.not, input);
  if ("alone" in test) return isTrue(read(test.alone, input));
  const [left, right] = [read(test.left, input), read(test.right, input)];
  if (test.operator === "==") return isSame(left, right);
  if (test.operator === "!=") return !isSame(left, right);
  if (!isPlain(left) || !isPlain(right)) return false;
  const [a, b] = comparable(left, right);
  if (test.operator === "<") return a < b;
  if (test.operator === "<=") return a <= b;
  return test.operator === ">" ? a > b : a >= b;
}

function read(operand: Operand, input: Bag): Value {
  if ("constant" in operand) return operand.constant;
  return operand.key in input ? input[operand.key]! : null;
}

function isTrue(value: Value): boolean {
  return value === true || value === "true" || value === "TRUE" || (typeof value === "number" && value !== 0);
}

function isPlain(value: Value): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function isSame(left: Value, right: Value): boolean {
  if (!isPlain(left) || !isPlain(right)) return show(left) === show(right);
  const asBoolean = (value: string | number | boolean) => String(value).toLowerCase() === "true";
  const isBooleanText = (value: string | number | boolean) =>
    ["true", "false", "TRUE", "FALSE"].includes(String(value));
  if (typeof left === "boolean" && isBooleanText(right)) return left === asBoolean(right);
  if (typeof right === "boolean" && isBooleanText(left)) return right === asBoolean(left);
  const [a, b] = comparable(left, right);
  return a === b;
}

/** Numbers if one is a number and the other reads as one; else texts. */
function comparable(
  left: string | number | boolean,
  right: string | number | boolean,
): [number, number] | [string, string] {
  const numeric = (value: string | number | boolean) =>
    typeof value !== "boolean" && value !== "" && !Number.isNaN(Number(value));
  const isNumeric = typeof left === "number" || typeof right === "number";
  if (isNumeric && numeric(left) && numeric(right)) return [Number(left), Number(right)];
  return [String(left), String(right)];
}
