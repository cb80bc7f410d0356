import * as z from "zod";
import { healthAnswer } from "../../../http/contract/common.ts";
import { command } from "../command.ts";

export const health = command({
  usage: "health",
  calls: ["GET /v1/health"],
  isKeyless: true,
  summary: "Say whether the service answers, and its version",
  examples: ["health", "health --url https://millrace.example.workers.dev"],
  async run({ client }) {
    const found = await client.call({ method: "GET", path: "/v1/health" }, healthAnswer);
    return { json: found, text: () => `${client.url}: ${found.status}, version ${found.version}` };
  },
});

export const metrics = command({
  usage: "metrics",
  calls: ["GET /metrics"],
  summary: "Show the service's counters, as Prometheus reads them",
  examples: ["metrics", "metrics | grep millrace_executions_total"],
  async run({ client }) {
    const text = await client.call({ method: "GET", path: "/metrics" }, z.string());
    return { json: { text }, text: () => text };
  },
});
