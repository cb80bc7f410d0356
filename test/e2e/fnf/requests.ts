import { describe, expect, test } from "vitest";
import { adminKey, expectRefused, fnfClient, teaClient } from "./clients.ts";
import { ID, PASS, UUID, type World } from "./world.ts";

export function tellRequests(get: () => World): void {
  describe("every request", () => {
    test("is asked for by an action of this version, or refused", async () => {
      const post = { method: "POST" } as const;
      const regions = await get().fnf.request(
        "DescribeRegions",
        { AcceptLanguage: "en-US", RegionId: "cn-hangzhou" },
        post,
      );
      const { host } = new URL(get().service.url);
      expect(regions).toEqual({
        RequestId: ID,
        Regions: { Region: [{ RegionId: "cn-hangzhou", RegionEndpoint: host, LocalName: "cn-hangzhou" }] },
      });
      for (const action of [
        "CreateFlowAlias",
        "ListFlowVersions",
        "DescribeMapRun",
        "describeflows",
        "__proto__",
      ]) {
        await expectRefused(get().fnf.request(action, {}, post), "ActionNotSupported", 400);
      }
      const newer = fnfClient(get().service);
      newer.apiVersion = "2030-01-01";
      await expectRefused(newer.listFlows(), "APIVersionNotSupported", 400);
    });

    test("may choose its id, with a key's right", async () => {
      expect(await get().fnf.listFlows({ RequestId: "my-own-id" })).toMatchObject({ RequestId: "my-own-id" });
      expect((await get().fnf.listFlows({ RequestId: "not sane!" })).RequestId).toMatch(UUID);
      const { id, secret } = adminKey(get().service);
      await expectRefused(
        fnfClient(get().service, { id, secret: "other" }).listFlows(),
        "SignatureDoesNotMatch",
        400,
      );
      await expectRefused(
        fnfClient(get().service, { id: "LTAI4", secret }).listFlows(),
        "InvalidAccessKeyId.NotFound",
        404,
      );
      const { body } = await get().service.call("POST", "/v1/keys", { role: "viewer" });
      const viewer = fnfClient(get().service, { id: body.accessKeyId, secret: body.accessKeySecret });
      expect(await viewer.listFlows()).toMatchObject({ Flows: expect.any(Array) });
      await expectRefused(viewer.deleteFlow({ Name: "nobody" }), "AccessDenied", 403);
      await get().service.call("POST", `/v1/keys/${body.accessKeyId}/disable`, {});
    });

    test.each(["v2", "ACS3"] as const)(
      "may come from the generic client, signed its way: %s",
      async (signature) => {
        const tea = teaClient(get().service, signature);
        const Name = `tea-${signature}`;
        const Description = "ä 1+1=2 & (so) 'on' *";
        const created = await tea("CreateFlow", {}, { Name, Definition: PASS, Description, Type: "FDL" });
        expect(created).toMatchObject({ statusCode: 200, body: { Name, Description, Definition: PASS } });
        const started = await tea("StartExecution", {}, { FlowName: Name, Input: '{"x": "a b+c"}' });
        const of = { FlowName: Name, ExecutionName: started.body.Name };
        expect(await tea("DescribeExecution", { ...of, WaitTimeSeconds: "2" })).toMatchObject({
          body: { Output: '{"seen":"a b+c"}' },
        });
        const token = { TaskToken: "no token+/=" };
        await expect(tea("ReportTaskSucceeded", token, { Output: "{}" })).rejects.toMatchObject({
          code: "InvalidArgument",
        });
      },
    );

    test("is answered with JSON as it is: uncompressed, not redirected, not to be changed on its way", async () => {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const response = await fetch(`${get().service.url}/?Action=ListFlows`, {
          method,
          redirect: "manual",
          headers: { "accept-encoding": "gzip, br", accept: "text/html" },
        });
        expect(response.status).toBe(400);
        expect(response.headers.get("content-type")).toBe("application/json;charset=utf-8");
        expect(response.headers.get("content-encoding")).toBe("identity");
        expect(response.headers.get("cache-control")).toContain("no-transform");
        expect(await response.json()).toEqual({
          RequestId: ID,
          HostId: new URL(get().service.url).host,
          Code: "MissingAccessKeyId",
          Message: expect.any(String),
        });
      }
      expect((await fetch(get().service.url, { method: "HEAD" })).status).toBe(400);
    });
  });
}
