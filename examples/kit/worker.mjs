// What the workers of the examples share: the runner as a library, and handlers by the word that a task's `do` names.
// In a project of your own the runner lies beside your program: curl -O $MILLRACE_URL/worker.mjs
import { readFileSync } from "node:fs";
import { Failure, run } from "../../dist/worker.mjs";

const SLOTS = 10;

/**
 * Takes tasks from a queue and does each with the handler that its `do` names. A handler gets the task's message and the
 * runner's tools, and gives back the task's output, a JSON object; what it throws fails the task with the error's name.
 * `options` are the runner's own, such as `name`.
 */
export async function serve(queue, handlers, options = {}) {
  const handler = ({ input }, tools) => handlers[input.do](input, tools);
  await run({ queue, slots: SLOTS, handler, credentials, signals: true, log: console.error, ...options });
}

/** An error that a flow's `retry` and `catch` know by its name. */
export function failure(name, message) {
  return new Failure(name, message);
}

const credentials = process.env.MILLRACE_CREDENTIALS ?? ".millrace/credentials.json";

/** One call of the API, for what is no task of a queue; gives the answer's status and body. */
export async function call(path, body) {
  const { url, accessKeyId, accessKeySecret } = JSON.parse(readFileSync(credentials, "utf8"));
  const response = await fetch(`${url}/v1${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${accessKeyId}.${accessKeySecret}`,
      "content-type": "application/json",
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
