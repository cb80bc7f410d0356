import type { TellingOf } from "../telling.ts";
import type { NextRun } from "./night.ts";
import type { Firing } from "./schedule.ts";

/** What a shard of schedules tells the board of them. Times are epoch milliseconds. */
export interface ShardDigest {
  /** Another one as soon as anything of its schedules or their firings is. */
  readonly change: number;
  readonly schedules: number;
  /** How many of them fire. */
  readonly on: number;
  /** Flows with the names of their schedules, in order, as many as are told. */
  readonly names: readonly string[];
  /** What starts next, the soonest first. */
  readonly next: readonly NextRun[];
  /** The worst first. */
  readonly problems: readonly ScheduleProblem[];
  /** How many names and problems there was no room for; absent: none, or an earlier release told it. */
  readonly leftOut?: number;
  /** What the webhook did not take, and when the last of it was given up; absent: it took all. */
  readonly deadNotices?: { readonly dead: number; readonly diedAt: number };
}

/**
 * What somebody has to look after: the newest firing that is decided did not go well; or the schedule is on and will never
 * fire again, although nobody said so; or it does not fire, because something is wrong with it.
 */
export interface ScheduleProblem {
  readonly kind: "failed" | "missed" | "late" | "noFuture" | "parked";
  readonly flow: string;
  readonly schedule: string;
  readonly since: number;
  /** Of a firing: its instant, and how many in a row went so. */
  readonly at?: number;
  readonly count?: number;
  readonly executionName?: string;
  /** What the ledger says of what did not start. */
  readonly why?: Firing["verdict"];
  readonly reason?: string;
}

export type ShardTelling = TellingOf<"shard", ShardDigest>;
