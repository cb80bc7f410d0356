import { html } from "hono/html";
import type { OpenApi, Operation, Parameter, Response } from "./shapes.ts";
import type { JsonSchema } from "./schemas.ts";
import { STYLE_PATH } from "./style.ts";

type Html = ReturnType<typeof html>;

/** The document for people: one page without scripts, so that the browser's own search finds everything. */
export function page(api: OpenApi): Html {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = api.tags.map(({ name }) => ({
    name,
    entries: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const { title, version, description } = api.info;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} API</title>
        <link rel="stylesheet" href="${STYLE_PATH}" />
      </head>
      <body>
        <nav aria-label="Operations">
          <a class="home" href="#top">${title} API</a>
          ${groups.map(
            ({ name, entries }) =>
              html`<h2><a href="#${name}">${name}</a></h2>
                <ul>
                  ${entries.map(entryInNav)}
                </ul>`,
          )}
          <h2><a href="#schemas">schemas</a></h2>
        </nav>
        <main id="top">
          <h1>${title} API <small>${version}</small></h1>
          ${description.split("\n\n").map((paragraph) => html`<p>${prose(paragraph)}</p>`)}
          <p>
            Send <code>Authorization: Bearer accessKeyId.accessKeySecret</code> to
            <code>${api.servers[0]?.url}</code>. This page is made from the OpenAPI document at
            <a href="/openapi.json">/openapi.json</a>, which generators of clients read.
          </p>
          ${groups.map(
            ({ name, entries }) =>
              html`<h2 id="${name}" class="group">${name}</h2>
                ${entries.map((entry) => section(api, entry))}`,
          )}
          <h2 id="schemas" class="group">schemas</h2>
          ${Object.entries(api.components.schemas).map(
            ([name, schema]) =>
              html`<section id="${name}">
                <h3>${name}</h3>
                ${shape(schema)}
              </section>`,
          )}
        </main>
      </body>
    </html>`;
}

interface Entry {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function entryInNav({ operation: { operationId } }: Entry): Html {
  return html`<li><a href="#${operationId}">${operationId}</a></li>`;
}

function section(api: OpenApi, { path, method, operation }: Entry): Html {
  const { operationId, summary, description, security, parameters, requestBody } = operation;
  const roles = security.flatMap(({ accessKey = [] }) => accessKey);
  const bodies = Object.entries(requestBody?.content ?? {});
  const [first] = bodies;
  return html`<section id="${operationId}">
    <h3><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code></h3>
    <p>${prose(summary)}. ${prose(description ?? "")}</p>
    <p class="quiet">${operationId}${roles.length > 0 ? html` · for the roles ${roles.join(", ")}` : ""}</p>
    ${
      parameters.length > 0
        ? html`<h4>Parameters</h4>
            <dl>${parameters.map(parameter)}</dl>`
        : ""
    }
    ${
      first
        ? html`<h4>Body${requestBody?.required ? "" : html` <span class="quiet">may be left out</span>`}</h4>
            <p class="quiet">${bodies.map(([type]) => type).join(", ")}</p>
            ${shape(named(api, first[1].schema))}`
        : ""
    }
    <h4>Answers</h4>
    <dl>
      ${Object.entries(operation.responses).map(([status, answer]) => answered(status, resolve(api, answer)))}
    </dl>
  </section>`;
}

function resolve(api: OpenApi, answer: Operation["responses"][string]): Response {
  if (!("$ref" in answer)) return answer;
  const found = api.components.responses[answer.$ref.split("/").at(-1) ?? ""];
  if (!found) throw new Error("Broken invariant: an answer that is referred to is there");
  return found;
}

function named(api: OpenApi, schema: JsonSchema): JsonSchema {
  return api.components.schemas[schema.$ref?.split("/").at(-1) ?? ""] ?? schema;
}

function parameter({ name, in: place, required, description, schema }: Parameter): Html {
  return html`<dt>
      <code>${name}</code> <span class="quiet">${place}, ${kind(schema)}${required ? ", required" : ""}</span>
    </dt>
    <dd>${prose(description ?? "")}${limits(schema)}</dd>`;
}

function answered(status: string, { description, content = {} }: Response): Html {
  const schema = content["application/json"]?.schema;
  return html`<dt><span class="status s${status.slice(0, 1)}">${status}</span></dt>
    <dd>
      ${prose(description)}${schema ? html` · ${kind(schema)}` : ""}${schema && schema.$ref === undefined ? shape(schema) : ""}
    </dd>`;
}

/** The parts of an object, one by one; of anything else what it is. */
function shape(schema: JsonSchema): Html {
  const { properties = {}, required = [], oneOf } = schema;
  if (oneOf) return html`${oneOf.map((option) => html`<div class="option">${shape(option)}</div>`)}`;
  const entries = Object.entries(properties);
  if (entries.length === 0) return html`<p>${kind(schema)}${limits(schema)}</p>`;
  return html`<dl>
    ${entries.map(([name, part]) => {
      const inner = typeof part === "object" ? part : {};
      return html`<dt>
          <code>${name}</code>
          <span class="quiet">${kind(inner)}${required.includes(name) ? ", required" : ""}</span>
        </dt>
        <dd>${prose(inner.description ?? "")}${limits(inner)}${inside(inner)}</dd>`;
    })}
  </dl>`;
}

/** Objects that lie in others without a name of their own. */
function inside(schema: JsonSchema): Html | "" {
  const { items } = schema;
  const inner =
    schema.type === "array" && typeof items === "object" && !Array.isArray(items) ? items : schema;
  return Object.keys(inner.properties ?? {}).length > 0 ? shape(inner) : "";
}

function kind(schema: JsonSchema): Html {
  const { $ref, type, items, anyOf, oneOf, enum: values, const: only, format } = schema;
  if ($ref !== undefined) {
    const name = $ref.split("/").at(-1) ?? "";
    return html`<a href="#${name}">${name}</a>`;
  }
  const options = anyOf ?? oneOf;
  if (options)
    return html`${options.map((option, position) => html`${position > 0 ? " or " : ""}${kind(option)}`)}`;
  if (only !== undefined) return html`<code>${JSON.stringify(only)}</code>`;
  if (values)
    return html`${values.map((value, position) => html`${position > 0 ? ", " : ""}<code>${value}</code>`)}`;
  if (type === "array" && typeof items === "object" && !Array.isArray(items))
    return html`list of ${kind(items)}`;
  const types = Array.isArray(type) ? type.join(" or ") : type;
  return html`${types ?? "any JSON"}${format === undefined ? "" : ` (${format})`}`;
}

/** What JSON Schema says besides, in words. */
function limits(schema: JsonSchema): Html | "" {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, examples } = schema;
  const said = [
    range("", minimum, maximum),
    range(" characters", minLength, maxLength),
    range(" entries", minItems, maxItems),
    "default" in schema ? `${JSON.stringify(schema.default)} by default` : "",
    Array.isArray(examples) ? `such as ${examples.map((example) => JSON.stringify(example)).join(", ")}` : "",
    pattern !== undefined && pattern.length < 80 ? pattern : "",
  ].filter((words) => words !== "");
  return said.length === 0 ? "" : html` <span class="quiet">${said.join(" · ")}</span>`;
}

function range(unit: string, low = 0, high = Number.MAX_SAFE_INTEGER): string {
  if (high >= Number.MAX_SAFE_INTEGER) return low > 0 ? `at least ${low}${unit}` : "";
  return low === 0 ? `at most ${high}${unit}` : `${low} to ${high}${unit}`;
}

/** Words with \`code\` in them. */
function prose(text: string): Html {
  return html`${text.split("`").map((part, position) => (position % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
