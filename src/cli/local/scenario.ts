import { readFileSync } from "node:fs";
import * as z from "zod";
import { executionHead, executionsAnswer, stepsAnswer } from "../../http/contract/executions.ts";
import { putFlowAnswer } from "../../http/contract/flows.ts";
import { queueAnswer } from "../../http/contract/queues.ts";
import { putScheduleAnswer, schedule } from "../../http/contract/schedules.ts";
import type { Client } from "../client.ts";

const FOLDER = new URL("../../../examples/three-machines/", import.meta.url);
export const QUEUE = "machines";
const FLOW = "demo-schedule-workers";
const SCHEDULE = "every-15-seconds";
const CRON = "*/15 * * * * *";

export type Head = z.output<typeof executionHead>;
export type Steps = z.output<typeof stepsAnswer>["items"];

/** The commands of all machines, as their crontabs would have them. */
const commands = z.object({ jobs: z.array(z.object({ host: z.string() }).loose()) });

function readPayload() {
  return commands.parse(JSON.parse(readFileSync(new URL("input.json", FOLDER), "utf8")));
}

/** Those that the commands name. */
export function machineNames(): string[] {
  return [...new Set(readPayload().jobs.map(({ host }) => host))];
}

/** Puts the scenario's queue, flow and schedule in place; harmless to repeat. */
export async function putInPlace(client: Client): Promise<void> {
  const definition = readFileSync(new URL("flow.yaml", FOLDER), "utf8");
  const payload = readPayload();
  await client.call({ method: "PUT", path: `/v1/queues/${QUEUE}`, body: {} }, queueAnswer);
  await client.call({ method: "PUT", path: `/v1/flows/${FLOW}`, body: definition }, putFlowAnswer);
  const path = `/v1/flows/${FLOW}/schedules/${SCHEDULE}`;
  await client.call({ method: "PUT", path, body: { cron: CRON, payload, enabled: true } }, putScheduleAnswer);
}

/** Without workers the schedule would only fill the queue. */
export async function pauseSchedule(client: Client): Promise<void> {
  const path = `/v1/flows/${FLOW}/schedules/${SCHEDULE}/pause`;
  await client.call({ method: "POST", path }, schedule);
}

/** The oldest execution that the schedule started since an instant, if there is one yet. */
export async function firstSince(client: Client, since: string): Promise<string | undefined> {
  const query = new URLSearchParams({ startedBy: `schedule:${SCHEDULE}`, from: since, limit: "1000" });
  const path = `/v1/flows/${FLOW}/executions?${query}`;
  const { items } = await client.call({ method: "GET", path }, executionsAnswer);
  return items.at(-1)?.name;
}

export function executionPath(name: string): string {
  return `/v1/flows/${FLOW}/executions/${name}`;
}

export function readHead(client: Client, name: string): Promise<Head> {
  return client.call({ method: "GET", path: executionPath(name) }, executionHead);
}

export async function readSteps(client: Client, name: string): Promise<Steps> {
  const { items } = await client.call({ method: "GET", path: `${executionPath(name)}/steps` }, stepsAnswer);
  return items;
}
