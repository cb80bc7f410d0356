import * as z from "zod";
import { CALL_SECONDS_MAX, EXECUTION_SECONDS_MAX } from "../../limits.ts";
import { type Result, assert } from "../../result.ts";
import { PLACES } from "../places.ts";
import { type ParsedResource, TASK_PATTERNS, checkPattern, parseAction, parseResource } from "../resource.ts";
import { checkSecrets, readSecrets } from "../secret.ts";
import { end, handling, json, stepKeys, timeoutSeconds } from "../schema.ts";
import { type Reporter, type StepDefinition, checkOf } from "../step-definition.ts";
import { sendsToken } from "../task-token.ts";

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
  places: { inputMappings: PLACES.taskInputMappings },
  checks: [
    checkOf(["resourceArn", "action"], checkResource),
    checkOf(["resourceArn"], checkQueueName),
    checkOf(["resourceArn", "action", "pattern"], checkCall),
    checkOf(["resourceArn", "action", "serviceParams"], checkParams),
    checkOf(["resourceArn", "action", "pattern", "serviceParams", "retry"], checkFixedName),
    checkOf(["resourceArn", "action", "pattern", "serviceParams", "inputMappings"], checkToken),
    checkOf(["pattern", "timeoutSeconds", "heartbeatSeconds"], checkTimeLimits),
    checkOf(["resourceArn", "action", "pattern", "timeoutSeconds"], checkCallTime),
  ],
  compile(raw, compiler) {
    const parsed = resourceOf(raw);
    assert(parsed.ok, "a checked definition names known resources");
    const given = raw.serviceParams ?? {};
    const params = Object.entries(given);
    const secrets = readSecrets(given, parsed.params.secrets ?? []);
    return {
      type: "task",
      ...compiler.common(raw),
      resourceArn: calledBy(raw),
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

type Called = Pick<Raw, "resourceArn" | "action">;

function resourceOf({ resourceArn, action = "" }: Called): Result<ParsedResource> {
  return resourceArn === undefined ? parseAction(action) : parseResource(resourceArn);
}

function calledBy({ resourceArn, action = "" }: Called): string {
  return resourceArn ?? action;
}

/** What a task calls, where that can be told. */
function knownResource(raw: Called): ParsedResource | undefined {
  const isOne = (raw.resourceArn === undefined) !== (raw.action === undefined);
  const parsed = resourceOf(raw);
  return isOne && parsed.ok ? parsed : undefined;
}

function checkResource(raw: Called, reporter: Reporter): void {
  if ((raw.resourceArn === undefined) === (raw.action === undefined)) {
    reporter.report("MissingKey", [], "a task has either resourceArn or action: what it calls");
    return;
  }
  const parsed = resourceOf(raw);
  if (!parsed.ok) reporter.report("UnsupportedResource", [resourceKey(raw)], parsed.detail);
}

/** The path that chooses a queue, if one does. */
function checkQueueName({ resourceArn = "" }: Pick<Raw, "resourceArn">, reporter: Reporter): void {
  const parsed = parseResource(resourceArn);
  if (!parsed.ok || parsed.resource.kind !== "queue") return;
  const { queue } = parsed.resource;
  if (typeof queue !== "string") reporter.value(queue.path, PLACES.queueName, ["resourceArn"]);
}

function checkCall(raw: Called & Pick<Raw, "pattern">, reporter: Reporter): void {
  const called = knownResource(raw);
  const checked = called && checkPattern(called, raw.pattern);
  if (checked?.ok === false) reporter.report("UnsupportedResource", [resourceKey(raw)], checked.detail);
}

function resourceKey({ action }: Called): string {
  return action === undefined ? "resourceArn" : "action";
}

function checkParams(raw: Called & Pick<Raw, "serviceParams">, reporter: Reporter): void {
  const called = knownResource(raw);
  const given = raw.serviceParams ?? {};
  for (const [key, value] of Object.entries(given)) {
    const path = ["serviceParams", key];
    const known = called?.params.known ?? "any";
    const constant = known === "any" || !Object.hasOwn(known, key) ? undefined : known[key];
    reporter.value(value, PLACES.serviceParams, path, constant);
    if (called) checkSecrets(value, path, called.params.secrets?.includes(key) ?? false, reporter);
    if (!called || known === "any" || constant) continue;
    const message = `${called.what} knows ${Object.keys(known).join(", ")}`;
    reporter.report("UnknownKey", path, message, { at: "key" });
  }
  const required = called?.params.required;
  if (!called || required === undefined || Object.hasOwn(given, required)) return;
  const example = required === "MessageBody" ? ": write `MessageBody: $` to send the step's input" : "";
  const at = raw.serviceParams ? ["serviceParams"] : [];
  reporter.report("MissingParameter", at, `${called.what} needs serviceParams.${required}${example}`);
}

function checkFixedName(
  raw: Called & Pick<Raw, "pattern" | "serviceParams" | "retry">,
  reporter: Reporter,
): void {
  const name = raw.serviceParams?.ExecutionName;
  const isFixed = typeof name === "string" && !name.startsWith("$");
  if (!isFixed || raw.pattern !== "sync" || raw.retry.length === 0) return;
  if (knownResource(raw)?.resource.kind !== "flow") return;
  const message =
    "a retry would start an execution of the same name, which is refused: leave ExecutionName out";
  reporter.report("RetryFindsNameTaken", ["serviceParams", "ExecutionName"], message);
}

/** Whoever is to report a task needs its token. Workers that take it from its queue's own API are given it. */
function checkToken(
  raw: Called & Pick<Raw, "pattern" | "serviceParams" | "inputMappings">,
  reporter: Reporter,
): void {
  const called = knownResource(raw);
  if (!called || raw.pattern !== "waitForCallback") return;
  if (sendsToken(called.params, raw.serviceParams ?? {}, raw.inputMappings ?? [])) return;
  const remedy = "map $context.task.token to a key in inputMappings, and send that key";
  if (called.resource.kind === "queue") {
    const message = `the message does not carry the task's token, which workers that speak MNS need: ${remedy}`;
    reporter.report("TokenNotMapped", ["pattern"], message);
  } else {
    const message = `${called.what} is not given the task's token, so nobody can report the task: ${remedy}`;
    reporter.report("TokenGoesNowhere", ["pattern"], message);
  }
}

function checkTimeLimits(
  {
    pattern,
    timeoutSeconds: limit,
    heartbeatSeconds,
  }: Pick<Raw, "pattern" | "timeoutSeconds" | "heartbeatSeconds">,
  reporter: Reporter,
): void {
  const waits = pattern === "waitForCallback";
  if (heartbeatSeconds !== undefined && !waits) {
    const message = "only a task with pattern waitForCallback has a worker that can give signs of life";
    reporter.report("InvalidValue", ["heartbeatSeconds"], message);
  }
  if (!waits || limit !== undefined || heartbeatSeconds !== undefined || reporter.isFlowTimed) return;
  const message =
    "if nobody ever reports the task, it waits for a year: give it timeoutSeconds or heartbeatSeconds";
  reporter.report("NoTimeLimit", ["name"], message);
}

/** Where the call's answer is the result, the task can take no longer than the call. */
function checkCallTime(raw: Called & Pick<Raw, "pattern" | "timeoutSeconds">, reporter: Reporter): void {
  const { pattern, timeoutSeconds: limit = 0 } = raw;
  const kind = knownResource(raw)?.resource.kind;
  if (limit <= CALL_SECONDS_MAX || pattern === "waitForCallback") return;
  if (kind !== "http" && kind !== "function") return;
  const remedy = "for more, let it report with a task token: pattern waitForCallback";
  const message = `the call ends after ${CALL_SECONDS_MAX} s, the longest that any may take: ${remedy}`;
  reporter.report("CallEndsSooner", ["timeoutSeconds"], message);
}
