import { given } from "../../../core/given.ts";
import { EXECUTION_WAIT_SECONDS_MAX, FNF_SYNC_SECONDS_MAX } from "../../../core/limits.ts";
import type { ExecutionHead } from "../../../core/execution-views.ts";
import { toRfc3339 } from "../../../core/time.ts";
import type { Env } from "../../../env.ts";
import { describeExecution, startExecution } from "../../../service/execution-calls.ts";
import { type Action, action } from "../action.ts";
import { errorOf } from "../errors.ts";
import { syncName } from "../execution-names.ts";
import { NOTHING_WRITTEN, name, onlyDefault, written } from "../fields.ts";
import { outputOf } from "../whole-values.ts";

/** The execution at its end, or as it is when that takes too long for one answer. */
async function awaitEnd(env: Env, started: ExecutionHead): Promise<ExecutionHead> {
  let head = started;
  for (let waited = EXECUTION_WAIT_SECONDS_MAX; waited < FNF_SYNC_SECONDS_MAX;) {
    if (head.endedAt !== undefined) return head;
    waited += EXECUTION_WAIT_SECONDS_MAX;
    const outcome = await describeExecution(env, head.flow, head.name, EXECUTION_WAIT_SECONDS_MAX);
    // It runs, whatever keeps us from waiting for it.
    if (!outcome.ok) return head;
    head = outcome.head;
  }
  return head;
}

export const syncExecutionActions: readonly Action[] = [
  action({
    name: "StartSyncExecution",
    does: "Starts an execution of an express flow, and answers when it has ended",
    needs: "operate",
    audited: false,
    replay: "refused",
    parameters: {
      FlowName: name,
      ExecutionName: name.optional(),
      Input: written.default(NOTHING_WRITTEN),
      Qualifier: onlyDefault("", "LATEST"),
    },
    async handle({ env, caller, nonce, parameters: { FlowName, ExecutionName, Input } }) {
      const { shown, inner } = syncName(ExecutionName);
      const outcome = await startExecution(env, {
        flow: FlowName,
        name: inner,
        input: Input.value,
        ...given({ inputText: Input.text }),
        startedBy: `key:${caller.accessKeyId}`,
        startId: nonce.request,
        waitSeconds: EXECUTION_WAIT_SECONDS_MAX,
        mode: "Express",
        nonce,
      });
      if (!outcome.ok) throw errorOf(outcome);
      const head = await awaitEnd(env, outcome.head);
      const { status, error = "", cause = "", startedAt, endedAt } = head;
      return {
        FlowName,
        Name: shown,
        Status: status,
        ErrorCode: error,
        ErrorMessage: cause,
        Output: await outputOf(env, head, head),
        StartedTime: toRfc3339(startedAt),
        StoppedTime: endedAt === undefined ? "" : toRfc3339(endedAt),
      };
    },
  }),
];
