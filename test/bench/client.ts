import { Agent, request } from "node:http";

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

const TIMEOUT_MS = 300_000;

/** The least a client can cost: plain requests over connections that stay open. */
export class HttpClient {
  private readonly agent: Agent;
  private readonly base: URL;
  private readonly headers: Record<string, string>;

  constructor(url: string, connections: number, headers: Record<string, string> = {}) {
    this.base = new URL(url);
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
    this.headers = headers;
  }

  /** `more` are headers in place of the client's own. */
  send(method: string, path: string, body?: string, more: Record<string, string> = {}): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const headers = {
      ...this.headers,
      ...(body !== undefined && {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
      }),
      ...more,
    };
    const { hostname, port } = this.base;
    const options = { hostname, port, path, method, agent: this.agent, headers };
    const call = request(options, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    call.setTimeout(TIMEOUT_MS, () => call.destroy(new Error("no answer in time")));
    call.on("error", reject);
    call.end(body);
    return promise;
  }

  /** The JSON of a good answer. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a benchmark knows what it asks for
  async json(method: string, path: string, body?: unknown): Promise<any> {
    const { status, text } = await this.send(
      method,
      path,
      body === undefined ? undefined : JSON.stringify(body),
    );
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 200)}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  close(): void {
    this.agent.destroy();
  }
}

/** Asks until there is an answer below 500. */
export async function untilUp(url: string, path: string, seconds = 60): Promise<void> {
  const client = new HttpClient(url, 1);
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    const answer = await client.send("GET", path).catch(() => undefined);
    if (answer && answer.status < 500) return client.close();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing answers at ${url} after ${seconds} s`);
}
