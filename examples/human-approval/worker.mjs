// Plays the person: shows each request and, after a moment of thought, approves it. A web page would keep the token and
// report it when a button is pressed; the token alone is enough for that, without any key.
import { call } from "../kit/worker.mjs";

const DAY_SECONDS = 12 * 3600;

for (;;) {
  // What is shown stays with this inbox for so long.
  const { body } = await call("/queues/approvals/receive", { waitSeconds: 30, leaseSeconds: DAY_SECONDS });
  for (const message of body.messages ?? []) {
    const { token, request } = JSON.parse(message.body);
    console.log(`Buy ${request.what} for ${request.amount}?`);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { status } = await call("/tasks/succeed", { token, output: { approved: true, by: "Ada" } });
    console.log(status === 200 ? "yes" : "too late");
    await call("/queues/approvals/delete", { receipts: [message.receipt] });
  }
}
