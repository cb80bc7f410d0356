import { DurableObject } from "cloudflare:workers";
import type { ExecutionEnded, PatchFlow, PutFlow, StartExecution } from "../src/core/flow/command.ts";
import { FlowMachine } from "../src/core/flow/flow-machine.ts";
import type { Nonce } from "../src/core/durable/nonces.ts";
import type { ExecutionsQuery, FlowRpc } from "../src/core/objects.ts";
import { FLOW_EFFECTS } from "../src/effects/flow-effects.ts";
import type { Env } from "../src/env.ts";
import { readExecutions } from "../src/queries/flow-executions.ts";
import { hostOn } from "./hosting.ts";
import { Meter, countCalls } from "./meter.ts";
import { Database } from "./storage/database.ts";
import { CELL_MIGRATIONS, SqlCells } from "./storage/sql-cells.ts";

/** A flow: its versions, the names of its executions and their index. One for each flow name. */
export class FlowObject extends DurableObject<Env> implements FlowRpc {
  static {
    countCalls<FlowRpc>(this, {
      put: true,
      patch: true,
      get: true,
      versions: true,
      remove: true,
      startExecution: true,
      startExecutions: true,
      executionEnded: true,
      execution: true,
      executions: true,
    });
  }

  readonly meter = new Meter("FlowObject");
  private readonly database = new Database(this.ctx.storage.sql, CELL_MIGRATIONS, this.meter);
  private readonly machine = new FlowMachine(new SqlCells(this.database));
  private readonly host = hostOn({
    context: this.ctx,
    database: this.database,
    env: this.env,
    machine: this.machine,
    effects: FLOW_EFFECTS,
  });

  put(command: Omit<PutFlow, "type">) {
    return this.host.submit({ type: "putFlow", ...command });
  }

  patch(patch: PatchFlow["patch"]) {
    return this.host.submit({ type: "patchFlow", patch });
  }

  async get(wanted?: number) {
    this.host.heal();
    const { flow } = this.machine;
    const version = flow && this.machine.versions.find(flow.generation, wanted ?? flow.version);
    return flow && version && { flow, version };
  }

  async versions(limit: number, before?: number) {
    const { flow } = this.machine;
    if (!flow) return undefined;
    const versions = [];
    for (const { definition: _, ...version } of this.machine.versions.newest(flow.generation, before)) {
      if (versions.push(version) >= limit) break;
    }
    return versions;
  }

  remove(nonce?: Nonce) {
    return this.host.submit({ type: "deleteFlow", ...(nonce && { nonce }) });
  }

  startExecution(command: StartExecution) {
    return this.host.submit(command);
  }

  startExecutions(commands: readonly StartExecution[]) {
    return Promise.all(commands.map((command) => this.host.submit(command)));
  }

  executionEnded(command: ExecutionEnded) {
    return this.host.submit(command);
  }

  async execution(name: string) {
    this.host.heal();
    const { flow } = this.machine;
    return flow && this.machine.execution(flow.generation, name);
  }

  async executions(query: ExecutionsQuery) {
    this.host.heal();
    return readExecutions(this.machine, query);
  }

  override alarm(): Promise<void> {
    return this.host.wake();
  }
}
