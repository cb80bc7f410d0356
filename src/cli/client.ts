import * as z from "zod";
import { parseOwn } from "../core/json.ts";
import { messageOf } from "../core/result.ts";
import type { Credentials } from "./local/credentials.ts";

/** What the service refused with; a newer service may say more than this one knows. */
export const problemAnswer = z.looseObject({
  status: z.int(),
  code: z.string(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  diagnostics: z
    .array(
      z.object({
        code: z.string(),
        severity: z.string(),
        message: z.string(),
        line: z.int(),
        column: z.int(),
      }),
    )
    .optional(),
});

export type Problem = z.output<typeof problemAnswer>;

/** The API said no. */
export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

/** Nobody answered at this address. */
export class UnreachableError extends Error {
  readonly url: string;

  constructor(url: string, reason: string) {
    super(`cannot reach ${url}: ${reason}`);
    this.url = url;
  }
}

/** Somebody answered, but not as this version of the API does. */
export class AnswerError extends Error {}

interface Call {
  readonly method: "GET" | "PUT" | "PATCH" | "POST" | "DELETE";
  readonly path: string;
  /** Keys without a value are left out. */
  readonly query?: Readonly<Record<string, unknown>>;
  /** Sent as JSON; text is sent as YAML. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Calls the native API as any program would, and reads answers with the contract's shapes. */
export class Client {
  readonly url: string;
  private readonly credentials: Pick<Credentials, "url"> & Partial<Credentials>;

  /** Some calls need no key, and none is sent then. */
  constructor(credentials: Pick<Credentials, "url"> & Partial<Credentials>) {
    this.credentials = credentials;
    this.url = credentials.url;
  }

  /**
   * The answer, read with its shape (`z.undefined()` where there is nothing to say); throws `ApiError` when the service
   * refuses, `UnreachableError` when nobody answers, `AnswerError` when the answer cannot be read.
   */
  async call<S extends z.ZodType>(call: Call, answer: S): Promise<z.output<S>> {
    const text = await this.text(call);
    const read = answer.safeParse(parseJson(text));
    if (read.success) return read.data;
    throw new AnswerError(
      `${this.url} answered in a way that this version does not know: ${text.slice(0, 200)}`,
    );
  }

  /** The answer as it came, whatever is written in it; throws as `call` does. */
  async text(call: Call): Promise<string> {
    const response = await this.send(call);
    const text = await response.text();
    if (response.ok) return text;
    const problem = problemAnswer.safeParse(parseJson(text));
    if (problem.success) throw new ApiError(problem.data);
    throw new AnswerError(
      `${this.url} answered with ${response.status}, and not as Millrace does: is the address right?`,
    );
  }

  private async send({ method, path, query = {}, body, headers = {}, signal }: Call): Promise<Response> {
    const { url, accessKeyId, accessKeySecret } = this.credentials;
    const isText = typeof body === "string";
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search =
      given.length === 0
        ? ""
        : `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString()}`;
    try {
      return await fetch(`${url}${path}${search}`, {
        method,
        ...(signal && { signal }),
        headers: {
          ...(accessKeyId !== undefined && { authorization: `Bearer ${accessKeyId}.${accessKeySecret}` }),
          ...(body !== undefined && { "content-type": isText ? "application/yaml" : "application/json" }),
          ...headers,
        },
        ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
      });
    } catch (error) {
      throw new UnreachableError(url, reasonOf(error));
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return text === "" ? undefined : parseOwn(text);
  } catch {
    // Not ours: told apart by its shape.
    return text;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "the name cannot be looked up",
  ECONNRESET: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ETIMEDOUT: "it does not answer",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer",
};

/** Why fetch failed: it keeps that in the cause, or in the first of several. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof AggregateError ? error.cause.errors[0] : (error.cause ?? error);
  const code = z.object({ code: z.string() }).safeParse(cause).data?.code ?? "";
  return REASONS[code] ?? messageOf(cause);
}
