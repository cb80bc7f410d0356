import { beforeAll, describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { unique } from "./call.ts";
import {
  FORM,
  type FnfAnswer,
  acs3Headers,
  adminKey,
  escape,
  form,
  post,
  send,
  signAcs3,
  signed,
  timestamp,
} from "./fnf-call.ts";

/** Requests to the byte as Alibaba's clients in other languages send them, where the client itself cannot be had here. */

const DEFINITION = flowOf("{type: pass, name: p}");
const DESCRIPTION = "ä 1+1=2 & (so) 'on' * ~";
const FLOW = { Definition: DEFINITION, Description: DESCRIPTION, Type: "FDL" };

/** A form as Python's urlencode writes it. */
function urlencoded(fields: Readonly<Record<string, string>>): string {
  return form(fields).replaceAll("%20", "+").replaceAll("~", "%7E");
}

function expectFlow({ status, body }: FnfAnswer, Name: string): void {
  expect({ status, body }).toMatchObject({ status: 200, body: { Name, ...FLOW } });
}

describe("Python, aliyun-python-sdk-core", () => {
  const headers = {
    "accept-encoding": "identity",
    "user-agent": "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/2.16.0 python-requests/2.18.3",
    "x-sdk-client": "python/2.0.0",
    "x-sdk-invoke-type": "normal",
    "x-acs-version": "2019-03-15",
    ...FORM,
  };
  const system = { SignatureType: "", RegionId: "cn-hangzhou" };

  test.each(["JSON", "None"])("splits parameters over query and body, with the format %s", async (Format) => {
    const Name = unique("py");
    const body = { Name, ...FLOW };
    const all = await signed("POST", { Action: "CreateFlow", ...system, Format, ...body });
    const query = Object.fromEntries(Object.entries(all).filter(([name]) => !(name in body)));
    const answer = await send(`/?${urlencoded(query)}`, {
      method: "POST",
      headers: { ...headers, "x-acs-action": "CreateFlow", "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==" },
      body: urlencoded(body),
    });
    expectFlow(answer, Name);
    const get = await signed("GET", { Action: "DescribeFlow", ...system, Format, Name });
    const described = await send(`/?${urlencoded(get)}`, {
      headers: { ...headers, "x-acs-action": "DescribeFlow" },
    });
    expectFlow(described, Name);
    expect(described.headers.get("content-type")).toBe("application/json;charset=utf-8");
    expect(described.headers.get("x-acs-request-id")).toBe(described.body.RequestId);
  });

  test("reports with the token in the query and the output in the body", async () => {
    const all = await signed("POST", {
      Action: "ReportTaskSucceeded",
      ...system,
      TaskToken: "djEjYSM/+/=",
      Output: '{"worker 1": "success"}',
    });
    const { Output = "", ...query } = all;
    const answer = await send(`/?${urlencoded(query)}`, {
      method: "POST",
      headers,
      body: urlencoded({ Output }),
    });
    expect(answer).toMatchObject({ status: 400, body: { Code: "InvalidArgument" } });
  });
});

describe("Java, aliyun-java-sdk-core", () => {
  test("says a charset, and repeats a parameter of the query in the body", async () => {
    const Name = unique("java");
    const all = await signed("POST", { Action: "CreateFlow", RegionId: "cn-hangzhou", Name, ...FLOW });
    const answer = await send(`/?${form(all)}`, {
      method: "POST",
      headers: {
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
      },
      body: form({ Name }),
    });
    expectFlow(answer, Name);
  });
});

describe("Go, alibaba-cloud-sdk-go and the generated clients with the older signature", () => {
  test("sends PUT-like verbs for nothing, but any verb is good, signed as it is", async () => {
    const Name = unique("go");
    await post("CreateFlow", { Name, ...FLOW });
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      const all = await signed(method, { Action: "DescribeFlow", Format: "json", Name });
      expectFlow(await send(`/?${form(all)}`, { method }), Name);
    }
  });

  test("an empty body, and bodies of other types, are passed by", async () => {
    const all = await signed("POST", { Action: "ListFlows", Format: "json", Limit: "1" });
    const json = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"Action":"DeleteFlow"}',
    };
    expect((await send(`/?${form(all)}`, json)).status).toBe(200);
    const again = await signed("POST", { Action: "ListFlows", Format: "json", Limit: "1" });
    expect((await send(`/?${form(again)}`, { method: "POST", headers: FORM, body: "" })).status).toBe(200);
  });
});

describe("an endpoint that was given with a path", () => {
  test("works where the path is not signed", async () => {
    for (const path of ["//", "/fnf/", "/v1/flows"]) {
      const all = await signed("GET", { Action: "ListFlows", Limit: "1" });
      expect((await send(`${path}?${form(all)}`, { method: "GET" })).status).toBe(200);
    }
    const inBody = form(await signed("POST", { Action: "ListFlows", Limit: "1" }));
    expect((await send("//", { method: "POST", headers: FORM, body: inBody })).status).toBe(200);
  });

  test("is told in the API's own words where it is", async () => {
    const authorization = `ACS3-HMAC-SHA256 Credential=a,SignedHeaders=host,Signature=${"a".repeat(64)}`;
    const { status, body } = await send("/fnf/", { headers: { authorization } });
    expect([status, body.Code]).toEqual([400, "MissingRequiredHeader"]);
  });
});

