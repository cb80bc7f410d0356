import * as z from "zod";
import { LIST_LIMIT_MAX } from "../../../core/limits.ts";
import { flowWithDefinition, putFlowAnswer } from "../../../http/contract/flows.ts";
import { queueAnswer } from "../../../http/contract/queues.ts";
import { putScheduleAnswer, schedule, schedulesAnswer } from "../../../http/contract/schedules.ts";
import { COMMAND_DEFINITION, COMMAND_QUEUE } from "../../crontab/command-flow.ts";
import type { Stored } from "../../crontab/plan.ts";
import type { Client } from "../../client.ts";
import { schedulePath } from "../commands/schedule-path.ts";
import { orNone } from "../existing.ts";
import { readPages } from "../pages.ts";
import { type Target, storedFrom } from "./target.ts";

/** The calls that an import makes. */
export const IMPORT_CALLS = [
  "GET /v1/flows/{flow}",
  "PUT /v1/flows/{flow}",
  "GET /v1/queues/{queue}",
  "PUT /v1/queues/{queue}",
  "GET /v1/flows/{flow}/schedules",
  "PUT /v1/flows/{flow}/schedules/{schedule}",
  "PATCH /v1/flows/{flow}/schedules/{schedule}",
  "POST /v1/flows/{flow}/schedules/{schedule}/pause",
  "DELETE /v1/flows/{flow}/schedules/{schedule}",
] as const;

/** The schedules of a flow of a service. */
export class ServiceTarget implements Target {
  private readonly client: Client;
  private readonly flow: string;

  constructor(client: Client, flow: string) {
    this.client = client;
    this.flow = flow;
  }

  async stored(): Promise<Stored[]> {
    const path = `/v1/flows/${encodeURIComponent(this.flow)}/schedules`;
    const query = { limit: LIST_LIMIT_MAX, include: "payload" } as const;
    const pages = readPages(this.client, path, query, schedulesAnswer, true);
    const found = await orNone(pages, "FlowNotExists");
    return (found?.items ?? []).map((one) => storedFrom(one, one));
  }

  async prepare(isDry: boolean): Promise<string[]> {
    return [...(await this.queue(isDry)), ...(await this.ownFlow(isDry))];
  }

  private async queue(isDry: boolean): Promise<string[]> {
    const path = `/v1/queues/${COMMAND_QUEUE}`;
    const found = await orNone(this.client.call({ method: "GET", path }, queueAnswer), "QueueNotExist");
    if (found) return [];
    if (!isDry) await this.client.call({ method: "PUT", path, body: {} }, queueAnswer);
    return [`queue ${COMMAND_QUEUE}`];
  }

  private async ownFlow(isDry: boolean): Promise<string[]> {
    const path = `/v1/flows/${encodeURIComponent(this.flow)}`;
    const call = this.client.call({ method: "GET", path }, flowWithDefinition);
    if (await orNone(call, "FlowNotExists")) return [];
    const body = { definition: COMMAND_DEFINITION, description: "Runs a line of a crontab on its machine" };
    if (!isDry) await this.client.call({ method: "PUT", path, body }, putFlowAnswer);
    return [`flow ${this.flow}`];
  }

  async create(name: string, body: object): Promise<void> {
    const path = schedulePath(this.flow, name);
    await this.client.call({ method: "PUT", path, body }, putScheduleAnswer);
  }

  async change(name: string, body: object): Promise<void> {
    const path = schedulePath(this.flow, name);
    await this.client.call({ method: "PATCH", path, body }, putScheduleAnswer);
  }

  async pause(name: string, reason: string): Promise<void> {
    const path = `${schedulePath(this.flow, name)}/pause`;
    await this.client.call({ method: "POST", path, body: { reason } }, schedule);
  }

  async remove(name: string): Promise<void> {
    await this.client.call({ method: "DELETE", path: schedulePath(this.flow, name) }, z.undefined());
  }
}
