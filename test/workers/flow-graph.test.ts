import { expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { ask, bearer, call, flow } from "./call.ts";

const STEPS = ["{type: pass, name: a}", "{type: wait, name: b, duration: 1}"];
const GRAPH = {
  lists: [
    {
      path: "",
      steps: [
        { name: "a", type: "pass", next: "b" },
        { name: "b", type: "wait", label: "1 s" },
      ],
    },
  ],
};

test("a flow, a version and a definition come with their graph where that is asked for", async () => {
  const name = await flow(...STEPS);
  expect((await call("GET", `/v1/flows/${name}`)).body).not.toHaveProperty("graph");
  expect((await call("GET", `/v1/flows/${name}?graph=true`)).body.graph).toEqual(GRAPH);
  await call("PUT", `/v1/flows/${name}`, flowOf("{type: pass, name: other}"));
  expect((await call("GET", `/v1/flows/${name}?version=1&graph=true`)).body.graph).toEqual(GRAPH);
  expect((await call("POST", "/v1/flows/validate?graph=true", flowOf(...STEPS))).body.graph).toEqual(GRAPH);
  expect((await call("POST", "/v1/flows/validate?graph=true", "version: v1")).body).toMatchObject({
    valid: false,
  });
});

test("a flow that has not changed need not be sent again", async () => {
  const path = `/v1/flows/${await flow(...STEPS)}`;
  const authorization = await bearer();
  const first = await ask(path, { headers: { authorization } });
  const tag = first.headers.get("etag") ?? "";
  const again = () => ask(path, { headers: { authorization, "if-none-match": tag } });
  expect((await again()).status).toBe(304);
  await call("PATCH", path, { description: "another" });
  expect((await again()).status).toBe(200);
});
