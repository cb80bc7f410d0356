import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { WorkerStats } from "./latencies.ts";
import { startHelper, stopProcess } from "./processes.ts";

/** The process of the external worker, as the benchmark sees it. */
export class WorkerProcess {
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async start(file: string, env: Record<string, string>): Promise<WorkerProcess> {
    const child = startHelper(file, env);
    await once(child, "message");
    return new WorkerProcess(child);
  }

  reset(): Promise<WorkerStats> {
    return this.ask("reset");
  }

  stats(): Promise<WorkerStats> {
    return this.ask("stats");
  }

  stop(): Promise<void> {
    return stopProcess(this.child);
  }

  private async ask(word: string): Promise<WorkerStats> {
    const answer = once(this.child, "message");
    this.child.send(word);
    const [stats] = (await answer) as [WorkerStats];
    return stats;
  }
}
