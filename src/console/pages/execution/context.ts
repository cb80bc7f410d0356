import type { FlowGraph, GraphStep } from "../../api/types.ts";
import type { Layout } from "../../model/layout.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import type { Watched } from "../../api/live.ts";

/** What all parts of the page of an execution know. */
export interface ExecutionView {
  readonly flow: string;
  readonly name: string;
  /** Its address in the API. */
  readonly base: string;
  readonly snapshot: Snapshot;
  /** It was told to go on after its end. */
  readonly goesOn: () => void;
  readonly link: Watched["link"];
  readonly graph?: FlowGraph;
  readonly layout?: Layout;
  readonly steps: ReadonlyMap<string, GraphStep>;
  /** The step that failed or runs: what somebody who opens the page looks for. */
  readonly trouble?: string;
}
