// A worker on Alibaba's own JavaScript SDKs (npm i @alicloud/mns @alicloud/fnf-2019-03-15). What Millrace needs are the endpoints.
import { readFileSync } from "node:fs";
import Fnf from "@alicloud/fnf-2019-03-15";
import Mns from "@alicloud/mns";

const file = process.env.MILLRACE_CREDENTIALS ?? ".millrace/credentials.json";
const { url: endpoint, accessKeyId, accessKeySecret } = JSON.parse(readFileSync(file, "utf8"));

const QUEUE = "workers";
const WAIT_SECONDS = 30;
const PAUSE_AFTER_ERROR_MS = 1000;

const mns = new Mns("any-account", { endpoint, accessKeyId, accessKeySecret });
const fnf = new Fnf({ endpoint, accessKeyId, accessKeySecret });

async function work() {
  console.log("Hello Serverless Workflow");
}

for (;;) {
  try {
    const { body: message } = await mns.receiveMessage(QUEUE, WAIT_SECONDS);
    const task = JSON.parse(message.MessageBody);
    await work(task);
    await report(task);
    await mns.deleteMessage(QUEUE, message.ReceiptHandle);
  } catch (error) {
    if (error.name === "MNSMessageNotExistError") continue;
    // The service may be restarting; what was not deleted comes again.
    console.error(error.message);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_ERROR_MS));
  }
}

/** A report that is refused because the task is over is as good as one that was taken. */
async function report({ task_token: TaskToken, worker_name: name }) {
  try {
    await fnf.reportTaskSucceeded({ TaskToken, Output: JSON.stringify({ [name]: "success" }) });
  } catch (error) {
    if (error.code !== "TaskAlreadyCompleted") throw error;
  }
}
