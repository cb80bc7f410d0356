import { describe, expect, test } from "vitest";
import { expectRefused } from "./clients.ts";
import { ID, PASS, TIME, WAIT, type World } from "./world.ts";

export function tellFlows(get: () => World): void {
  describe("flows", () => {
    test("are created, described, changed and deleted", async () => {
      const Name = "orders";
      const Description = "it's 100% (new) *und* über +1 & more";
      const created = await get().fnf.createFlow({
        Name,
        Definition: PASS,
        Description,
        Type: "FDL",
        RoleArn: "acs:r",
      });
      const shown = {
        Name,
        Description,
        Definition: PASS,
        Type: "FDL",
        RoleArn: "acs:r",
        ExternalStorageLocation: "",
        Id: ID,
        ExecutionMode: "Standard",
        CreatedTime: TIME,
        LastModifiedTime: TIME,
      };
      expect(created).toEqual({ RequestId: ID, ...shown });
      expect(await get().fnf.describeFlow({ Name })).toEqual({ ...created, RequestId: ID });

      const changed = await get().fnf.updateFlow({ Name, Description: "" });
      const { ExecutionMode: _, ...rest } = shown;
      expect(changed).toEqual({ ...rest, Description: "", RequestId: ID });
      await get().fnf.updateFlow({ Name, Definition: WAIT, Type: "FDL", ExternalStorageLocation: "oss" });
      expect(await get().fnf.describeFlow({ Name })).toMatchObject({
        Definition: WAIT,
        Description: "",
        RoleArn: "acs:r",
        Id: created.Id,
        CreatedTime: created.CreatedTime,
      });

      expect(Object.keys(await get().fnf.deleteFlow({ Name }))).toEqual(["RequestId"]);
      await expectRefused(get().fnf.describeFlow({ Name }), "FlowNotExists", 404);
      const again = await get().fnf.createFlow({ Name, Definition: PASS, Description: "", Type: "FDL" });
      expect(again.Id).not.toBe(created.Id);
    });

    test("are listed by name, a page at a time, and no page promises one more than there is", async () => {
      const names = [await get().flow(), await get().flow(), await get().flow()];
      const found: string[] = [];
      let token: string | undefined;
      do {
        const page = await get().fnf.listFlows({
          Limit: 1,
          ...(token !== undefined && { NextToken: token }),
        });
        expect(page.Flows).toHaveLength(1);
        expect(page.Flows[0]).not.toHaveProperty("RequestId");
        found.push(page.Flows[0].Name);
        token = page.NextToken;
      } while (token !== undefined);
      expect(found).toEqual(found.toSorted());
      expect(found).toEqual(expect.arrayContaining(names));
      expect(await get().fnf.listFlows()).not.toHaveProperty("NextToken");
    });

    test("are refused with the code that is documented", async () => {
      const Name = await get().flow();
      const create = (more: object) =>
        get().fnf.createFlow({ Name: "new", Definition: PASS, Description: "", Type: "FDL", ...more });
      await expectRefused(create({ Name }), "FlowAlreadyExists", 409);
      await expectRefused(create({ Definition: "steps: nonsense" }), "InvalidArgument", 400);
      await expectRefused(create({ Definition: "" }), "MissingRequiredParams", 400);
      await expectRefused(create({ Name: "1st" }), "InvalidArgument", 400);
      await expectRefused(create({ Type: "XML" }), "InvalidArgument", 400);
      await expectRefused(create({ ExecutionMode: "Slow" }), "InvalidArgument", 400);
      await expectRefused(create({ Environment: '{"Variables":[{"Name":"A"}]}' }), "InvalidArgument", 400);
      await expectRefused(create({ Definition: "x".repeat(5_000_000) }), "EntityTooLarge", 400);
      await expectRefused(create({ Definition: "ü".repeat(600_000) }), "InvalidArgument", 400);
      await expectRefused(get().fnf.updateFlow({ Name: "nobody" }), "FlowNotExists", 404);
      await expectRefused(get().fnf.updateFlow({ Name, Definition: "nonsense" }), "InvalidArgument", 400);
      await expectRefused(get().fnf.deleteFlow({ Name: "nobody" }), "FlowNotExists", 404);
      await expectRefused(get().fnf.describeFlow({ Name: "nobody" }), "FlowNotExists", 404);
      await expectRefused(get().fnf.listFlows({ Limit: 0 }), "InvalidArgument", 400);
      await expectRefused(get().fnf.listFlows({ Limit: 1001 }), "InvalidArgument", 400);
      await expectRefused(get().fnf.listFlows({ NextToken: "a/b" }), "InvalidArgument", 400);
      const error = await create({ Definition: "version: v1\ntype: flow\nsteps: [{type: pas}]" }).catch(
        (caught: { data: { Message: string } }) => caught.data.Message,
      );
      expect(error).toMatch(/^line 3, column \d+: "pas" is not a step type: did you mean "pass"/);
    });

    test("that are changed at the same time lose no change without saying so", async () => {
      const Name = await get().flow();
      const changes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, nth) => get().fnf.updateFlow({ Name, Description: `change ${nth}` })),
      );
      const made = changes.filter(({ status }) => status === "fulfilled").length;
      const refused = changes.flatMap((one) =>
        one.status === "rejected" ? [(one.reason as { code: string }).code] : [],
      );
      expect(new Set(["ConcurrentUpdateError", ...refused])).toEqual(new Set(["ConcurrentUpdateError"]));
      const { body } = await get().service.call("GET", `/v1/flows/${Name}`);
      expect(body.version).toBe(1 + made);
    });
  });
}
