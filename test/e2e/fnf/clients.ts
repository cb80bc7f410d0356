import { readFileSync } from "node:fs";
import FnfClient from "@alicloud/fnf-2019-03-15";
import OpenApi, { Config, OpenApiRequest, Params } from "@alicloud/openapi-client";
import { RuntimeOptions } from "@alicloud/tea-util";
import { expect } from "vitest";
import type { Service } from "../service.ts";

interface Key {
  readonly id: string;
  readonly secret: string;
}

export function adminKey(service: Service): Key {
  const { accessKeyId, accessKeySecret } = JSON.parse(
    readFileSync(service.credentialsFile, "utf8"),
  ) as Record<string, string>;
  return { id: accessKeyId ?? "", secret: accessKeySecret ?? "" };
}

/** Alibaba's own client for FnF, as a program makes it; only endpoint and key are ours. */
export function fnfClient(service: Service, key: Key = adminKey(service)): FnfClient {
  const opts = { timeout: 20_000 };
  return new FnfClient({
    endpoint: service.url,
    accessKeyId: key.id,
    accessKeySecret: key.secret,
    opts,
  });
}

type TeaSignature = "v2" | "ACS3";

/** Alibaba's generic client, which its generated ones are built on; with its older signature, or the default. */
export function teaClient(service: Service, signature: TeaSignature) {
  const { id, secret } = adminKey(service);
  const { host } = new URL(service.url);
  const config = { accessKeyId: id, accessKeySecret: secret, endpoint: host, protocol: "http" };
  const client = new OpenApi(
    new Config(signature === "v2" ? { ...config, signatureAlgorithm: "v2" } : config),
  );
  return async (action: string, query: Record<string, string>, body?: Record<string, string>) => {
    const params = new Params({
      action,
      version: "2019-03-15",
      protocol: "HTTP",
      pathname: "/",
      method: body ? "POST" : "GET",
      authType: "AK",
      style: "RPC",
      reqBodyType: "formData",
      bodyType: "json",
    });
    const request = new OpenApiRequest({ query, ...(body && { body }) });
    const answer = (await client.callApi(params, request, new RuntimeOptions({}))) as {
      statusCode: number;
      // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers with their own expectations
      body: any;
    };
    return answer;
  };
}

/** The genuine client gives an error of this code, from an answer of this status. */
export async function expectRefused(call: Promise<unknown>, code: string, status: number): Promise<void> {
  const told = await call.then(
    (answer) => ({ answer }),
    (error: { code?: string; data?: object; entry?: { response: { statusCode: number } } }) => ({
      code: error.code,
      status: error.entry?.response.statusCode,
      fields: Object.keys(error.data ?? {}).toSorted(),
    }),
  );
  expect(told).toEqual({ code, status, fields: ["Code", "HostId", "Message", "RequestId"] });
}
