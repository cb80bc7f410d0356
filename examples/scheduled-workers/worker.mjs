// A worker: takes tasks from a queue, works, reports. Plain HTTP, no dependencies; Node 18 or newer.
//
//   MILLRACE_CREDENTIALS=.millrace/credentials.json node worker.mjs
//
// or MILLRACE_URL, MILLRACE_KEY_ID and MILLRACE_KEY_SECRET instead of the file.
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

const { MILLRACE_CREDENTIALS, MILLRACE_URL, MILLRACE_KEY_ID, MILLRACE_KEY_SECRET, MILLRACE_QUEUE } =
  process.env;
const { url, accessKeyId, accessKeySecret } = MILLRACE_CREDENTIALS
  ? JSON.parse(readFileSync(MILLRACE_CREDENTIALS, "utf8"))
  : { url: MILLRACE_URL, accessKeyId: MILLRACE_KEY_ID, accessKeySecret: MILLRACE_KEY_SECRET };
const queue = MILLRACE_QUEUE ?? "workers";
const worker = `${hostname()}-${process.pid}`;
const POLL_SECONDS = 30;
const PAUSE_AFTER_ERROR_MS = 1000;
const OUTPUT_LENGTH = 256 * 1024;

/** The job. Give back a JSON object; throw to report a failure. */
async function doTheWork(task) {
  return { [task.worker_name]: "success" };
}

/** One turn: hands in the finished tasks, gets the next ones. Waits for them when there is nothing to hand in. */
async function turn(results) {
  const response = await fetch(`${url}/v1/queues/${queue}/work`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${accessKeyId}.${accessKeySecret}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({
      reports: results.filter((result) => result.token),
      delete: results.flatMap((result) => result.delete ?? []),
      max: isEnding ? 0 : 1,
      waitSeconds: POLL_SECONDS,
      worker,
    }),
    signal: AbortSignal.timeout((POLL_SECONDS + 15) * 1000),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response.json();
}

/** Does a task, and says what came of it; a message that is no task is thrown away. */
async function report({ body, receipt }) {
  const task = readTask(body);
  if (!task) {
    console.error(`not a task, deleted: ${body.slice(0, 80)}`);
    return { delete: receipt };
  }
  const answer = { token: task.task_token, receipt };
  try {
    const output = await doTheWork(task);
    const text = JSON.stringify(output) ?? "";
    if (!text.startsWith("{") || text.length > OUTPUT_LENGTH)
      throw new TypeError("the output must be a JSON object of at most 256 KiB");
    return { ...answer, output };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { ...answer, error: (name || "Error").slice(0, 128), cause: message.slice(0, 4096) };
  }
}

function readTask(body) {
  try {
    const task = JSON.parse(body);
    return typeof task?.task_token === "string" ? task : undefined;
  } catch {
    return undefined;
  }
}

let results = [];
let isEnding = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    // Twice: at once. What was not reported comes to another worker when its lease runs out.
    if (isEnding || results.length === 0) process.exit(0);
    isEnding = true;
  });
}

for (;;) {
  try {
    const { verdicts, messages } = await turn(results);
    for (const verdict of verdicts)
      console.log(verdict.ok ? `reported (event ${verdict.eventId})` : verdict.code);
    results = await Promise.all(messages.map(report));
    if (isEnding && results.length === 0) break;
  } catch (error) {
    // The service may be restarting. Reports are kept: repeating one is harmless.
    console.error(String(error.cause ?? error.message ?? error));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
  }
}
