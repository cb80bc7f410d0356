import * as z from "zod";
import { EXECUTION_SECONDS_MAX } from "../../limits.ts";
import { type Result, assert } from "../../result.ts";
import { type ParsedResource, TASK_PATTERNS, parseAction, parseResource } from "../resource.ts";
import { checkSecrets, readSecrets } from "../secret.ts";
import { end, handling, json, stepKeys, timeoutSeconds } from "../schema.ts";
import type { Reporter, StepDefinition } from "../step-definition.ts";

const schema = z.strictObject({
  type: z.literal("task"),
  ...stepKeys,
  end,
  resourceArn: z.string().min(1).optional(),
  action: z.string().min(1).optional(),
  pattern: z.enum(TASK_PATTERNS).default("requestResponse"),
  serviceParams: z.record(z.string(), json).optional(),
  timeoutSeconds: timeoutSeconds.optional(),
  heartbeatSeconds: z.int().min(1).max(EXECUTION_SECONDS_MAX).optional(),
  ...handling,
});

type Raw = z.output<typeof schema>;

/** Hands work outside (spec: FDL sections 2.1 and 5; `heartbeatSeconds` is ours). */
export const task: StepDefinition<typeof schema> = {
  schema,
  check(raw, reporter) {
    if ((raw.resourceArn === undefined) === (raw.action === undefined)) {
      reporter.report("MissingKey", [], "a task has either resourceArn or action: what it calls");
      return;
    }
    const parsed = resourceOf(raw);
    if (parsed.ok) checkParams(raw, parsed, reporter);
    else {
      const at = raw.action === undefined ? "resourceArn" : "action";
      reporter.report("UnsupportedResource", [at], parsed.detail);
    }
    if (raw.heartbeatSeconds !== undefined && raw.pattern !== "waitForCallback") {
      reporter.report(
        "InvalidValue",
        ["heartbeatSeconds"],
        "only a task with pattern waitForCallback has a worker that can give signs of life",
      );
    }
  },
  compile(raw, compiler) {
    const parsed = resourceOf(raw);
    assert(parsed.ok, "a checked definition names known resources");
    const given = raw.serviceParams ?? {};
    const params = Object.entries(given);
    const secrets = readSecrets(given, parsed.params.secrets ?? []);
    return {
      type: "task",
      ...compiler.common(raw),
      resourceArn: raw.resourceArn ?? raw.action ?? "",
      resource: parsed.resource,
      pattern: raw.pattern,
      serviceParams: Object.fromEntries(params.map(([key, value]) => [key, compiler.source(value)])),
      ...(secrets && { secrets }),
      ...(raw.timeoutSeconds !== undefined && { timeoutSeconds: raw.timeoutSeconds }),
      ...(raw.heartbeatSeconds !== undefined && { heartbeatSeconds: raw.heartbeatSeconds }),
      ...compiler.handling(raw),
    };
  },
};

function resourceOf({ resourceArn, action = "", pattern }: Raw): Result<ParsedResource> {
  return resourceArn === undefined ? parseAction(action, pattern) : parseResource(resourceArn, pattern);
}

function checkParams(raw: Raw, { resource, what, params }: ParsedResource, reporter: Reporter): void {
  const given = raw.serviceParams ?? {};
  const { known, required, secrets = [] } = params;
  if (required !== undefined && !Object.hasOwn(given, required)) {
    reporter.report(
      "MissingParameter",
      raw.serviceParams ? ["serviceParams"] : [],
      `${what} needs serviceParams.${required}${required === "MessageBody" ? ": write `MessageBody: $` to send the step's input" : ""}`,
    );
  }
  for (const [key, value] of Object.entries(given)) {
    reporter.source(value, ["serviceParams", key]);
    checkSecrets(value, ["serviceParams", key], secrets.includes(key), reporter);
    if (known === "any" || known.includes(key)) continue;
    reporter.report("UnknownKey", ["serviceParams", key], `${what} knows ${known.join(", ")}`, "key");
  }
  const isFixed = typeof given.ExecutionName === "string" && !given.ExecutionName.startsWith("$");
  if (resource.kind === "flow" && raw.pattern === "sync" && isFixed && raw.retry.length > 0) {
    const message =
      "a retry would start an execution of the same name, which is refused: leave ExecutionName out";
    reporter.report("RetryFindsNameTaken", ["serviceParams", "ExecutionName"], message);
  }
}
