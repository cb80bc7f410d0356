import type { ExecutionFailures, FailureGroup, WorkerShare } from "../../core/execution-views.ts";
import type { TaskWork } from "../../core/engine/state/fact.ts";
import { toRuns } from "../../core/engine/state/runs.ts";
import { given } from "../../core/given.ts";
import { ITEM_RUNS_MAX } from "../../core/item-limits.ts";
import {
  FAILURE_CAUSE_LENGTH,
  FAILURE_GROUPS_MAX,
  FAILURE_INDEXES_KEPT,
  FAILURE_INDEXES_MAX,
  FAILURE_PATHS_MAX,
  FAILURE_WORKERS_MAX,
} from "../../core/view-limits.ts";

/** A step that ended badly, and whose work that was. */
export interface Failed {
  readonly step: string;
  readonly path: string;
  /** Of the iteration that it was in. */
  readonly index?: number;
  readonly error: string;
  readonly cause: string;
  readonly at: number;
  readonly by?: TaskWork | undefined;
  /** The execution ended with it. */
  readonly isLast?: boolean;
}

interface Group extends Omit<FailureGroup, "workers" | "runs"> {
  readonly key: string;
  count: number;
  lastAt: number;
  readonly paths: string[];
  readonly indexes: number[];
  /** How often each index failed. */
  readonly byIndex: Map<number, number>;
  readonly byWorker: Map<string, number>;
}

interface Share {
  succeeded: number;
  failed: number;
  readonly durations: Map<number, number>;
}

/** What is kept of a failure that may be taken back: little, since there may be many. */
interface Counted {
  readonly group?: Group;
  readonly path?: string;
  readonly index?: number;
  readonly worker?: string;
}

/** Durations are counted in steps of 7 %, which is exact enough for a median. */
const STEP = Math.log(1.07);

/** What failed, by error and cause, and what each worker did: first of all, then of the steps of one name. */
export class Failures {
  private readonly groups = new Map<string, Group>();
  private readonly shares = new Map<string, Share>();
  private total = 0;
  private ungrouped = 0;
  /** Indexes that groups keep, together. */
  private indexed = 0;
  /** What the execution ended with: it is done anew should that go on. */
  private readonly last: Counted[] = [];
  /** The failure that is on its way up. */
  private rising: { readonly path: string; readonly counted: Counted } | undefined;
  /** Those that a foreach went on after, by the paths of its iterations: they may be tried again. */
  private readonly toleratedBy = new Map<string, Counted>();

  failed(failure: Failed): void {
    const counted = this.count(failure);
    this.rising = { path: failure.path, counted };
    if (failure.isLast) this.last.push(counted);
  }

  /** An iteration is over with the failure that came last, if that was inside it. */
  tolerated(iteration: string): void {
    const { rising } = this;
    this.rising = undefined;
    if (rising?.path.startsWith(`${iteration}/`)) this.toleratedBy.set(iteration, rising.counted);
  }

  /** It is tried again. */
  forgetTolerated(iteration: string): void {
    const counted = this.toleratedBy.get(iteration);
    this.toleratedBy.delete(iteration);
    if (counted) this.forget(counted);
  }

  private count(failure: Failed): Counted {
    const { step, path, index, error, at, by } = failure;
    this.total++;
    const { key, shown } = keyOf(failure);
    const known = this.groups.get(key);
    if (!known && this.groups.size >= FAILURE_GROUPS_MAX) {
      this.ungrouped++;
      return {};
    }
    const group: Group = known ?? {
      key,
      step,
      error,
      cause: shown,
      count: 0,
      firstAt: at,
      lastAt: at,
      paths: [],
      indexes: [],
      byIndex: new Map(),
      byWorker: new Map(),
    };
    this.groups.set(key, group);
    group.count++;
    group.lastAt = at;
    const isPathTold = group.paths.length < FAILURE_PATHS_MAX;
    if (isPathTold) group.paths.push(path);
    if (index !== undefined) this.noteIndex(group, index);
    const worker = by?.worker;
    const isWorkerTold =
      worker !== undefined && (group.byWorker.has(worker) || group.byWorker.size < FAILURE_WORKERS_MAX);
    if (isWorkerTold) group.byWorker.set(worker, (group.byWorker.get(worker) ?? 0) + 1);
    return { group, ...(isPathTold && { path }), ...(isWorkerTold && { worker }), ...given({ index }) };
  }

