import type { TaskCall } from "../../core/engine/tasks.ts";
import type { ResourceKind, ResourceOf } from "../../core/fdl/resource.ts";
import type { JsonObject } from "../../core/json.ts";
import { parseExecutionObjectName } from "../../core/names.ts";
import type { Env } from "../../env.ts";

/** What one attempt of a task asks of a resource of this kind. */
export type CallOf<K extends ResourceKind> = TaskCall & { readonly resource: ResourceOf<K> };

export interface CallContext {
  readonly env: Env;
  /** Name of the execution's object. */
  readonly execution: string;
  /** False once nobody waits for the call any more. */
  readonly isWanted: () => boolean;
}

/** What came of a call. */
export type CallResult =
  | {
      readonly ok: true;
      readonly output: JsonObject;
      /** The result will be reported later: so far the work was only handed over. */
      readonly isPending?: boolean;
    }
  | {
      readonly ok: false;
      readonly error: string;
      readonly cause: string;
      /** False when what was to be called was never reached. */
      readonly isAnswer: boolean;
      /** The task's time was over before an answer came. */
      readonly isLate?: boolean;
      /** An execution that this one is a child of has ended: it is to be stopped, too. */
      readonly isOrphan?: boolean;
    };

/** Makes a call; throws to say: try again later. */
export type Caller<K extends ResourceKind> = (context: CallContext, call: CallOf<K>) => Promise<CallResult>;

export function refused(error: string, cause: string): CallResult {
  return { ok: false, error, cause, isAnswer: false };
}

/** No answer came: in the task's own time, or in the longest that a call may take. */
export function unanswered(call: TaskCall): CallResult {
  const isLate = call.dueAt !== undefined && call.dueAt <= Date.now();
  return {
    ok: false,
    error: "FnF.TaskTimeout",
    cause: "the call was not answered in time",
    isAnswer: true,
    isLate,
  };
}

export function failed(error: string, cause: string): CallResult {
  return { ok: false, error, cause, isAnswer: true };
}

/** `ancestor` is the object of the one that has ended. */
export function orphaned(ancestor: string): CallResult {
  const id = parseExecutionObjectName(ancestor);
  const cause = `execution "${id?.name}" of flow "${id?.flow}", which waited for this one, has ended`;
  return { ok: false, error: "FnF.ParentStopped", cause, isAnswer: false, isOrphan: true };
}
