import type { TaskCall } from "../../core/engine/tasks.ts";
import type { ResourceKind, ResourceOf } from "../../core/fdl/resource.ts";
import type { JsonObject } from "../../core/json.ts";
import { CALL_SECONDS_MAX, CAUSE_LENGTH } from "../../core/limits.ts";
import { parseExecutionObjectName } from "../../core/names.ts";
import type { Env } from "../../env.ts";
import type { OpenCalls } from "../open-calls.ts";

/** What one attempt of a task asks of a resource of this kind. */
export type CallOf<K extends ResourceKind> = TaskCall & { readonly resource: ResourceOf<K> };

export interface CallContext {
  readonly env: Env;
  /** Name of the execution's object. */
  readonly execution: string;
  readonly calls: OpenCalls;
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

/** A call over HTTP was made and gave nothing to look at. */
export interface NoAnswer {
  readonly reason: "late" | "tooLarge" | "none";
  readonly message: string;
}

/** Makes a call; throws to say: try again later. */
export type Caller<K extends ResourceKind> = (context: CallContext, call: CallOf<K>) => Promise<CallResult>;

export function refused(error: string, cause: string): CallResult {
  return { ok: false, error, cause, isAnswer: false };
}

/** What that means for the task; `errors` are its names where it is not for want of time. */
export function unanswered(
  { dueAt }: TaskCall,
  { reason, message }: NoAnswer,
  errors: { readonly [R in Exclude<NoAnswer["reason"], "late">]: string },
): CallResult {
  if (reason !== "late") return failed(errors[reason], asCause(message));
  const isLate = dueAt !== undefined && dueAt <= Date.now();
  const cause = `${message}: a call may take ${CALL_SECONDS_MAX} s at the most`;
  return { ...failed("FnF.TaskTimeout", cause), isLate };
}

export function failed(error: string, cause: string) {
  return { ok: false, error, cause, isAnswer: true } as const;
}

/** `ancestor` is the object of the one that has ended. */
export function orphaned(ancestor: string): CallResult {
  const id = parseExecutionObjectName(ancestor);
  const cause = `execution "${id?.name}" of flow "${id?.flow}", which waited for this one, has ended`;
  return { ok: false, error: "FnF.ParentStopped", cause, isAnswer: false, isOrphan: true };
}

/** As much of a text as a cause may hold. */
export function asCause(text: string): string {
  return text.slice(0, CAUSE_LENGTH);
}
