import { DurableObject } from "cloudflare:workers";
import type { AccessKeyCommand } from "../src/core/directory/access-keys.ts";
import type { AuditCommand, AuditQuery } from "../src/core/directory/audit-log.ts";
import {
  type ActiveCommand,
  type DirectoryKind,
  DirectoryMachine,
  type RegisterCommand,
} from "../src/core/directory/directory-machine.ts";
import type { DirectoryRpc } from "../src/core/objects.ts";
import { assert } from "../src/core/result.ts";
import type { Env } from "../src/env.ts";
import { hostOn } from "./hosting.ts";
import { Meter, countCalls } from "./meter.ts";
import { Database } from "./storage/database.ts";
import { CELL_MIGRATIONS, SqlCells } from "./storage/sql-cells.ts";

/** Which flows and queues exist, who may do what, and who did. One for the installation. */
export class DirectoryObject extends DurableObject<Env> implements DirectoryRpc {
  static {
    countCalls<DirectoryRpc>(this, {
      apply: true,
      names: true,
      changeKey: true,
      key: true,
      keys: true,
      audit: true,
      auditPage: true,
      activeFlows: true,
    });
  }

  readonly meter = new Meter("DirectoryObject");
  private readonly database = new Database(this.ctx.storage.sql, CELL_MIGRATIONS, this.meter);
  private readonly machine = new DirectoryMachine(new SqlCells(this.database));
  private readonly host = hostOn({
    context: this.ctx,
    database: this.database,
    env: this.env,
    machine: this.machine,
    effects: {},
  });

  apply(command: RegisterCommand | ActiveCommand) {
    return this.host.submit(command);
  }

  async activeFlows(limit: number) {
    const names: string[] = [];
    for (const name of this.machine.activeFlows()) if (names.push(name) >= limit) break;
    return names;
  }

  async names(
    kind: DirectoryKind,
    limit: number,
    after?: string,
    prefix?: string,
  ): Promise<readonly string[]> {
    const names: string[] = [];
    for (const name of this.machine.names(kind, after, prefix)) if (names.push(name) >= limit) break;
    return names;
  }

  async changeKey(command: AccessKeyCommand) {
    const outcome = await this.host.submit(command);
    assert(!outcome.ok || "key" in outcome, "a changed key is told");
    return outcome;
  }

  async key(id: string) {
    return this.machine.accessKeys.holder(id, Date.now());
  }

  async keys() {
    return this.machine.accessKeys.all();
  }

  async audit(command: AuditCommand) {
    const outcome = await this.host.submit(command);
    assert("at" in outcome && outcome.at !== undefined, "an entry has a time");
    return { at: outcome.at };
  }

  async auditPage(query: AuditQuery) {
    return this.machine.auditLog.page(query);
  }
}
