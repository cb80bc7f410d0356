import { round } from "./processes.ts";

/** Milliseconds of many calls. */
export class Latencies {
  private values: number[] = [];

  add(milliseconds: number): void {
    this.values.push(milliseconds);
  }

  percentile(percent: number): number | null {
    if (this.values.length === 0) return null;
    const sorted = Float64Array.from(this.values).toSorted();
    const position = Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1);
    return round(sorted[position] ?? 0, 2);
  }

  clear(): void {
    this.values = [];
  }
}

/** What a worker process tells of the callbacks it made; times in milliseconds. */
export interface WorkerStats {
  readonly cb_n: number;
  readonly cb_err: number;
  /** From a task in the worker's hands to its accepted report. */
  readonly lat_p50: number | null;
  readonly lat_p99: number | null;
  /** One call's round trip. */
  readonly cb_p50: number | null;
  readonly cb_p99: number | null;
}

/** Collects them, in a worker's process. */
export class StatsKeeper {
  readonly tasks = new Latencies();
  readonly calls = new Latencies();
  done = 0;
  errors = 0;

  take(): WorkerStats {
    return {
      cb_n: this.done,
      cb_err: this.errors,
      lat_p50: this.tasks.percentile(50),
      lat_p99: this.tasks.percentile(99),
      cb_p50: this.calls.percentile(50),
      cb_p99: this.calls.percentile(99),
    };
  }

  clear(): void {
    this.tasks.clear();
    this.calls.clear();
    this.done = 0;
    this.errors = 0;
  }
}
