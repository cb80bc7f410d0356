import type { ExecutionEnded } from "../core/flow/command.ts";
import type { StoredEntry } from "../core/flow/execution-index.ts";
import { judgeExecution, missingQueues } from "../core/flow/inspect-flow.ts";
import type { AwaitedQueue, ExecutionInspection, Finding } from "../core/inspection-views.ts";
import { executionObjectName } from "../core/names.ts";
import { messageOf } from "../core/result.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";

/** An execution that answered: undefined of one whose object has nothing of it. */
interface Answer {
  readonly entry: StoredEntry;
  readonly told: ExecutionInspection | undefined;
}

/** What executions of a flow that its index has as running say of themselves, and ends that nobody told. */
export async function inspectExecutions(
  env: Env,
  flow: string,
  entries: readonly StoredEntry[],
  heal: boolean,
): Promise<{ readonly findings: readonly Finding[]; readonly ends: readonly ExecutionEnded[] }> {
  const asked = await Promise.all(entries.map((entry) => inspectExecution(env, flow, entry, heal)));
  const answers = asked.filter((answer) => answer !== undefined);
  const madeAt = await queuesMade(
    env,
    answers.flatMap(({ told }) => told?.queues ?? []),
  );
  const judged = answers.map(({ entry, told }) => judgeExecution(entry, told, heal, Date.now()));
  const missing = answers.flatMap(({ entry, told }) =>
    missingQueues(entry.name, told?.queues ?? [], madeAt, Date.now()),
  );
  return {
    findings: [...judged.flatMap(({ findings }) => findings), ...missing],
    ends: judged.flatMap(({ end }) => end ?? []),
  };
}

/** One that does not answer now is asked again with the next round. */
async function inspectExecution(
  env: Env,
  flow: string,
  entry: StoredEntry,
  heal: boolean,
): Promise<Answer | undefined> {
  const { generation, name } = entry;
  const object = executionObjectName({ flow, generation, name });
  const told = await answerOf(object, () => env.EXECUTIONS.getByName(object).inspect({ heal }));
  if (!told) return undefined;
  const { answer } = told;
  const findings = answer?.findings.map((one) => namedAfter(name, one)) ?? [];
  return { entry, told: answer && { ...answer, findings } };
}

/** When the queues that are there were made; those that do not answer are left out. */
async function queuesMade(
  env: Env,
  awaited: readonly AwaitedQueue[],
): Promise<Map<string, number | undefined>> {
  const madeAt = new Map<string, number | undefined>();
  const names = new Set(awaited.map(({ queue }) => queue));
  await Promise.all(
    Array.from(names, async (name) => {
      const told = await answerOf(name, () => env.QUEUES.getByName(name).get());
      if (told) madeAt.set(name, told.answer?.createdAt);
    }),
  );
  return madeAt;
}

async function answerOf<T>(
  object: string,
  ask: () => Promise<T>,
): Promise<{ readonly answer: T } | undefined> {
  try {
    return { answer: await ask() };
  } catch (error) {
    log({ event: "inspectionFailed", object, message: messageOf(error) });
    return undefined;
  }
}

/** The execution's name, and behind it that of its effect. */
function namedAfter(execution: string, one: Finding): Finding {
  return { ...one, name: one.name === undefined ? execution : `${execution} ${one.name}` };
}
