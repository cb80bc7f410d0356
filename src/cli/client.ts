import * as z from "zod";
import type { Credentials } from "./local/credentials.ts";

/** The API said no; `code` is the problem's. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.status = status;
    this.code = code;
  }
}

const problemAnswer = z.object({ code: z.string(), detail: z.string() });

interface Call {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  /** Sent as JSON; text is sent as YAML. */
  readonly body?: unknown;
}

/** Calls the native API as any program would, and reads answers with the contract's shapes. */
export class Client {
  private readonly credentials: Credentials;

  constructor(credentials: Credentials) {
    this.credentials = credentials;
  }

  async call<S extends z.ZodType>({ method, path, body }: Call, answer: S): Promise<z.output<S>> {
    const { url, accessKeyId, accessKeySecret } = this.credentials;
    const isText = typeof body === "string";
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessKeyId}.${accessKeySecret}`,
        "content-type": isText ? "application/yaml" : "application/json",
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const value: unknown = await response.json();
    if (response.ok) return answer.parse(value);
    const problem = problemAnswer.safeParse(value).data ?? { code: "Unknown", detail: response.statusText };
    throw new ApiError(response.status, problem.code, problem.detail);
  }
}
