import { describe, test } from "vitest";
import { ENGINE_CASES } from "../cases/engine.ts";
import { MemoryExecutionStore } from "../support/memory-execution-store.ts";

describe("an execution in memory", () => {
  test.each(ENGINE_CASES)("$name", ({ run }) =>
    run(new MemoryExecutionStore(), () => new MemoryExecutionStore()),
  );
});
