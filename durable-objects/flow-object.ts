import type {
  ExecutionEnded,
  FlowCommand,
  FlowEffect,
  FlowOutcome,
  PatchFlow,
  PauseFlow,
  CallbacksTold,
  PauseTold,
  PutFlow,
  ResumeFlow,
  RedriveExecution,
  StartExecution,
  StopHeld,
} from "../src/core/flow/command.ts";
import { FlowMachine } from "../src/core/flow/flow-machine.ts";
import type { Nonce } from "../src/core/durable/nonces.ts";
import type { FlowStatsQuery } from "../src/core/flow-views.ts";
import { openedStart } from "../src/carry.ts";
import type { CarriedStart } from "../src/core/engine/state/carried-start.ts";
import type { ExecutionsQuery, FlowRpc } from "../src/core/objects.ts";
import type { InspectionQuery } from "../src/core/inspection-views.ts";
import { inspectExecutions } from "../src/effects/inspect-executions.ts";
import { FLOW_EFFECTS } from "../src/effects/flow-effects.ts";
import type { Env } from "../src/env.ts";
import { readExecutions } from "../src/queries/flow-executions.ts";
import { readFlowStats } from "../src/queries/flow-stats.ts";
import { MachineObject } from "./machine-object.ts";
import { SqlCells } from "./storage/sql-cells.ts";

/** A flow: its versions, the names of its executions and their index. One for each flow name. */
export class FlowObject
  extends MachineObject<FlowMachine, FlowCommand, FlowOutcome, FlowEffect>
  implements FlowRpc
{
  constructor(context: DurableObjectState, env: Env) {
    super(context, env, {
      name: "FlowObject",
      effects: FLOW_EFFECTS,
      machine: (database) => new FlowMachine(new SqlCells(database), context.id.name),
    });
  }

  put(command: Omit<PutFlow, "type">) {
    return this.submit({ type: "putFlow", ...command });
  }

  patch(patch: PatchFlow["patch"]) {
    return this.submit({ type: "patchFlow", patch });
  }

  async get(wanted?: number) {
    return this.read((machine, now) => {
      const { flow, versions, held } = machine;
      const parked = machine.parked(now);
      const version = flow && versions.find(flow.generation, wanted ?? flow.version);
      const more = held > 0 && { held };
      return flow && version && { flow, version, ...more, ...(parked.length > 0 && { parked }) };
    });
  }

  async summary() {
    return this.read((machine) => machine.summary());
  }

  async boardTelling() {
    return this.read((machine) => machine.telling()?.telling);
  }

  /** Its executions are asked by slices: each call answers for one. */
  inspect({ heal, from }: InspectionQuery) {
    return this.call(async ({ inspect, look, submit }) => {
      const own = await inspect(heal, (machine, now) => machine.inspect(now));
      const { entries, findings, to } = look((machine, now) => machine.unheard(now, from));
      const found = await inspectExecutions(this.env, this.ctx.id.name ?? "", entries, heal);
      if (heal && found.ends.length > 0) await submit({ type: "endsFound", ends: found.ends });
      const all = [...(from ? [] : own.findings), ...findings, ...found.findings];
      return { ...own, findings: all, ...(to && { to }) };
    });
  }

  async versions(limit: number, before?: number) {
    return this.read(({ flow, versions }) => {
      if (!flow) return undefined;
      const newest = [];
      for (const { definition: _, ...version } of versions.newest(flow.generation, before)) {
        if (newest.push(version) >= limit) break;
      }
      return newest;
    });
  }

  remove(nonce?: Nonce) {
    return this.submit({ type: "deleteFlow", ...(nonce && { nonce }) });
  }

  startExecution(command: CarriedStart<StartExecution>) {
    return this.submit(openedStart(command));
  }

  startExecutions(commands: readonly CarriedStart<StartExecution>[]) {
    return this.submitAll(commands.map(openedStart));
  }

  setPause(command: PauseFlow | ResumeFlow) {
    return this.submit(command);
  }

  purgeExecution(name: string) {
    return this.submit({ type: "purgeExecution", name });
  }

  stopHeld(command: StopHeld) {
    return this.submit(command);
  }

  pauseTold(command: PauseTold) {
    return this.submit(command);
  }

  callbacksTold(command: CallbacksTold) {
    return this.submit(command);
  }

  redriveExecution(command: RedriveExecution) {
    return this.submit(command);
  }

  executionEnded(command: ExecutionEnded) {
    return this.submit(command);
  }

  async execution(name: string) {
    return this.read((machine) => {
      const { flow } = machine;
      return flow && machine.execution(flow.generation, name);
    });
  }

  retryEffects() {
    return this.retryAll(({ flow }) => flow !== undefined);
  }

  async executions(query: ExecutionsQuery) {
    return this.read((machine) => readExecutions(machine, query));
  }

  async stats(query: FlowStatsQuery) {
    return this.read((machine) => readFlowStats(machine, query));
  }
}
