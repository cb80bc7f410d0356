/** Calls of the service over connections that are kept. */
import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
} from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { rootCertificates } from "node:tls";
import { type Credentials, readText } from "./credentials.ts";
import { isJsonObject, readJson, toJson } from "./json.ts";
import { ANSWER_BYTES_MAX, CALL_EXTRA_MS } from "./limits.ts";
import { proxyAgent, proxyFor } from "./proxy.ts";
import type { Outcome, WorkAnswer, WorkRequest } from "./wire.ts";

/** A call of the service; a test has others. */
export interface Service {
  work(queue: string, request: Partial<WorkRequest>, signal?: AbortSignal): Promise<Outcome<WorkAnswer>>;
  /** Calls of older services. */
  post(path: string, body: unknown, waitSeconds: number, signal?: AbortSignal): Promise<Outcome<unknown>>;
  /** A socket at a path; undefined where there is none to be had. */
  socket?(path: string): WebSocket | undefined;
  close(): void;
}

export interface ConnectionOptions {
  readonly credentials: Credentials;
  /** PEM, besides what the system trusts. */
  readonly ca?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Told of each answer's headers. */
  readonly look?: (headers: IncomingMessage["headers"]) => void;
}

export class Connection implements Service {
  private readonly agent: HttpAgent;
  private readonly options: ConnectionOptions;
  private readonly isTls: boolean;
  private readonly isProxied: boolean;

  constructor(options: ConnectionOptions) {
    this.options = options;
    const { url } = options.credentials;
    this.isTls = url.startsWith("https:");
    const proxy = proxyFor(url, options.env);
    this.isProxied = proxy !== undefined;
    const tls = { minVersion: "TLSv1.2" as const, ...(options.ca && { ca: [...options.ca] }) };
    const keep = { keepAlive: true, scheduling: "lifo" as const };
    if (proxy !== undefined) this.agent = proxyAgent(proxy, tls);
    else this.agent = this.isTls ? new HttpsAgent({ ...keep, ...tls }) : new HttpAgent(keep);
  }

  async work(
    queue: string,
    request: Partial<WorkRequest>,
    signal?: AbortSignal,
  ): Promise<Outcome<WorkAnswer>> {
    const path = `/v1/queues/${encodeURIComponent(queue)}/work`;
    const outcome = await this.post(path, request, request.waitSeconds ?? 0, signal);
    if (outcome.kind !== "answer" || isWorkAnswer(outcome.answer)) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its shape was looked at
      return outcome as Outcome<WorkAnswer>;
    }
    return { kind: "unreachable", reason: "the answer is not Millrace's: is the address right?" };
  }

  /** Never throws: what happened is in the outcome. */
  async post(
    path: string,
    body: unknown,
    waitSeconds: number,
    signal?: AbortSignal,
  ): Promise<Outcome<unknown>> {
    const text = toJson(body);
    const first = await this.send(path, text, waitSeconds, signal);
    // A connection that was kept may have been closed meanwhile, which is no news of the service.
    return first.kind === "unreachable" && first.isStale === true && signal?.aborted !== true
      ? this.send(path, text, waitSeconds, signal)
      : first;
  }

  /** Node has a client from 22 on, which knows neither proxies nor certificates of one's own. */
  socket(path: string): WebSocket | undefined {
    const { credentials, ca } = this.options;
    const isBeyondIt = this.isProxied || (this.isTls && ca !== undefined);
    if (isBeyondIt || typeof WebSocket === "undefined") return undefined;
    const more = { headers: this.headers() };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Node's takes headers, a browser's does not
    return new WebSocket(`${credentials.url.replace(/^http/, "ws")}${path}`, more as never);
  }

  close(): void {
    this.agent.destroy();
  }

  private headers(): Record<string, string> {
    const { credentials, version } = this.options;
    return { authorization: `Bearer ${credentials.key}`, "user-agent": `millrace-worker/${version}` };
  }

  private send(
    path: string,
    body: string,
    waitSeconds: number,
    signal?: AbortSignal,
  ): Promise<Outcome<unknown> & { isStale?: boolean }> {
    const { credentials, look } = this.options;
    return new Promise((resolve) => {
      const request = (this.isTls ? httpsRequest : httpRequest)(`${credentials.url}${path}`, {
        method: "POST",
        agent: this.agent,
        ...(signal && { signal }),
        headers: {
          ...this.headers(),
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
        },
      });
      const timer = setTimeout(
        () => request.destroy(new Error("no answer in time")),
        waitSeconds * 1000 + CALL_EXTRA_MS,
      );
      const settle = (outcome: Outcome<unknown> & { isStale?: boolean }) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      request.on("error", (error) => settle({ ...unreachable(error), isStale: isStale(request, error) }));
      request.on("response", (response) => {
        look?.(response.headers);
        void readAnswer(response).then(settle);
      });
      request.end(body);
    });
  }
}

function isStale(request: ClientRequest, error: NodeJS.ErrnoException): boolean {
  return request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
}

async function readAnswer(response: IncomingMessage): Promise<Outcome<unknown>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without an encoding it gives buffers
      const buffer = chunk as Buffer;
      bytes += buffer.length;
      if (bytes > ANSWER_BYTES_MAX) return { kind: "unreachable", reason: "the answer is too large" };
      chunks.push(buffer);
    }
  } catch (error) {
    return unreachable(error);
  }
  return outcomeOf(response, readJson(Buffer.concat(chunks).toString("utf8")));
}

function outcomeOf({ statusCode = 0, headers }: IncomingMessage, value: unknown): Outcome<unknown> {
  if (statusCode === 200) {
    return isJsonObject(value)
      ? { kind: "answer", answer: value }
      : { kind: "unreachable", reason: "the answer is not JSON: is the address right?" };
  }
  const { code, detail, errors } = isJsonObject(value) ? value : {};
  const retryAfter = Number(headers["retry-after"]);
  // Whoever answers without a code is not the service, but something on the way to it.
  if (typeof code !== "string" && statusCode !== 429 && statusCode !== 503)
    return { kind: "unreachable", reason: `answered with ${statusCode}, and not as Millrace does` };
  return {
    kind: "refused",
    status: statusCode,
    code: typeof code === "string" ? code : "",
    detail: `${typeof detail === "string" ? detail : ""}${errors === undefined ? "" : ` ${toJson(errors)}`}`,
    ...(Number.isFinite(retryAfter) && { retryAfterSeconds: retryAfter }),
  };
}

function unreachable(error: unknown): Extract<Outcome<unknown>, { kind: "unreachable" }> {
  const code = error instanceof Error && "code" in error ? `${String(error.code)} ` : "";
  return { kind: "unreachable", reason: `${code}${error instanceof Error ? error.message : String(error)}` };
}

function isWorkAnswer(answer: unknown): answer is WorkAnswer {
  return isJsonObject(answer) && Array.isArray(answer.messages) && Array.isArray(answer.verdicts);
}

/** What the system trusts, and the certificates of a file. */
export function trustedWith(file: string | undefined): readonly string[] | undefined {
  return file === undefined ? undefined : [...rootCertificates, readText(file, "of certificates")];
}
