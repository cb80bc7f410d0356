import type { FlowSummary } from "../flow/summary.ts";

export type DirectoryKind = "flow" | "queue" | "topic";

/** Which things of a kind exist; a later generation of a name wins over what is said of an earlier one. */
export interface RegisterCommand {
  readonly type: "register" | "unregister";
  readonly kind: DirectoryKind;
  readonly name: string;
  readonly generation: number;
  /** Of a flow that is there. */
  readonly summary?: FlowSummary;
}
