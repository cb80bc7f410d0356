import { expect, test } from "vitest";
import { call, unique } from "./call.ts";

test("gives properties of messages back as they were sent, and refuses by name what are none", async () => {
  const path = `/v1/queues/${unique("q")}`;
  await call("PUT", path, {});
  const user = [{ name: "n", value: "1", type: "NUMBER" }];
  const properties = { user, system: [{ name: "traceparent", value: "00", type: "STRING" }], groupId: "g" };
  const messages = [{ body: "a", properties }, { body: "b", properties: { user: [] } }, { body: "c" }];
  expect(await call("POST", `${path}/send`, { messages })).toMatchObject({ status: 201 });
  const { body } = await call("POST", `${path}/receive`, { max: 3 });
  const got: { body: string; properties?: unknown }[] = body.messages;
  expect(got.map((message) => [message.body, message.properties])).toEqual([
    ["a", properties],
    ["b", undefined],
    ["c", undefined],
  ]);
  const twice = { messages: [{ body: "a", properties: { user: [...user, ...user] } }] };
  expect(await call("POST", `${path}/send`, twice)).toMatchObject({
    status: 400,
    body: { detail: 'body.messages.0.properties: the property "n" stands there twice' },
  });
});
