import { describe, expect, test } from "vitest";
import { flowOf } from "../../support/flows.ts";
import { expectRefused } from "./clients.ts";
import { ID, PASS, TASK, TIME, WAIT, type World } from "./world.ts";

export function tellExecutions(get: () => World): void {
  describe("executions", () => {
    test("are started, held until their end, described and listed; their history is the whole story", async () => {
      const FlowName = await get().flow();
      const of = { FlowName, ExecutionName: "run" };
      const started = await get().fnf.startExecution({ ...of, Input: '{"x": "é \\" +"}' });
      const shown = {
        RequestId: ID,
        FlowName,
        Name: "run",
        FlowDefinition: PASS,
        Input: '{"x": "é \\" +"}',
        StartedTime: TIME,
      };
      expect(started).toEqual({ ...shown, Status: expect.any(String), Output: "", StoppedTime: "" });
      const ended = await get().fnf.describeExecution({ ...of, WaitTimeSeconds: 10 });
      const output = '{"seen":"é \\" +"}';
      expect(ended).toEqual({ ...shown, Output: output, Status: "Succeeded", StoppedTime: TIME });
      await expectRefused(get().fnf.startExecution(of), "ExecutionAlreadyExists", 400);

      const list = async (more = {}) => (await get().fnf.listExecutions({ FlowName, ...more })).Executions;
      const { RequestId: _, ...listed } = ended;
      await expect.poll(list).toEqual([{ ...listed, StartedTime: TIME }]);
      expect(await list({ MetadataOnly: "true" })).toMatchObject([{ Name: "run", Input: "", Output: "" }]);

      const { Events } = await get().fnf.getExecutionHistory(of);
      expect(Events).toEqual([
        event(1, 0, "ExecutionStarted", "", '{"input":{"x":"é \\" +"}}'),
        event(2, 1, "StepEntered", "p", '{"input":{"x":"é \\" +"},"local":{}}'),
        event(3, 2, "StepStarted", "p", '{"input":{"x":"é \\" +"}}'),
        event(4, 3, "StepSucceeded", "p", `{"output":${output}}`),
        event(5, 4, "StepExited", "p", `{"local":${output}}`),
        event(6, 5, "ExecutionSucceeded", "", `{"output":${output}}`),
      ]);
      const first = await get().fnf.getExecutionHistory({ ...of, Limit: 4 });
      const rest = await get().fnf.getExecutionHistory({ ...of, Limit: 4, NextToken: first.NextToken });
      expect([...first.Events, ...rest.Events]).toEqual(Events);
      expect(rest).not.toHaveProperty("NextToken");
    });

    test("have a name of their own where none is given; a name that runs gives the one that runs", async () => {
      const FlowName = await get().flow(WAIT);
      const one = await get().fnf.startExecution({ FlowName });
      const two = await get().fnf.startExecution({ FlowName });
      expect(one.Name).not.toBe(two.Name);
      const again = await get().fnf.startExecution({
        FlowName,
        ExecutionName: one.Name,
        Input: '{"other": 1}',
      });
      expect(again).toMatchObject({ Name: one.Name, Input: "" });
      const of = { FlowName, ExecutionName: one.Name };
      await expect.poll(async () => (await get().fnf.describeExecution(of)).Status).toBe("Running");
      expect(await get().fnf.describeExecution({ ...of, WaitTimeSeconds: 1 })).toMatchObject({
        Status: "Running",
      });
    });

    test("are stopped, with an error and a cause", async () => {
      const of = { FlowName: await get().flow(WAIT), ExecutionName: "run" };
      await get().fnf.startExecution(of);
      await expect.poll(async () => (await get().fnf.describeExecution(of)).Status).toBe("Running");
      expect(await get().fnf.stopExecution({ ...of, Error: "Why", Cause: "because" })).toMatchObject({
        FlowName: of.FlowName,
        Name: "run",
        Status: "Stopped",
        StoppedTime: TIME,
      });
      const { Events } = await get().fnf.getExecutionHistory(of);
      expect(Events.at(-1)).toMatchObject({
        Type: "ExecutionStopped",
        EventDetail: '{"error":"Why","cause":"because"}',
      });
      await expectRefused(get().fnf.stopExecution(of), "ExecutionAlreadyCompleted", 400);
    });

    test("are listed newest first, in pages, by status, name and time", async () => {
      const FlowName = await get().flow(WAIT);
      for (const ExecutionName of ["a1", "a2", "b1"])
        await get().fnf.startExecution({ FlowName, ExecutionName });
      const names = async (more = {}) => {
        const { Executions } = await get().fnf.listExecutions({ FlowName, ...more });
        return Executions.map(({ Name }: { Name: string }) => Name);
      };
      expect(await names()).toEqual(["b1", "a2", "a1"]);
      const page = await get().fnf.listExecutions({ FlowName, Limit: 2 });
      expect(await names({ Limit: 2, NextToken: page.NextToken })).toEqual(["a1"]);
      expect(await names({ ExecutionNamePrefix: "a" })).toEqual(["a2", "a1"]);
      expect(await names({ Status: "Succeeded" })).toEqual([]);
      const [, middle] = page.Executions as { StartedTime: string }[];
      const at = middle?.StartedTime ?? "";
      expect(await names({ StartedTimeBegin: at, StartedTimeEnd: at })).toContain("a2");
      expect(await names({ StartedTimeEnd: "2001-01-01T00:00:00Z" })).toEqual([]);
      await expectRefused(get().fnf.listExecutions({ FlowName, Limit: 101 }), "InvalidArgument", 400);
      await expectRefused(get().fnf.listExecutions({ FlowName, Status: "Done" }), "InvalidArgument", 400);
      await expectRefused(
        get().fnf.listExecutions({ FlowName, StartedTimeBegin: "noon" }),
        "InvalidArgument",
        400,
      );
      await expectRefused(get().fnf.listExecutions({ FlowName: "nobody" }), "FlowNotExists", 404);
    });

    test("that tell a task of another execution of their end are answered for by it", async () => {
      const of = { FlowName: await get().flow(TASK), ExecutionName: "waits" };
      await get().fnf.startExecution(of);
      const child = await get().flow();
      const CallbackFnFTaskToken = await get().takeToken();
      await get().fnf.startExecution({ FlowName: child, Input: '{"x":5}', CallbackFnFTaskToken });
      expect(await get().fnf.describeExecution({ ...of, WaitTimeSeconds: 10 })).toMatchObject({
        Status: "Succeeded",
      });
      const { Events } = await get().fnf.getExecutionHistory(of);
      expect(Events).toContainEqual(
        expect.objectContaining({ Type: "TaskSucceeded", EventDetail: '{"output":{"seen":5}}' }),
      );
      const start = get().fnf.startExecution({ FlowName: child, CallbackFnFTaskToken: "nonsense" });
      await expectRefused(start, "InvalidArgument", 400);
    });

    test("of express flows are started and answered at once", async () => {
      const FlowName = await get().flow(PASS, { ExecutionMode: "Express" });
      expect(await get().fnf.describeFlow({ Name: FlowName })).toMatchObject({ ExecutionMode: "Express" });
      const sync = (more: object) =>
        get().fnf.request("StartSyncExecution", { FlowName, ...more }, { method: "POST", timeout: 20_000 });
      const names: string[] = [];
      for (const ExecutionName of ["same", "same"]) {
        const answer = await sync({ ExecutionName, Input: '{"x":[1]}' });
        expect(answer).toEqual({
          RequestId: ID,
          FlowName,
          Name: expect.stringMatching(/^same:[0-9a-f-]{36}$/),
          Status: "Succeeded",
          ErrorCode: "",
          ErrorMessage: "",
          Output: '{"seen":[1]}',
          StartedTime: TIME,
          StoppedTime: TIME,
        });
        names.push(answer.Name);
      }
      expect(names[0]).not.toBe(names[1]);
      const of = { FlowName, ExecutionName: names[0] ?? "" };
      expect(await get().fnf.describeExecution(of)).toMatchObject({ Name: names[0], Output: '{"seen":[1]}' });
      expect(await sync({})).toMatchObject({ Status: "Succeeded" });
      const failing = await get().flow(flowOf("{type: fail, name: f, error: No, cause: why}"), {
        ExecutionMode: "Express",
      });
      expect(await sync({ FlowName: failing })).toMatchObject({
        Status: "Failed",
        ErrorCode: "No",
        ErrorMessage: "why",
        Output: "",
      });
      await expectRefused(get().fnf.startExecution({ FlowName }), "InvalidArgument", 400);
      await expectRefused(sync({ FlowName: await get().flow() }), "InvalidArgument", 400);
      await expectRefused(sync({ FlowName: "nobody" }), "FlowNotExists", 404);
    });

    test("are refused with the code that is documented", async () => {
      const FlowName = await get().flow();
      const of = { FlowName, ExecutionName: "nobody" };
      const nowhere = { FlowName: "nobody", ExecutionName: "nobody" };
      for (const call of ["describeExecution", "stopExecution", "getExecutionHistory"] as const) {
        await expectRefused(get().fnf[call](of), "ExecutionNotExists", 404);
        await expectRefused(get().fnf[call](nowhere), "FlowNotExists", 404);
      }
      await expectRefused(get().fnf.startExecution({ FlowName: "nobody" }), "FlowNotExists", 404);
      for (const Input of ["{", "[]", "5", '"text"', `${'{"a":'.repeat(300)}1${"}".repeat(300)}`]) {
        await expectRefused(get().fnf.startExecution({ FlowName, Input }), "InvalidArgument", 400);
      }
      await expectRefused(
        get().fnf.startExecution({ FlowName, ExecutionName: "a b" }),
        "InvalidArgument",
        400,
      );
      await expectRefused(get().fnf.startExecution({ FlowName, Qualifier: "v9" }), "InvalidArgument", 400);
      await expectRefused(
        get().fnf.describeExecution({ ...of, WaitTimeSeconds: 61 }),
        "InvalidArgument",
        400,
      );
      await expectRefused(get().fnf.getExecutionHistory({ ...of, NextToken: "x" }), "InvalidArgument", 400);
      await expectRefused(get().fnf.stopExecution({ ...of, Error: "e".repeat(129) }), "InvalidArgument", 400);
      await expectRefused(
        get().fnf.stopExecution({ ...of, Cause: "c".repeat(4097) }),
        "InvalidArgument",
        400,
      );
      await expectRefused(get().fnf.request("DescribeExecution", { FlowName }), "MissingRequiredParams", 400);
    });
  });
}

function event(
  EventId: number,
  ScheduleEventId: number,
  Type: string,
  StepName: string,
  EventDetail: string,
) {
  return { EventId, ScheduleEventId, Type, StepName, Time: TIME, EventDetail };
}
