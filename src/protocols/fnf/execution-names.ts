import * as z from "zod";
import { NAME_LENGTH } from "../../core/limits.ts";
import { NAME_PATTERN, NAME_RULE } from "../../core/names.ts";
import { newExecutionName } from "../../service/execution-calls.ts";

const UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";
const SYNC_NAME = new RegExp(`^([A-Za-z_][\\w-]{0,${NAME_LENGTH - 1}}):(${UUID})$`);
const UUID_LENGTH = 36;

/** An execution's name as the caller knows it, and as the rest of the house does. */
export interface ExecutionName {
  readonly shown: string;
  readonly inner: string;
}

/**
 * The name of an execution that StartSyncExecution starts: names given to it need not be unique, so it adds a UUID behind
 * a colon, which no name of ours can have.
 */
export function syncName(given: string | undefined): ExecutionName {
  if (given !== undefined) return nameOf(`${given}:${crypto.randomUUID()}`);
  const shown = newExecutionName();
  return { shown, inner: shown };
}

function nameOf(shown: string): ExecutionName {
  const [, given, uuid] = SYNC_NAME.exec(shown) ?? [];
  if (given === undefined || uuid === undefined) return { shown, inner: shown };
  return { shown, inner: `${given.slice(0, NAME_LENGTH - UUID_LENGTH - 1)}-${uuid}` };
}

/** Names of executions that are there, of either kind. */
export const executionName = z
  .string()
  .refine((shown) => NAME_PATTERN.test(shown) || SYNC_NAME.test(shown), `must be ${NAME_RULE}`)
  .transform(nameOf);
