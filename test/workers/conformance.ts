import { Validator } from "@cfworker/json-schema";
import { ROUTES } from "../../src/http/app.ts";
import { describeApi } from "../../src/http/openapi/document.ts";
import type { OpenApi, Operation, Response as Documented } from "../../src/http/openapi/shapes.ts";

export const API: OpenApi = describeApi(ROUTES, "http://service");

export interface Described {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

export const OPERATIONS: readonly Described[] = Object.entries(API.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

const PATTERNS = OPERATIONS.map((described) => ({
  ...described,
  pattern: new RegExp(`^${described.path.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
})).toSorted((a, b) => Number(a.path.includes("{")) - Number(b.path.includes("{")));

/** The operation that a request is for, if the document has one. */
export function operationOf(method: string, url: string): Described | undefined {
  const { pathname } = new URL(url, "http://service");
  return PATTERNS.find((one) => one.method === method && one.pattern.test(pathname));
}

export function resolveResponse(answer: Operation["responses"][string]): Documented {
  if (!("$ref" in answer)) return answer;
  const found = API.components.responses[answer.$ref.split("/").at(-1) ?? ""];
  if (!found) throw new Error(`${answer.$ref} is not there`);
  return found;
}

const validators = new Map<object, Validator>();

/** What about a value does not fit a schema of the document. */
export function misfits(schema: object, value: unknown): string[] {
  let validator = validators.get(schema);
  if (!validator) {
    validator = new Validator({ ...schema, components: API.components }, "2020-12", false);
    validators.set(schema, validator);
  }
  return validator.validate(value).errors.map((one) => `${one.instanceLocation}: ${one.error}`);
}

/** Throws unless the document says that this request can be answered so. */
export async function expectConforming(method: string, url: string, response: Response): Promise<void> {
  const described = operationOf(method, url);
  if (!described) return;
  const text = await response.clone().text();
  const problems = nonconformities(described, response, text);
  if (problems.length > 0)
    throw new Error(
      `${method} ${url} was answered with ${response.status}, against the document: ${problems.join("; ")}\n${text.slice(0, 2000)}`,
    );
}

function nonconformities({ operation }: Described, response: Response, text: string): string[] {
  const answer = operation.responses[response.status];
  if (!answer) return [`the status is not in it (${Object.keys(operation.responses).join(", ")})`];
  const { headers = {}, content } = resolveResponse(answer);
  const wrong = Object.entries(headers).flatMap(([name, header]) => {
    const value = response.headers.get(name);
    if (value === null) return "required" in header && header.required ? [`no ${name}`] : [];
    if (!("schema" in header)) return [];
    return misfits(header.schema, header.schema.type === "integer" ? Number(value) : value);
  });
  if (!content) return text === "" ? wrong : [...wrong, "it has a body"];
  const type = response.headers.get("content-type") ?? "";
  const schema = content[type]?.schema;
  if (!schema) return [...wrong, `the type is "${type}"`];
  return [...wrong, ...misfits(schema, type.includes("json") ? JSON.parse(text) : text)];
}
