// A worker: takes tasks from a queue, works, reports. Node 18 or newer.
//
//   MILLRACE_CREDENTIALS=.millrace/credentials.json node worker.mjs
//
// or MILLRACE_URL and MILLRACE_KEY (accessKeyId.accessKeySecret) instead of the file. On a machine of your own the runner
// lies beside this file: curl -O $MILLRACE_URL/worker.mjs
import { run } from "../../dist/worker.mjs";

/** The job. Give back a JSON object; throw to report a failure. */
async function doTheWork({ input }) {
  return { [input.worker_name]: "success" };
}

await run({
  queue: process.env.MILLRACE_QUEUE ?? "workers",
  handler: doTheWork,
  signals: true,
  log: console.error,
});
