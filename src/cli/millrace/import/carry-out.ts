import { patchOf } from "../../crontab/fields.ts";
import { GONE } from "../../crontab/plan.ts";
import type { PlanStep } from "../../crontab/plan-step.ts";
import { payloadOf } from "../../crontab/stored.ts";
import { ApiError } from "../../client.ts";
import type { Target } from "./target.ts";

/** Calls that are under way at the same time. */
const AT_ONCE = 8;
const FAULT = 500;
/** Who is not let in now is not let in with the next line either. */
const NOT_LET_IN = new Set([401, 403, 429]);

/** What the service did not take of a plan, and why. */
export type Failures = ReadonlyMap<PlanStep, string>;

/** Does what a plan says. A line that is refused does not keep the others from being done. */
export async function carryOut(
  steps: readonly PlanStep[],
  user: string | undefined,
  target: Target,
  today: string,
): Promise<Failures> {
  const failures = new Map<PlanStep, string>();
  const queue = steps.values();
  const work = async () => {
    for (const step of queue) {
      try {
        await take(step, user, target, today);
      } catch (error) {
        if (!(error instanceof ApiError) || isOfAll(error)) throw error;
        failures.set(step, error.message);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return failures;
}

function isOfAll({ problem: { status } }: ApiError): boolean {
  return status >= FAULT || NOT_LET_IN.has(status);
}

async function take(step: PlanStep, user: string | undefined, target: Target, today: string): Promise<void> {
  if (step.sign === "-") {
    if (step.action === "delete") await target.remove(step.name);
    if (step.action === "pause") await target.pause(step.name, `${GONE} ${step.file} on ${today}`);
    return;
  }
  if (step.sign !== "+" && step.sign !== "~") return;
  const payload = payloadOf(step.job, step.file, user);
  const { settings } = step.job;
  if (step.sign === "+") await target.create(step.name, { ...settings, payload, enabled: step.enabled });
  else {
    const changes = step.changes.length === 0 ? {} : patchOf(step.changes, settings, payload);
    await target.change(step.name, { ...changes, ...(step.enables && { enabled: true }) });
  }
}
