import { rolesWith } from "../../auth/roles.ts";
import { problem } from "../contract/problem.ts";
import { IDEMPOTENCY_KEY } from "../idempotency.ts";
import { type Access, type Method, type Route, accessOf } from "../route.ts";
import { VERSION } from "../version.ts";
import { ProblemResponses } from "./problems.ts";
import { Schemas } from "./schemas.ts";
import type { Header, OpenApi, Operation, Parameter, Response } from "./shapes.ts";
import { tagsOf } from "./tags.ts";

const ABOUT = `Serverless workflow and distributed scheduling at the edge.

Names are letters, digits, \`_\` and \`-\`. Times are RFC 3339. Lists take \`limit\` and \`cursor\`, and answer \`{items, cursor?}\`; without \`cursor\` it was the last page. What is refused is answered with \`application/problem+json\`: \`detail\` says what to do, \`code\` is for programs. Paths that are not listed here answer 404 \`NotFound\`, other methods 405 \`MethodNotAllowed\` with the header \`Allow\`.

Programs for workers, which take tasks and run a command or a function for each, are at \`/worker.mjs\` (types: \`/worker.d.ts\`) and \`/worker.py\`.`;

const REQUEST_ID: Header = {
  description: "The request's id: it stands in the log, too",
  required: true,
  schema: { type: "string", format: "uuid" },
};
const EACH_ANSWER = { "X-Request-Id": REQUEST_ID };

const SUCCESSES: Readonly<Record<number, string>> = {
  101: "The socket is open",
  200: "Done",
  201: "Created",
  202: "Accepted",
  204: "Done; there is nothing more to say",
  304: "It is still what the tag in `If-None-Match` stands for",
};

/** The API as an OpenAPI document, made from the shapes that requests are read with; `url` is where it is served. */
export function describeApi(routes: readonly Route[], url: string): OpenApi {
  const schemas = new Schemas();
  const problems = new ProblemResponses(EACH_ANSWER);
  schemas.of(problem, "output");
  const tagOf = tagsOf(routes);
  const paths: Record<string, Partial<Record<Lowercase<Method>, Operation>>> = {};
  for (const route of routes) {
    const responses = { ...goodResponses(route, schemas), ...problems.of(route) };
    const operation = { ...describeRequest(route, schemas), tags: [tagOf(route)], responses };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- lower case of a method
    const method = route.method.toLowerCase() as Lowercase<Method>;
    paths[route.path] = { ...paths[route.path], [method]: operation };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Millrace",
      version: VERSION,
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: sortedByName(schemas.named),
      responses: sortedByName(problems.named),
      securitySchemes: { accessKey: ACCESS_KEY },
    },
  };
}

const ACCESS_KEY = {
  type: "http",
  scheme: "bearer",
  bearerFormat: "accessKeyId.accessKeySecret",
  description:
    "An access key's id and secret with a dot between them. Operations name the roles that may call them. Pages of the service itself have the cookie of `POST /v1/session` instead.",
};

function describeRequest(route: Route, schemas: Schemas) {
  const { id, summary, params, query, problems } = route;
  const access = accessOf(route);
  const description = ACCESSES[access];
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    security: access === "public" || access === "taskToken" ? [] : [{ accessKey: rolesWith(access) }],
    parameters: [
      ...parametersIn("path", params, schemas),
      ...parametersIn("query", query, schemas),
      ...(problems.includes("IdempotencyConflict") ? [idempotencyKey] : []),
    ],
    ...describeBody(route, schemas),
    ...describeFrames(route, schemas),
  };
}

function describeFrames({ id, frames }: Route, schemas: Schemas): Pick<Operation, "x-frames"> {
  if (!frames) return {};
  const heard = schemas.referTo(frames.heard, "input", `${capitalised(id)}Heard`);
  return { "x-frames": { heard, told: schemas.referTo(frames.told, "output", `${capitalised(id)}Told`) } };
}

const ACCESSES: { readonly [A in Access]?: string } = {
  taskToken: "Needs no access key: the task token in the body is proof enough.",
  public: "Needs no access key.",
};

const idempotencyKey: Parameter = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "A repeat with the same key and body does nothing a second time, and is answered as the first; not with a name of its own",
  schema: { type: "string", pattern: IDEMPOTENCY_KEY.source },
};

function parametersIn(place: "path" | "query", shape: Route["params"], schemas: Schemas): Parameter[] {
  const { required = [] } = schemas.of(shape, "input");
  const { properties = {} } = schemas.of(shape, "output");
  return Object.entries(properties).map(([name, schema]) => {
    if (typeof schema !== "object") throw new Error("Broken invariant: a parameter has a schema");
    const { description, ...rest } = schema;
    const isRequired = place === "path" || required.includes(name);
    const words = description === undefined ? {} : { description };
    return { name, in: place, required: isRequired, ...words, schema: rest };
  });
}

/** As RFC 7396 calls it; it is read as any JSON is. */
const MERGE_PATCH = "application/merge-patch+json";

function describeBody(
  { id, method, body, textBody }: Route,
  schemas: Schemas,
): Pick<Operation, "requestBody"> {
  if (!body) return {};
  const schema = schemas.referTo(body, "input", `${capitalised(id)}Body`);
  const asText = schemas.resolve(schema).properties?.[textBody?.key ?? ""];
  const texts = (textBody?.types ?? []).map((type) => {
    if (typeof asText !== "object") throw new Error("Broken invariant: a text is a part of the body");
    return [type, { schema: asText }] as const;
  });
  return {
    requestBody: {
      required: !body.safeParse({}).success,
      content: {
        "application/json": { schema },
        ...(method === "PATCH" && { [MERGE_PATCH]: { schema } }),
        ...Object.fromEntries(texts),
      },
    },
  };
}

function goodResponses(
  { id, answers, textType, isTagged = false }: Route,
  schemas: Schemas,
): Record<string, Response> {
  return Object.fromEntries(
    Object.entries({ ...answers, ...(isTagged && { 304: undefined }) }).map(([status, shape]) => {
      const description = SUCCESSES[Number(status)];
      if (description === undefined) throw new Error(`Broken invariant: status ${status} has a meaning`);
      const response: Response = { description, headers: EACH_ANSWER };
      if (!shape) return [status, response];
      const schema = schemas.referTo(shape, "output", `${capitalised(id)}Answer`);
      return [status, { ...response, content: { [textType ?? "application/json"]: { schema } } }];
    }),
  );
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function sortedByName<T>(named: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(named).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
