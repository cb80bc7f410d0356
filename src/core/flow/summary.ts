import { given } from "../given.ts";
import { jsonSize } from "../json.ts";
import type { FlowRecord, FlowVersion } from "./flow.ts";

/** What lists show of a flow; the directory keeps it. */
export interface FlowSummary extends Pick<
  FlowRecord,
  "version" | "createdAt" | "updatedAt" | "retentionDays" | "paused"
> {
  readonly description?: string;
  /** Of a summary and another one of the same generation the later has the higher one. */
  readonly revision: number;
  /** Bytes of the definition as a text of JSON. */
  readonly definitionSize: number;
}

/** Bytes of JSON, at the most, of what a list shows of a flow besides its description. */
const LISTED_SIZE = 700;

export function listedSize(description = ""): number {
  return LISTED_SIZE + jsonSize(description);
}

export function summaryOf(flow: FlowRecord, { definition, description }: FlowVersion): FlowSummary {
  const { version, createdAt, updatedAt, retentionDays, paused } = flow;
  return {
    version,
    createdAt,
    updatedAt,
    revision: revisionOf(flow),
    definitionSize: jsonSize(definition),
    ...given({ description, retentionDays }),
    ...(paused && { paused: { at: paused.at, by: paused.by, starts: paused.starts } }),
  };
}

/** How many changes there were in a flow's generation, those that made no version included. */
export function revisionOf({ revision, version }: FlowRecord): number {
  return revision ?? version;
}
