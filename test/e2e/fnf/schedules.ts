import { describe, expect, test } from "vitest";
import { expectRefused } from "./clients.ts";
import { ID, TIME, type World } from "./world.ts";

export function tellSchedules(get: () => World): void {
  describe("schedules", () => {
    test("are created, described, changed, listed and deleted", async () => {
      const FlowName = await get().flow();
      const of = { FlowName, ScheduleName: "nightly" };
      const CronExpression = "CRON_TZ=Asia/Shanghai 0 30 2 * * MON-FRI";
      const created = await get().fnf.createSchedule({
        ...of,
        CronExpression,
        Payload: '{"n": 1}',
        Description: "d",
      });
      expect(created).toEqual({
        RequestId: ID,
        ScheduleName: "nightly",
        ScheduleId: ID,
        Description: "d",
        CronExpression,
        Payload: '{"n": 1}',
        Enable: true,
        CreatedTime: TIME,
        LastModifiedTime: TIME,
      });
      expect(await get().fnf.describeSchedule(of)).toEqual({ ...created, RequestId: ID });
      expect(await get().fnf.updateSchedule({ ...of, Enable: "False" })).toMatchObject({
        Enable: false,
        CronExpression,
      });
      expect(
        await get().fnf.updateSchedule({ ...of, CronExpression: "@every 90m", Payload: "" }),
      ).toMatchObject({
        Enable: false,
        CronExpression: "@every 90m",
        Payload: "",
        Description: "d",
        ScheduleId: created.ScheduleId,
      });
      await get().fnf.createSchedule({
        FlowName,
        ScheduleName: "other",
        CronExpression: "0 0/5 4-6 ? * MON-FRI",
        Enable: false,
      });
      const names: string[] = [];
      let token: string | undefined;
      do {
        const page = await get().fnf.listSchedules({
          FlowName,
          Limit: 1,
          ...(token !== undefined && { NextToken: token }),
        });
        names.push(...page.Schedules.map(({ ScheduleName }: { ScheduleName: string }) => ScheduleName));
        token = page.NextToken;
      } while (token !== undefined);
      expect(names).toEqual(["nightly", "other"]);
      expect(Object.keys(await get().fnf.deleteSchedule(of))).toEqual(["RequestId"]);
      await expectRefused(get().fnf.describeSchedule(of), "ScheduleNotExists", 404);
    });

    test("are refused with the code that is documented", async () => {
      const FlowName = await get().flow();
      const of = { FlowName, ScheduleName: "s" };
      const CronExpression = "0 0 0 * * *";
      await get().fnf.createSchedule({ ...of, CronExpression });
      await expectRefused(get().fnf.createSchedule({ ...of, CronExpression }), "ScheduleAlreadyExists", 409);
      const nowhere = { FlowName: "nobody", ScheduleName: "s" };
      await expectRefused(get().fnf.createSchedule({ ...nowhere, CronExpression }), "FlowNotExists", 404);
      for (const call of ["updateSchedule", "deleteSchedule", "describeSchedule"] as const) {
        await expectRefused(get().fnf[call](nowhere), "FlowNotExists", 404);
        await expectRefused(get().fnf[call]({ FlowName, ScheduleName: "nobody" }), "ScheduleNotExists", 404);
      }
      await expectRefused(get().fnf.listSchedules({ FlowName: "nobody" }), "FlowNotExists", 404);
      for (const expression of [
        "*/10 * * * * *",
        "@every 30s",
        "@every 0m",
        "* * * * *",
        "0 0 99 * * *",
        "@daily",
        "CRON_TZ=No/Where 0 0 0 * * *",
      ]) {
        await expectRefused(
          get().fnf.updateSchedule({ ...of, CronExpression: expression }),
          "InvalidArgument",
          400,
        );
      }
      await expectRefused(get().fnf.updateSchedule({ ...of, Payload: "[1]" }), "InvalidArgument", 400);
      await expectRefused(get().fnf.updateSchedule({ ...of, Enable: "maybe" }), "InvalidArgument", 400);
      await expectRefused(get().fnf.listSchedules({ FlowName, Limit: 1001 }), "InvalidArgument", 400);
    });
  });
}
