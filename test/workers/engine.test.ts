import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, test } from "vitest";
import { Meter } from "../../durable-objects/meter.ts";
import { Database } from "../../durable-objects/storage/database.ts";
import { SqlExecutionStore } from "../../durable-objects/storage/sql-execution-store.ts";
import { ENGINE_CASES } from "../cases/engine.ts";

describe("an execution in an object's SQL", () => {
  test.each(ENGINE_CASES)("$name", async ({ name, run }) => {
    const stub = env.EXECUTIONS.getByName(name);
    await runInDurableObject(stub, (_, state) => {
      const { sql } = state.storage;
      const open = () => new SqlExecutionStore(new Database(sql, new Meter("ExecutionObject")));
      run(open(), () => {
        const tables = sql
          .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
          .toArray();
        for (const table of tables) if (!table.name.startsWith("_cf")) sql.exec(`DROP TABLE "${table.name}"`);
        return open();
      });
    });
  });
});
