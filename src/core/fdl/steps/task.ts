import * as z from "zod";
import { end, handling, json, stepKeys, timeoutSeconds } from "../schema.ts";
import { TASK_PATTERNS, parseResource } from "../resource.ts";
import { assert } from "../../result.ts";
import type { StepDefinition } from "../step-definition.ts";

const schema = z.strictObject({
  type: z.literal("task"),
  ...stepKeys,
  end,
  resourceArn: z.string().min(1),
  pattern: z.enum(TASK_PATTERNS).default("requestResponse"),
  serviceParams: z.record(z.string(), json).optional(),
  timeoutSeconds: timeoutSeconds.optional(),
  ...handling,
});

const QUEUE_PARAMS = ["MessageBody", "Priority", "DelaySeconds"];

/** Hands work outside (spec: FDL section 2.1). */
export const task: StepDefinition<typeof schema> = {
  schema,
  check(raw, reporter) {
    const parsed = parseResource(raw.resourceArn, raw.pattern);
    if (!parsed.ok) reporter.report("UnsupportedResource", ["resourceArn"], parsed.detail);
    const params = raw.serviceParams ?? {};
    if (!Object.hasOwn(params, "MessageBody")) {
      reporter.report(
        "MissingMessageBody",
        raw.serviceParams ? ["serviceParams"] : [],
        "a message to a queue needs serviceParams.MessageBody: write `MessageBody: $` to send the step's input",
      );
    }
    for (const [key, value] of Object.entries(params)) {
      reporter.source(value, ["serviceParams", key]);
      if (QUEUE_PARAMS.includes(key)) continue;
      reporter.report(
        "UnknownKey",
        ["serviceParams", key],
        `a queue knows ${QUEUE_PARAMS.join(", ")}`,
        "key",
      );
    }
  },
  compile(raw, compiler) {
    const parsed = parseResource(raw.resourceArn, raw.pattern);
    assert(parsed.ok, "a checked definition names known resources");
    const params = Object.entries(raw.serviceParams ?? {});
    return {
      type: "task",
      ...compiler.common(raw),
      resourceArn: raw.resourceArn,
      resource: parsed.resource,
      pattern: raw.pattern,
      serviceParams: Object.fromEntries(params.map(([key, value]) => [key, compiler.source(value)])),
      ...(raw.timeoutSeconds !== undefined && { timeoutSeconds: raw.timeoutSeconds }),
      ...compiler.handling(raw),
    };
  },
};
