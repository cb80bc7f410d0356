import { maskTokensIn } from "../auth/task-token.ts";
import type { NotableFact } from "../core/engine/execution-machine.ts";
import type { LogEntry } from "../core/host/ports.ts";
import { parseExecutionObjectName } from "../core/names.ts";

/** A fact as a line of the log: names and errors, never inputs, outputs or tokens. */
export function describeFact(object: string, { fact, step }: NotableFact): LogEntry {
  const id = parseExecutionObjectName(object);
  return {
    event: fact.type,
    flow: id?.flow,
    execution: id?.name,
    ...("version" in fact && { version: fact.version }),
    ...("startedBy" in fact && { startedBy: fact.startedBy }),
    ...(step !== undefined && { step }),
    ...("attempt" in fact && { attempt: fact.attempt }),
    ...("error" in fact && fact.error !== undefined && { error: maskTokensIn(fact.error) }),
    ...("cause" in fact && { cause: maskTokensIn(fact.cause) }),
  };
}
