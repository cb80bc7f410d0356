import type { AccessKeyCommand } from "../src/core/directory/access-keys.ts";
import type { AcknowledgementCommand } from "../src/core/directory/acknowledgements.ts";
import type { AuditCommand, AuditQuery } from "../src/core/directory/audit-log.ts";
import {
  type ActiveCommand,
  type DirectoryCommand,
  DirectoryMachine,
  type DirectoryOutcome,
} from "../src/core/directory/directory-machine.ts";
import type { DirectoryKind, RegisterCommand } from "../src/core/directory/registration.ts";
import type { InspectObjects } from "../src/core/directory/inspection-round.ts";
import type { SpendCode } from "../src/core/directory/spent-codes.ts";
import { listedSize } from "../src/core/flow/summary.ts";
import type { BeginRound } from "../src/core/inspection-views.ts";
import { pageOf } from "../src/core/lists.ts";
import type { DirectoryRpc } from "../src/core/objects.ts";
import { assert } from "../src/core/result.ts";
import { DIRECTORY_EFFECTS } from "../src/effects/directory-effects.ts";
import type { Env } from "../src/env.ts";
import { MachineObject } from "./machine-object.ts";
import { SqlCells } from "./storage/sql-cells.ts";

/** Which flows and queues exist, who may do what, and who did. One for the installation. */
export class DirectoryObject
  extends MachineObject<DirectoryMachine, DirectoryCommand, DirectoryOutcome, InspectObjects>
  implements DirectoryRpc
{
  constructor(context: DurableObjectState, env: Env) {
    super(context, env, {
      name: "DirectoryObject",
      effects: DIRECTORY_EFFECTS,
      machine: (database) => new DirectoryMachine(new SqlCells(database)),
    });
  }

  apply(command: RegisterCommand | ActiveCommand) {
    return this.submit(command);
  }

  applyAll(commands: readonly RegisterCommand[]) {
    return this.submitAll(commands);
  }

  async flows(limit: number, after?: string) {
    return this.read((machine) =>
      pageOf(machine.flows(after), limit, ({ summary }) => listedSize(summary?.description)),
    );
  }

  async activeFlows(limit: number) {
    return this.read((machine) => first(machine.activeFlows(), limit));
  }

  async names(
    kind: DirectoryKind,
    limit: number,
    after?: string,
    prefix?: string,
  ): Promise<readonly string[]> {
    return this.read((machine) => first(machine.names(kind, after, prefix), limit));
  }

  async changeKey(command: AccessKeyCommand) {
    const outcome = await this.submit(command);
    assert(!outcome.ok || "key" in outcome, "a changed key is told");
    return outcome;
  }

  async key(id: string) {
    return this.read(({ accessKeys }, now) => accessKeys.holder(id, now));
  }

  async keys() {
    return this.read(({ accessKeys }) => accessKeys.all());
  }

  async audit(command: AuditCommand) {
    const outcome = await this.submit(command);
    assert("at" in outcome && outcome.at !== undefined, "an entry has a time");
    return { at: outcome.at };
  }

  async acknowledge(command: AcknowledgementCommand) {
    return this.call(async ({ submit, read }) => {
      await submit(command);
      return read((machine, now) => machine.telling(now));
    });
  }

  async boardTelling() {
    return this.read((machine, now) => machine.telling(now));
  }

  inspectTick() {
    return this.submit({ type: "inspectTick" });
  }

  async beginRound(command: BeginRound) {
    const outcome = await this.submit(command);
    if (!outcome.ok) return outcome;
    assert("round" in outcome && outcome.round !== undefined, "a round that began has a number");
    return { ok: true, round: outcome.round } as const;
  }

  async doctor() {
    return this.read(({ inspections }) => inspections.view());
  }

  spendCode(command: SpendCode) {
    return this.submit(command);
  }

  async auditPage(query: AuditQuery) {
    return this.read(({ auditLog }) => auditLog.page(query));
  }
}

function first(names: Iterable<string>, limit: number): string[] {
  const taken: string[] = [];
  for (const name of names) if (taken.push(name) >= limit) break;
  return taken;
}
