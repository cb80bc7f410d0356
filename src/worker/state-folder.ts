/** What outlives a runner's process: reports that could not be sent, the processes that ran, and its session. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isJsonObject, readJsonExactly, toJson } from "./json.ts";
import { KEPT_REPORTS_BYTES } from "./limits.ts";
import { takeLock } from "./lock.ts";
import type { Unsent } from "./outbox.ts";
import { endGroup, startOf } from "./process-group.ts";
import { UsageError } from "./usage-error.ts";
import type { ReportOnWire } from "./wire.ts";

const NAMES_MAX = 1000;
const OWNER_ONLY = 0o700;

interface KeptReport {
  readonly queue: string;
  readonly report: ReportOnWire;
}

interface Taken {
  readonly folder: StateFolder;
  /** The runner's name: that of its folder, so that it is the same after a restart. */
  readonly name: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a runner of this name keeps its state unless somebody says otherwise. */
export function defaultState(name: string, env: Environment): string {
  // systemd may name several.
  const given = env.STATE_DIRECTORY?.split(":")[0];
  if (given !== undefined && given !== "") return given;
  return join(env.XDG_STATE_HOME ?? join(homedir(), ".local", "state"), "millrace", name);
}

/** The first folder that no living runner has: `north`, else `north-2`, and so on. */
export function takeStateFolder(path: string, name: string): Taken {
  for (let number = 1; number <= NAMES_MAX; number++) {
    const end = number === 1 ? "" : `-${number}`;
    try {
      mkdirSync(join(`${path}${end}`, "running"), { recursive: true, mode: OWNER_ONLY });
      if (takeLock(`${path}${end}`))
        return { folder: new StateFolder(`${path}${end}`), name: `${name}${end}` };
    } catch (error) {
      throw new UsageError(
        `the state folder ${path}${end} cannot be used: ${error instanceof Error ? error.message : ""} (--state names another, --no-state none)`,
      );
    }
  }
  throw new UsageError(`${NAMES_MAX} runners of the name ${name} are there already`);
}

export class StateFolder {
  private readonly path: string;
  private readonly unsent = new Map<string, readonly Unsent[]>();
  private isKept: boolean;

  constructor(path: string) {
    this.path = path;
    this.isKept = existsSync(this.reportsFile());
  }

  /** Says who works here from now on, and gives who did before. */
  replaceSession(session: string): string | undefined {
    const file = join(this.path, "session");
    const before = readIfThere(file).trim();
    writeFileSync(file, `${session}\n`, { mode: 0o600 });
    return before === "" ? undefined : before;
  }

  began(group: number, start: string | undefined): void {
    writeFileSync(this.runningFile(group), start ?? "", { mode: 0o600 });
  }

  ended(group: number): void {
    rmSync(this.runningFile(group), { force: true });
  }

  /** Ends what a dead runner's commands left running; gives how many. */
  async endLeftovers(killAfterMs: number): Promise<number> {
    const groups = readdirSync(join(this.path, "running")).map(Number);
    const left = groups.filter((group) => {
      const start = readIfThere(this.runningFile(group));
      return group > 1 && start !== "" && startOf(group) === start;
    });
    await Promise.all(left.map((group) => endGroup(group, killAfterMs)));
    for (const group of groups) this.ended(group);
    return left.length;
  }

  /** Keeps what could not be sent; gives how many had to give way. */
  keep(queue: string, unsent: readonly Unsent[], hasFailed: boolean): number {
    this.unsent.set(queue, unsent);
    if (!hasFailed && !this.isKept) return 0;
    const all = [...this.unsent].flatMap(([name, some]) => some.map((one) => ({ name, one })));
    if (all.length === 0) {
      rmSync(this.reportsFile(), { force: true });
      this.isKept = false;
      return 0;
    }
    let bytes = all.reduce((sum, { one }) => sum + one.bytes, 0);
    let dropped = 0;
    while (bytes > KEPT_REPORTS_BYTES) bytes -= all[dropped++]?.one.bytes ?? 0;
    const lines = all.slice(dropped).map(({ name, one }) => toJson({ queue: name, report: one.report }));
    this.write(lines);
    this.isKept = true;
    return dropped;
  }

  /** What an earlier process could not send. A line that it could not finish counts for nothing. */
  keptReports(): KeptReport[] {
    const values = readIfThere(this.reportsFile()).split("\n").map(readJsonExactly);
    return values.flatMap((value) => {
      if (!isJsonObject(value) || typeof value.queue !== "string" || !isJsonObject(value.report)) return [];
      const { token, ...rest } = value.report;
      return typeof token === "string" ? [{ queue: value.queue, report: { token, ...rest } }] : [];
    });
  }

  private write(lines: readonly string[]): void {
    const file = `${this.reportsFile()}.new`;
    const descriptor = openSync(file, "w", 0o600);
    try {
      writeSync(descriptor, `${lines.join("\n")}\n`);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(file, this.reportsFile());
  }

  private reportsFile(): string {
    return join(this.path, "reports.ndjson");
  }

  private runningFile(group: number): string {
    return join(this.path, "running", String(group));
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
