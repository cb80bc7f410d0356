import type { Rejection } from "../result.ts";
import type { ExecutionOutcome } from "./command.ts";
import type { Draft } from "./state/draft.ts";

/** The rules: what a command records, or why it is refused. Nothing changes here. */
export type Decision = { readonly drafts: readonly Draft[]; readonly outcome: ExecutionOutcome } | Rejection;
