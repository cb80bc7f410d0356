import { describe, expect, test } from "vitest";
import { expectRefused } from "./clients.ts";
import { ID, TASK, type World } from "./world.ts";

export function tellTasks(get: () => World): void {
  describe("reports", () => {
    test("of success and failure decide their tasks, once", async () => {
      const FlowName = await get().flow(TASK);
      for (const [call, report, Status] of [
        ["reportTaskSucceeded", { Output: '{"ok": "ü"}' }, "Succeeded"],
        ["reportTaskFailed", { Error: "No", Cause: "why" }, "Failed"],
      ] as const) {
        const { Name: ExecutionName } = await get().fnf.startExecution({ FlowName });
        const TaskToken = await get().takeToken();
        expect(await get().fnf[call]({ TaskToken, ...report })).toEqual({
          RequestId: ID,
          EventId: expect.any(Number),
        });
        expect(
          await get().fnf.describeExecution({ FlowName, ExecutionName, WaitTimeSeconds: 10 }),
        ).toMatchObject({
          Status,
        });
        await expectRefused(get().fnf[call]({ TaskToken, ...report }), "TaskAlreadyCompleted", 400);
      }
    });

    test("that cannot be read keep their task waiting", async () => {
      const of = { FlowName: await get().flow(TASK), ExecutionName: "run" };
      await get().fnf.startExecution(of);
      const TaskToken = await get().takeToken();
      for (const Output of ["{", "[]", "5", "null", '"text"']) {
        await expectRefused(get().fnf.reportTaskSucceeded({ TaskToken, Output }), "InvalidArgument", 400);
      }
      const large = JSON.stringify({ x: "x".repeat(300_000) });
      await expectRefused(
        get().fnf.reportTaskSucceeded({ TaskToken, Output: large }),
        "InvalidArgument",
        400,
      );
      await expectRefused(
        get().fnf.reportTaskSucceeded({ TaskToken, Output: "" }),
        "MissingRequiredParams",
        400,
      );
      await expectRefused(get().fnf.reportTaskFailed({ TaskToken, Error: "" }), "MissingRequiredParams", 400);
      await expectRefused(
        get().fnf.reportTaskFailed({ TaskToken, Error: "e".repeat(129) }),
        "InvalidArgument",
        400,
      );
      await expectRefused(
        get().fnf.reportTaskFailed({ TaskToken: "mr1.a.b.c", Error: "e" }),
        "InvalidArgument",
        400,
      );
      await expectRefused(
        get().fnf.reportTaskSucceeded({ TaskToken: "", Output: "{}" }),
        "MissingRequiredParams",
        400,
      );
      await get().fnf.stopExecution(of);
      await expectRefused(
        get().fnf.reportTaskSucceeded({ TaskToken, Output: "{}" }),
        "TaskAlreadyCompleted",
        400,
      );
    });
  });
}
