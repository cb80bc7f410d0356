// A worker's loop for the examples: plain HTTP, no dependencies, Node 18 or newer. Copy it and make it yours.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

const file = process.env.MILLRACE_CREDENTIALS ?? ".millrace/credentials.json";
const { url, accessKeyId, accessKeySecret } = JSON.parse(readFileSync(file, "utf8"));
const PAUSE_AFTER_ERROR_MS = 1000;

/** One call of the API; gives the answer's status and body. */
export async function call(path, body) {
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

/**
 * Takes tasks from a queue and does each with the handler that its `do` names. A handler gives back the task's output, a
 * JSON object; what it throws fails the task with the error's name.
 */
export async function serve(queue, handlers) {
  const worker = `${hostname()}-${process.pid}`;
  let reports = [];
  for (;;) {
    try {
      const turn = { reports, max: 10, waitSeconds: 30, worker };
      const { status, body } = await call(`/queues/${queue}/work`, turn);
      if (status !== 200) throw new Error(body.detail);
      reports = await Promise.all(body.messages.map((message) => report(handlers, message)));
    } catch (error) {
      // The service may be restarting. Reports are kept: repeating one is harmless.
      console.error(String(error.cause ?? error.message));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
    }
  }
}

async function report(handlers, { body, receipt }) {
  const task = JSON.parse(body);
  const answer = { token: task.token, receipt };
  try {
    return { ...answer, output: await handlers[task.do](task) };
  } catch (error) {
    return { ...answer, error: error.name.slice(0, 128), cause: error.message.slice(0, 4096) };
  }
}

/** An error that a flow's `retry` and `catch` know by its name. */
export function failure(name, message) {
  return Object.assign(new Error(message), { name });
}
