import { OpenSecrets } from "../../auth/secrets.ts";
import type { Execution } from "../../core/engine/contract.ts";
import { parseStepAddress } from "../../core/engine/state/addresses.ts";
import { frameAt, openStep } from "../../core/engine/state/navigation.ts";
import type { TaskAttempt } from "../../core/engine/state/task-ref.ts";
import { stepOf } from "../../core/fdl/flow.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Env } from "../../env.ts";

/** What a worker says of an attempt. */
interface Told extends TaskAttempt {
  readonly output?: JsonObject;
  readonly error?: string;
  readonly cause?: string;
  readonly progress?: Json;
  readonly log?: string;
}

/** What a worker says, without the secrets of its task: whoever was called with them may answer with what he was given. */
export function withoutSecrets<T extends Told>(env: Env, execution: Execution | undefined, told: T): T {
  const open = secretsOf(env, execution, told.path);
  if (!open) return told;
  const { output, error, cause, progress, log } = told;
  return {
    ...told,
    ...(output && { output: open.maskIn(output) }),
    ...(error !== undefined && { error: open.mask(error) }),
    ...(cause !== undefined && { cause: open.mask(cause) }),
    ...(log !== undefined && { log: open.mask(log) }),
    ...(progress !== undefined && { progress: open.maskIn(progress) }),
  };
}

/** The secrets that a task's call was made with, if it was made with any. */
function secretsOf(env: Env, execution: Execution | undefined, path: string): OpenSecrets | undefined {
  const address = parseStepAddress(path);
  if (!execution || !address) return undefined;
  const { state } = execution;
  const frame = frameAt(state, address.frame);
  if (frame?.phase.is !== "task") return undefined;
  const { secrets } = stepOf(openStep(state, frame), "task");
  return secrets && new OpenSecrets(env, secrets);
}
