import { DurableObject } from "cloudflare:workers";
import {
  type DirectoryCommand,
  type DirectoryKind,
  DirectoryMachine,
} from "../src/core/directory/directory-machine.ts";
import type { DirectoryRpc } from "../src/core/objects.ts";
import type { Env } from "../src/env.ts";
import { hostOn } from "./hosting.ts";
import { Database } from "./storage/database.ts";
import { CELL_MIGRATIONS, SqlCells } from "./storage/sql-cells.ts";

/** Which flows and queues exist. One for the installation. */
export class DirectoryObject extends DurableObject<Env> implements DirectoryRpc {
  private readonly database = new Database(this.ctx.storage.sql, CELL_MIGRATIONS);
  private readonly machine = new DirectoryMachine(new SqlCells(this.database));
  private readonly host = hostOn({
    context: this.ctx,
    database: this.database,
    env: this.env,
    machine: this.machine,
    effects: {},
  });

  apply(command: DirectoryCommand) {
    return this.host.submit(command);
  }

  async names(kind: DirectoryKind, limit: number, after?: string): Promise<readonly string[]> {
    const names: string[] = [];
    for (const name of this.machine.names(kind, after)) if (names.push(name) >= limit) break;
    return names;
  }
}
