import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

export function newDataFolder(): string {
  return mkdtempSync(join(tmpdir(), "millrace-test-"));
}

export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}

/** `npm run NAME -- ARGS` in a process group of its own, as a user starts it. */
export class NpmRun {
  readonly process: ChildProcess;
  output = "";
  private readonly exit: Promise<number | null>;

  constructor(...words: string[]) {
    const [name = "", ...args] = words;
    this.process = spawn("npm", ["run", "--silent", name, "--", ...args], { cwd: ROOT, detached: true });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on("data", (data) => (this.output += String(data)));
    this.exit = once(this.process, "exit").then(([code]) => code as number | null);
  }

  /** Resolves once the output holds these words. */
  async says(words: string): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      const look = () => this.output.includes(words) && resolve();
      for (const stream of [this.process.stdout, this.process.stderr]) stream?.on("data", look);
      look();
    });
    const ended = this.exit.then((code) => {
      throw new Error(`ended with ${code} without saying "${words}":\n${this.output}`);
    });
    await Promise.race([heard, ended]);
  }

  ended(): Promise<number | null> {
    return this.exit;
  }

  /** To the whole group: the runner with all that it started. */
  signal(signal: NodeJS.Signals): void {
    if (this.process.pid !== undefined) process.kill(-this.process.pid, signal);
  }

  /** Resolves once no process of the group lives. */
  async gone(): Promise<void> {
    await this.exit;
    while (isGroupAlive(this.process.pid ?? 0)) await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isGroupAlive(pid: number): boolean {
  try {
    return process.kill(-pid, 0) && !isGroupDead(pid);
  } catch {
    return false;
  }
}

/** Dead processes still answer until init has looked at them, which some do once a second. */
function isGroupDead(group: number): boolean {
  const states = execFileSync("ps", ["-A", "-o", "pgid=,stat="], { encoding: "utf8" }).split("\n");
  return states
    .map((line) => line.trim().split(/\s+/))
    .filter(([id]) => Number(id) === group)
    .every(([, state = ""]) => state.startsWith("Z"));
}

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers with their own expectations
  readonly body: any;
}

/** What serves: `npm run dev`, or `millrace serve`. */
type Host = "dev" | "serve";

/** A service that can be killed and started again on the same data, also by the other host. */
export class Service {
  readonly data: string;
  private readonly port: number;
  private run: NpmRun | undefined;
  private host: Host = "dev";

  private constructor(port: number, data: string) {
    this.port = port;
    this.data = data;
  }

  /** With `npm run dev`. */
  static async start(...options: string[]): Promise<Service> {
    const service = new Service(await freePort(), newDataFolder());
    await service.start(...options);
    return service;
  }

  /** With `millrace serve`. */
  static async serve({ data = newDataFolder(), options = [] as string[] } = {}): Promise<Service> {
    const service = new Service(await freePort(), data);
    await service.startWith("serve", ...options);
    return service;
  }

  /** The first process of the run. */
  get pid(): number {
    return this.run?.process.pid ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get credentialsFile(): string {
    return join(this.data, "credentials.json");
  }

  async startWith(host: Host, ...options: string[]): Promise<void> {
    this.host = host;
    await this.start(...options);
  }

  async start(...options: string[]): Promise<void> {
    const words = this.host === "dev" ? ["dev"] : ["millrace", "serve"];
    this.run = new NpmRun(...words, "--port", String(this.port), "--data", this.data, ...options);
    await this.run.says(this.host === "dev" ? `ready ${this.url}` : '"event":"ready"');
  }

  /** What `millrace serve` has said so far, a JSON object a line. */
  get log(): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.run?.output.split("\n").filter((line) => line.startsWith("{")) ?? [];
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async says(words: string): Promise<void> {
    await this.run?.says(words);
  }

  async gone(): Promise<void> {
    await this.run?.gone();
  }

  /** `kill -9` of the whole process group. */
  async kill(): Promise<void> {
    this.run?.signal("SIGKILL");
    await this.run?.gone();
  }

  /** `SIGTERM`, as Ctrl-C does it; resolves once every process has ended. */
  async stop(): Promise<void> {
    this.run?.signal("SIGTERM");
    await this.run?.gone();
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const { accessKeyId, accessKeySecret } = JSON.parse(readFileSync(this.credentialsFile, "utf8")) as Record<
      string,
      string
    >;
    const isText = typeof body === "string";
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessKeyId}.${accessKeySecret}`,
        "content-type": isText ? "application/yaml" : "application/json",
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  /** As `call`, over restarts: tries again until there is an answer. */
  async insist(method: string, path: string, body?: unknown): Promise<Answer> {
    for (;;) {
      const answer = await this.call(method, path, body).catch(() => undefined);
      if (answer && answer.status < 500) return answer;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Waits for an execution's end. */
  async ended(path: string): Promise<Answer["body"]> {
    for (;;) {
      const { body } = await this.insist("GET", `${path}?wait=30`);
      if (body.endedAt !== undefined) return body;
    }
  }
}