describe("the generated clients with the newer signature", () => {
  const headers = { "x-acs-credentials-provider": "static_ak" };

  test("name action and version in headers alone", async () => {
    const key = await adminKey();
    const Name = unique("acs3");
    const body = form({ Name, ...FLOW });
    const own = await acs3Headers("CreateFlow", body, headers);
    const authorization = await signAcs3({ method: "POST", query: {}, body, headers: own }, key);
    expectFlow(await send("/", { method: "POST", headers: { ...own, authorization }, body }), Name);

    const query = { Name, FlowVersion: "" };
    const get = await acs3Headers("DescribeFlow", "", headers);
    const signature = await signAcs3({ method: "GET", query, body: "", headers: get }, key);
    expectFlow(await send(`/?${form(query)}`, { headers: { ...get, authorization: signature } }), Name);
  });

  test("send a body whose length they do not tell", async () => {
    const key = await adminKey();
    const Name = unique("chunked");
    const body = form({ Name, ...FLOW });
    const own = await acs3Headers("CreateFlow", body, headers);
    const authorization = await signAcs3({ method: "POST", query: {}, body, headers: own }, key);
    const stream = new Response(body).body;
    expectFlow(await send("/", { method: "POST", headers: { ...own, authorization }, body: stream }), Name);
  });
});

describe("a captured request", () => {
  let Name: string;

  beforeAll(async () => {
    Name = unique("captured");
    await post("CreateFlow", { Name, ...FLOW });
  });

  test("is not good for another verb, another parameter, another value, another key", async () => {
    const all = await signed("POST", { Action: "DescribeFlow", Name });
    const { Signature: _, ...unsigned } = all;
    const wrong = async (fields: Readonly<Record<string, string>>, method = "POST") => {
      const init = method === "GET" ? {} : { method, headers: FORM, body: form(fields) };
      const { status, body } = await send(method === "GET" ? `/?${form(fields)}` : "/", init);
      return [status, body.Code];
    };
    const refused = [400, "SignatureDoesNotMatch"];
    expect(await wrong(all, "GET")).toEqual(refused);
    expect(await wrong({ ...all, Extra: "1" })).toEqual(refused);
    expect(await wrong({ ...all, Name: "other" })).toEqual(refused);
    expect(await wrong({ ...all, Signature: "AAAA" })).toEqual(refused);
    expect(await wrong(unsigned)).toEqual([400, "MissingSignature"]);
    expect(await wrong(all)).toEqual([200, undefined]);
  });

  test("tells what should have been signed, behind its only colon, so that clients name the true cause", async () => {
    const all = await signed("GET", { Action: "DescribeFlow", Name }, { id: "mradmin1", secret: "wrong" });
    const { body } = await send(`/?${form(all)}`, {});
    expect(body.Code).toBe("SignatureDoesNotMatch");
    const [, stringToSign, ...more] = body.Message.split(":");
    const { Signature: _, ...fields } = all;
    const canonical = Object.keys(fields)
      .toSorted()
      .map((name) => `${escape(name)}=${escape(fields[name] ?? "")}`);
    expect([stringToSign, more]).toEqual([`GET&%2F&${escape(canonical.join("&"))}`, []]);
  });

  test("shows no token that it brought", async () => {
    const TaskToken = "mr1.abcdef.eyJhIjoxfQ.c2lnbmF0dXJl";
    const all = await signed("GET", { Action: "ReportTaskFailed", TaskToken, Error: "e" });
    const { body } = await send(`/?${form({ ...all, Error: "changed" })}`, {});
    expect(body.Code).toBe("SignatureDoesNotMatch");
    expect(JSON.stringify(body)).not.toContain(TaskToken);
  });

  test("of the newer signature is not good with anything else in it", async () => {
    const key = await adminKey();
    const query = { Name };
    const own = await acs3Headers("DescribeFlow", "");
    const authorization = await signAcs3({ method: "GET", query, body: "", headers: own }, key);
    const ask = async (path: string, headers: Readonly<Record<string, string>>, init: RequestInit = {}) => {
      const { status, body } = await send(path, { ...init, headers: { authorization, ...headers } });
      return [status, body.Code];
    };
    const path = `/?${form(query)}`;
    const refused = [400, "SignatureDoesNotMatch"];
    expect(await ask(path, own)).toEqual([200, undefined]);
    expect(await ask("/?Name=other", own)).toEqual(refused);
    expect(await ask(path, { ...own, "x-acs-action": "DeleteFlow" })).toEqual(refused);
    expect(await ask(path, { ...own, "x-acs-other": "1" })).toEqual(refused);
    expect(await ask(path, own, { method: "POST", body: "Name=other" })).toEqual(refused);
    expect(await ask(path, own, { method: "DELETE" })).toEqual(refused);
    expect(await ask(path, { ...own, "x-acs-date": timestamp(1000) })).toEqual(refused);
    const { "x-acs-date": _, ...dateless } = own;
    expect(await ask(path, dateless)).toEqual([400, "MissingRequiredHeader"]);
    expect(await ask(path, { ...own, authorization: "ACS3-HMAC-SHA256 nonsense" })).toEqual([
      400,
      "InvalidArgument",
    ]);
    expect(await ask(path, { ...own, "x-acs-version": "2030-01-01" })).toEqual(refused);
  });
});
