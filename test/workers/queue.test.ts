import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, test } from "vitest";
import { Meter } from "../../durable-objects/meter.ts";
import { Database } from "../../durable-objects/storage/database.ts";
import { SqlQueueStore } from "../../durable-objects/storage/sql-queue-store.ts";
import { QUEUE_CASES } from "../cases/queue.ts";

describe("a queue in an object's SQL", () => {
  test.each(QUEUE_CASES)("$name", async ({ name, run }) => {
    const stub = env.QUEUES.getByName(name);
    await runInDurableObject(stub, (_, state) => {
      run(new SqlQueueStore(new Database(state.storage.sql, new Meter("QueueObject"))));
    });
  });
});
