import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, test } from "vitest";
import { Database } from "../../durable-objects/storage/database.ts";
import {
  EXECUTION_MIGRATIONS,
  SqlExecutionStore,
} from "../../durable-objects/storage/sql-execution-store.ts";
import { ENGINE_CASES } from "../cases/engine.ts";

describe("an execution in an object's SQL", () => {
  test.each(ENGINE_CASES)("$name", async ({ name, run }) => {
    const stub = env.EXECUTIONS.getByName(name);
    await runInDurableObject(stub, (_, state) => {
      run(new SqlExecutionStore(new Database(state.storage.sql, EXECUTION_MIGRATIONS)));
    });
  });
});
