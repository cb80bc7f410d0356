import * as z from "zod";
import { healthAnswer } from "../../../http/contract/common.ts";
import { signInCodeAnswer } from "../../../http/contract/session.ts";
import { command } from "../command.ts";
import { time } from "../format.ts";

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

export const login = command({
  usage: "login",
  calls: ["POST /v1/session/code"],
  summary: "Make an address that signs a browser in once, within ten minutes",
  examples: ["login", 'open "$(npx millrace login)"'],
  async run({ client }) {
    const made = await client.call({ method: "POST", path: "/v1/session/code", body: {} }, signInCodeAnswer);
    return {
      json: made,
      text: () => made.address,
      notes: [`It signs in once, until ${time(made.expiresAt)}: whoever opens it has your key's rights.`],
    };
  },
});
