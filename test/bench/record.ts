import { messageOf } from "../../src/core/result.ts";
import { appendFileSync, mkdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { dirname } from "node:path";
import type { WorkerStats } from "./latencies.ts";
import type { Host } from "./hosts.ts";
import { type ProcessMeter, diskUse, round } from "./processes.ts";
import type { WorkerProcess } from "./worker-process.ts";
import type { Options } from "./options.ts";

/** Whose numbers a line holds, and of what. */
export interface Measured {
  readonly peer: string;
  readonly variant: string;
  /** Where it ran, of what runs on several. */
  readonly host?: Host;
  readonly job: string;
  readonly rep: number;
  readonly n?: number;
  readonly unit: string;
  readonly units?: number;
  readonly load?: string;
  readonly durability?: string;
  readonly versions?: Readonly<Record<string, string>>;
}

/** One line of the results; `per_s` is null when the job failed. */
export interface Line extends Measured, Partial<WorkerStats> {
  readonly ok?: boolean;
  readonly err?: string;
  readonly wall_ms?: number;
  readonly per_s: number | null;
  readonly p50?: number | null;
  readonly p99?: number | null;
  readonly cpu_ms_per_unit?: number | null;
  readonly server_cpu_s?: number | null;
  readonly mem_peak_mb?: number | null;
  readonly disk_kb?: number;
  readonly disk_total_kb?: number;
  readonly [more: string]: unknown;
}

const SILENT = new Set(["durability", "versions", "disk_total_kb", "host"]);

/** Keeps all lines: in a file as JSON, on the screen in short. */
export class Records {
  readonly lines: Line[] = [];
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  add(line: Line): void {
    this.lines.push(line);
    const { results, connections } = this.options;
    const load1 = round(loadavg()[0] ?? 0, 2);
    const all = { ts: new Date().toISOString(), load1, cores: cpus().length, c: connections, ...line };
    mkdirSync(dirname(results), { recursive: true });
    appendFileSync(results, `${JSON.stringify(all)}\n`);
    const shown = Object.entries(line).filter(([key]) => !SILENT.has(key));
    console.log(shown.map(([key, value]) => `${key}=${String(value)}`).join(" "));
  }

  /** Times a job and adds its line, whether it succeeded or not. */
  async time(
    measured: Measured & { readonly units: number },
    { meter, data, worker }: Bench,
    run: () => Promise<object | void>,
  ): Promise<void> {
    await worker?.reset();
    const before = diskUse(data);
    meter.start();
    const startedAt = performance.now();
    let failure: unknown;
    const more = await run().catch((error: unknown) => {
      failure = error;
    });
    const wall = performance.now() - startedAt;
    const use = meter.stop();
    const total = diskUse(data);
    const { units } = measured;
    this.add({
      ...measured,
      ok: failure === undefined,
      ...(failure !== undefined && { err: messageOf(failure).slice(0, 300) }),
      wall_ms: round(wall, 1),
      per_s: failure === undefined ? round(units / (wall / 1000), 1) : null,
      cpu_ms_per_unit: use.server_cpu_s === null ? null : round((use.server_cpu_s * 1000) / units, 3),
      ...(worker && (await worker.stats())),
      ...use,
      disk_kb: total - before,
      disk_total_kb: total,
      ...more,
    });
  }
}

/** Where a job runs. */
export interface Bench {
  readonly meter: ProcessMeter;
  readonly data: string;
  readonly worker?: WorkerProcess;
}
