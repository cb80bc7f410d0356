import { PROBLEMS, type ProblemCode, statusOf, toProblem, ProblemError } from "../problem.ts";
import { type Route, accessOf } from "../route.ts";
import type { JsonSchema } from "./schemas.ts";
import type { Header, Reference, Response } from "./shapes.ts";

const REQUEST_ID = "3f6c1f0e-6f0d-4a53-9b9c-2d6d1b1f0c55";

/** All problems that a route can answer with: its own, and those that come with how it is called. */
export function problemsOf(route: Route): ProblemCode[] {
  const access = accessOf(route);
  const codes: ProblemCode[] = [...route.problems, "InvalidRequest", "InternalError"];
  if (access !== "public") codes.push("NotConfigured", "Overloaded", "RecordUnreadable");
  if (access !== "public" && access !== "taskToken") {
    codes.push("Unauthenticated", "Forbidden", "NoRole", "AccessUnreachable");
    if (route.method !== "GET") codes.push("ForeignOrigin");
  }
  // Names with dots or none at all lead elsewhere.
  if (route.path.includes("{")) codes.push("NotFound");
  if (route.body) codes.push("InvalidJson", "BodyTooLarge", "UnsupportedMediaType");
  const order = Object.keys(PROBLEMS);
  return [...new Set(codes)].toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

/** Collects the answers with problems: routes that refuse for the same reasons share one. */
export class ProblemResponses {
  readonly named: Record<string, Response> = {};
  private readonly headers: Readonly<Record<string, Header>>;

  /** `headers`: those that each answer has. */
  constructor(headers: Readonly<Record<string, Header>>) {
    this.headers = headers;
  }

  /** The answers of a route by status. */
  of(route: Route): Record<string, Reference> {
    const byStatus = Map.groupBy(problemsOf(route), statusOf);
    return Object.fromEntries(
      Array.from(byStatus, ([status, codes]) => {
        const name = codes.join("Or");
        this.named[name] ??= { ...problemResponse(status, codes), headers: this.headersOf(status) };
        return [String(status), { $ref: `#/components/responses/${name}` }];
      }),
    );
  }

  private headersOf(status: number): Record<string, Header> {
    const { headers } = this;
    if (status === 401) return { ...headers, "WWW-Authenticate": bearer };
    return status === 429 || status === 503 ? { ...headers, "Retry-After": retryAfter } : headers;
  }
}

const bearer: Header = { required: true, schema: { type: "string", const: "Bearer" } };
const retryAfter: Header = {
  description: "Seconds to leave the service alone",
  required: true,
  schema: { type: "integer", minimum: 0 },
};

function problemResponse(status: number, codes: readonly ProblemCode[]): Response {
  const schema: JsonSchema = {
    allOf: [{ $ref: "#/components/schemas/Problem" }],
    type: "object",
    properties: { status: { type: "integer", const: status }, code: { type: "string", enum: [...codes] } },
  };
  const examples = Object.fromEntries(
    codes.map((code) => [
      code,
      { value: toProblem(new ProblemError(code, PROBLEMS[code].title), REQUEST_ID) },
    ]),
  );
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
    content: { "application/problem+json": { schema, examples } },
  };
}