  private noteIndex({ indexes, byIndex }: Group, index: number): void {
    if (indexes.length < FAILURE_INDEXES_MAX) indexes.push(index);
    const known = byIndex.get(index);
    if (known === undefined && this.indexed++ >= FAILURE_INDEXES_KEPT) this.indexed--;
    else byIndex.set(index, (known ?? 0) + 1);
  }

  private forgetIndex({ indexes, byIndex }: Group, index: number): void {
    remove(indexes, index);
    if (byIndex.get(index) === 1) this.indexed--;
    lower(byIndex, index);
  }

  /** The execution goes on: what it ended with is no failure any more. */
  goOn(): void {
    for (const counted of this.last.splice(0)) this.forget(counted);
  }

  private forget({ group, path, index, worker }: Counted): void {
    this.total--;
    if (!group) {
      this.ungrouped--;
      return;
    }
    group.count--;
    if (path !== undefined) remove(group.paths, path);
    if (index !== undefined) this.forgetIndex(group, index);
    if (worker !== undefined) lower(group.byWorker, worker);
    if (group.count === 0) this.groups.delete(group.key);
  }

  /** A worker's report of a task. */
  reported(by: TaskWork | undefined, isGood: boolean, at: number): void {
    if (by?.worker === undefined) return;
    const known = this.shares.get(by.worker);
    if (!known && this.shares.size >= FAILURE_WORKERS_MAX) return;
    const share: Share = known ?? { succeeded: 0, failed: 0, durations: new Map() };
    this.shares.set(by.worker, share);
    if (isGood) share.succeeded++;
    else share.failed++;
    if (by.takenAt === undefined) return;
    const bucket = Math.round(Math.log(Math.max(1, at - by.takenAt)) / STEP);
    share.durations.set(bucket, (share.durations.get(bucket) ?? 0) + 1);
  }

  /** The most frequent first; `step` is the path of a step, without indexes of iterations. */
  view(step?: string): ExecutionFailures {
    const isMeant = (group: Group) =>
      step === undefined || group.step === step || group.step.startsWith(`${step}[`);
    const groups = [...this.groups.values()].filter(isMeant).toSorted((a, b) => b.count - a.count);
    const inGroups = groups.reduce((sum, { count }) => sum + count, 0);
    return {
      total: step === undefined ? this.total : inGroups,
      ungrouped: step === undefined ? this.ungrouped : 0,
      groups: groups.map(({ key: _, byWorker, byIndex, ...group }) => ({
        ...group,
        runs: toRuns([...byIndex.keys()]).slice(0, ITEM_RUNS_MAX),
        workers: [...byWorker].toSorted(([, a], [, b]) => b - a),
      })),
      byWorker: Array.from(this.shares, shareOf).toSorted((a, b) => b.failed - a.failed),
    };
  }
}

/** Of its group, with the cause as far as it is kept. */
function keyOf({ step, error, cause }: Failed): { readonly key: string; readonly shown: string } {
  const shown = cause.slice(0, FAILURE_CAUSE_LENGTH).toWellFormed();
  return { key: JSON.stringify([step, error, shown]), shown };
}

function remove<T>(list: T[], one: T): void {
  const at = list.lastIndexOf(one);
  if (at >= 0) list.splice(at, 1);
}

function lower<K>(counts: Map<K, number>, of: K): void {
  const count = counts.get(of) ?? 0;
  if (count > 1) counts.set(of, count - 1);
  else counts.delete(of);
}

function shareOf([worker, { succeeded, failed, durations }]: readonly [string, Share]): WorkerShare {
  return { worker, succeeded, failed, ...(durations.size > 0 && { medianMs: median(durations) }) };
}

function median(durations: ReadonlyMap<number, number>): number {
  const sorted = [...durations].toSorted(([a], [b]) => a - b);
  let left = sorted.reduce((sum, [, count]) => sum + count, 0) / 2;
  const middle = sorted.find(([, count]) => (left -= count) <= 0);
  return Math.round(Math.exp((middle?.[0] ?? 0) * STEP));
}
