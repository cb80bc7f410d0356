import { expect } from "vitest";
import { flowOf, taskStep } from "../../support/flows.ts";
import { Service } from "../service.ts";
import { fnfClient } from "./clients.ts";

export const PASS = flowOf("{type: pass, name: p, outputMappings: [{target: seen, source: $input.x}]}");
export const WAIT = flowOf("{type: wait, name: w, duration: 600}");
export const TASK = flowOf(taskStep("t", "inputMappings: [{target: token, source: $context.task.token}]"));
export const TIME: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
export const UUID = /^[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}$/i;
export const ID: unknown = expect.stringMatching(UUID);

/** One service, and the genuine client against it. */
export class World {
  readonly service: Service;
  readonly fnf: ReturnType<typeof fnfClient>;
  private counter = 0;

  private constructor(service: Service) {
    this.service = service;
    this.fnf = fnfClient(service);
  }

  static async start(): Promise<World> {
    const world = new World(await Service.serve());
    await world.service.call("PUT", "/v1/queues/work", {});
    return world;
  }

  async flow(definition = PASS, more = {}): Promise<string> {
    const Name = `flow-${this.counter++}`;
    await this.fnf.createFlow({ Name, Definition: definition, Description: "", Type: "FDL", ...more });
    return Name;
  }

  /** The token of a task that waits, from the queue that it was sent to. */
  async takeToken(): Promise<string> {
    const { body } = await this.service.call("POST", "/v1/queues/work/receive", { waitSeconds: 20 });
    return (JSON.parse(body.messages[0].body) as { token: string }).token;
  }
}
