import type { Mapping, Operand, Source, Step, Test, Way } from "./model.ts";

/** A flow of the model as a definition's text: JSON, which is YAML. */
export function write(steps: readonly Step[]): string {
  return JSON.stringify({ version: "v1", type: "flow", steps: steps.map((step) => writeStep(step)) });
}

function writeStep(step: Step): object {
  const { name, type, inputs, outputs, end } = step;
  return {
    type,
    name,
    ...(inputs && { inputMappings: inputs.map((mapping) => writeMapping(mapping)) }),
    ...(outputs && { outputMappings: outputs.map((mapping) => writeMapping(mapping)) }),
    ...(end !== undefined && { end }),
    ...own(step),
  };
}

function own(step: Step): object {
  switch (step.type) {
    case "pass":
    case "succeed":
      return {};
    case "wait":
      return { duration: 5 };
    case "fail":
      return { error: step.error };
    case "task": {
      const { retry, caught, failureOutputs } = step;
      return {
        resourceArn: "acs:mns:::/queues/work/messages",
        pattern: "waitForCallback",
        // Longer than the script ever takes: a task that times out has met somebody else's limit.
        timeoutSeconds: 6,
        serviceParams: { MessageBody: "work" },
        ...(retry && { retry: [{ ...retry, intervalSeconds: 1 }] }),
        ...(caught && { catch: [caught] }),
        ...(failureOutputs && { errorMappings: failureOutputs.map((mapping) => writeMapping(mapping)) }),
      };
    }
    case "choice":
      return {
        choices: step.options.map((option) => ({ condition: writeTest(option.test), ...writeWay(option) })),
        ...(step.otherwise && { default: writeWay(step.otherwise) }),
      };
    case "parallel":
      return { branches: step.branches.map((steps) => ({ steps: steps.map((one) => writeStep(one)) })) };
    case "foreach": {
      const { collection, item, index, concurrency, steps } = step;
      return {
        iterationMapping: {
          collection: typeof collection === "string" ? `$.${collection}` : collection,
          item,
          ...(index !== undefined && { index }),
        },
        concurrency,
        steps: steps.map((one) => writeStep(one)),
      };
    }
  }
}

function writeWay({ steps, goto }: Way): object {
  return {
    ...(steps && { steps: steps.map((step) => writeStep(step)) }),
    ...(goto !== undefined && { goto }),
  };
}

function writeMapping({ target, source }: Mapping): object {
  return { target, source: writeSource(source) };
}

function writeSource(source: Source): unknown {
  if ("constant" in source) return source.constant;
  if ("each" in source) return `$local[*].${source.each}`;
  return [source.root, ...source.keys].join(".");
}

function writeTest(test: Test): string {
  if ("all" in test) return test.all.map((part) => `(${writeTest(part)})`).join(" && ");
  if ("any" in test) return test.any.map((part) => `(${writeTest(part)})`).join(" || ");
  if ("not" in test) return `!(${writeTest(test.not)})`;
  if ("alone" in test) return writeOperand(test.alone);
  return `${writeOperand(test.left)} ${test.operator} ${writeOperand(test.right)}`;
}

function writeOperand(operand: Operand): string {
  return "key" in operand ? `$.${operand.key}` : JSON.stringify(operand.constant);
}
