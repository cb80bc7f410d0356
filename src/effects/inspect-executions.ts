import type { ExecutionEnded } from "../core/flow/command.ts";
import type { StoredEntry } from "../core/flow/execution-index.ts";
import { judgeExecution } from "../core/flow/inspect-flow.ts";
import type { Finding } from "../core/inspection-views.ts";
import { executionObjectName } from "../core/names.ts";
import { messageOf } from "../core/result.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";

/** What executions of a flow that its index has as running say of themselves, and ends that nobody told. */
export async function inspectExecutions(
  env: Env,
  flow: string,
  entries: readonly StoredEntry[],
  heal: boolean,
): Promise<{ readonly findings: readonly Finding[]; readonly ends: readonly ExecutionEnded[] }> {
  const judged = await Promise.all(entries.map((entry) => inspectExecution(env, flow, entry, heal)));
  return {
    findings: judged.flatMap(({ findings }) => findings),
    ends: judged.flatMap(({ end }) => end ?? []),
  };
}

/** One that does not answer now is asked again with the next round. */
async function inspectExecution(env: Env, flow: string, entry: StoredEntry, heal: boolean) {
  const { generation, name } = entry;
  const object = executionObjectName({ flow, generation, name });
  try {
    const told = await env.EXECUTIONS.getByName(object).inspect({ heal });
    const named = told && { ...told, findings: told.findings.map((one) => namedAfter(name, one)) };
    return judgeExecution(entry, named, heal, Date.now());
  } catch (error) {
    log({ event: "inspectionFailed", object, message: messageOf(error) });
    return { findings: [] };
  }
}

/** The execution's name, and behind it that of its effect. */
function namedAfter(execution: string, one: Finding): Finding {
  return { ...one, name: one.name === undefined ? execution : `${execution} ${one.name}` };
}
