import { type ChildProcess, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secretFile } from "../../src/cli/local/credentials.ts";
import { ROOT, Service } from "./service.ts";

const FOLDER = join(ROOT, "examples/cluster-health");
const SCHEDULE = "/v1/flows/cluster-health/schedules/each-minute";

interface Call {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

let service: Service;
let worker: ChildProcess;
const calls: Call[] = [];
let heard: () => void = () => {};
const told = new Promise<void>((resolve) => (heard = resolve));

/** Takes calls; the first answer is a refusal, so that this call comes again. */
const webhook = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += String(chunk)));
  request.on("end", () => {
    calls.push({ headers: request.headers, body });
    response.statusCode = calls.length === 1 ? 503 : 200;
    response.end();
    if (repeatOf(calls[0])) heard();
  });
});

beforeAll(async () => {
  webhook.listen(0, "127.0.0.1");
  await once(webhook, "listening");
  process.env.NOTIFY_URL = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/told`;
  process.env.ALLOW_PRIVATE_ADDRESSES = "true";
  service = await Service.start();
  await service.call("PUT", "/v1/queues/health", {});
  await service.call("PUT", "/v1/flows/cluster-health", readFileSync(join(FOLDER, "flow.yaml"), "utf8"));
  const env = { ...process.env, MILLRACE_CREDENTIALS: service.credentialsFile };
  worker = spawn(process.execPath, [join(FOLDER, "worker.mjs"), "north", "south"], { env, stdio: "ignore" });
});

afterAll(async () => {
  worker.kill("SIGKILL");
  webhook.close();
  await service.stop();
});

test("a silent machine fails its item, not the run; the webhook is told, signed, and again when it refuses", async () => {
  const schedule = JSON.parse(readFileSync(join(FOLDER, "schedule.json"), "utf8")) as object;
  // At once instead of at the next full minute.
  const put = await service.call("PUT", SCHEDULE, { ...schedule, cron: "* * * * * *" });
  expect(put.status).toBe(201);
  await told;
  await service.call("POST", `${SCHEDULE}/pause`, { reason: "seen enough" });

  const second = repeatOf(calls[0]);
  expect(second?.body).toBe(calls[0]?.body);
  const event = JSON.parse(second?.body ?? "") as {
    type: string;
    data: { firing: { executionName: string } };
  };
  expect(event).toMatchObject({
    type: "schedule.late",
    data: {
      flow: "cluster-health",
      schedule: "each-minute",
      firing: { verdict: "started", missedEnd: true },
    },
  });
  expect(signatureOf(second)).toBe(second?.headers["webhook-signature"]);

  const { executionName } = event.data.firing;
  const head = await service.ended(`/v1/flows/cluster-health/executions/${executionName}`);
  expect(head).toMatchObject({
    status: "Succeeded",
    output: JSON.parse(readFileSync(join(FOLDER, "output.json"), "utf8")),
  });
  const { body } = await service.call("GET", `${SCHEDULE}/firings?verdict=started&limit=1000`);
  const row = body.items.find((item: { executionName: string }) => item.executionName === executionName);
  expect(row).toMatchObject({ missedEnd: true, executionStatus: "Succeeded" });
});

test("the webhook is told of a worker that is lost, where the queue asks for it", async () => {
  await service.call("PUT", "/v1/queues/watched", { notifyLost: true });
  await service.call("POST", "/v1/queues/watched/send", { messages: [{ body: "job" }] });
  const work = (body: object) =>
    service.call("POST", "/v1/queues/watched/work", { worker: "north", session: "s1", ...body });
  const [{ receipt }] = (await work({})).body.messages;
  await work({ release: [{ receipt, lost: true }], max: 0 });
  const lost = () => calls.find(({ body }) => body.includes("worker.lost"));
  await expect.poll(lost, { timeout: 20_000 }).toBeDefined();
  expect(JSON.parse(lost()?.body ?? "")).toEqual({
    type: "worker.lost",
    timestamp: expect.any(String),
    data: { queue: "watched", worker: "north", lostAt: expect.any(String), messages: 1 },
  });
  expect(signatureOf(lost())).toBe(lost()?.headers["webhook-signature"]);
});

function repeatOf(call: Call | undefined): Call | undefined {
  const id = call?.headers["webhook-id"];
  return calls.find((other) => other !== call && other.headers["webhook-id"] === id);
}

/** As the API's README says that a receiver does it, with the key made from the installation's. */
function signatureOf(call: Call | undefined): string {
  const master = /MASTER_KEY=(\S+)/.exec(readFileSync(secretFile(service.data), "utf8"))?.[1] ?? "";
  const key = createHmac("sha256", master.replaceAll(/^["']|["']$/g, ""))
    .update("millrace webhooks")
    .digest();
  const { "webhook-id": id, "webhook-timestamp": timestamp } = call?.headers ?? {};
  const text = `${String(id)}.${String(timestamp)}.${call?.body}`;
  return `v1,${createHmac("sha256", key).update(text).digest("base64")}`;
}
