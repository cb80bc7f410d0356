import { describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { call, unique } from "./call.ts";
import { type MnsReply, mns, textOf, texts } from "./mns-call.ts";
import { NS, expectError, message, newQueue } from "./mns-expect.ts";

async function newTopic(attributes = ""): Promise<string> {
  const name = unique("topic");
  const { status, headers } = await mns("PUT", `/topics/${name}`, {
    body: `<Topic ${NS}>${attributes}</Topic>`,
  });
  expect([status, headers.get("location")]).toEqual([201, `http://mns.example/topics/${name}`]);
  return name;
}

function subscription(endpoint: string, more = "") {
  return { body: `<Subscription ${NS}><Endpoint>${endpoint}</Endpoint>${more}</Subscription>` };
}

async function subscribe(topic: string, name: string, endpoint: string, more = ""): Promise<MnsReply> {
  return mns("PUT", `/topics/${topic}/subscriptions/${name}`, subscription(endpoint, more));
}

const toQueue = (queue: string) => `acs:mns:cn-shanghai:1234567890:queues/${queue}`;

async function receive(queue: string): Promise<string> {
  const got = await mns("GET", `/queues/${queue}/messages?waitseconds=20`);
  await mns("DELETE", `/queues/${queue}/messages?ReceiptHandle=${textOf("ReceiptHandle", got)}`);
  return textOf("MessageBody", got).replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

describe("a topic", () => {
  test("is created, found again, refused with other attributes, changed, listed and deleted", async () => {
    const name = await newTopic("<MaximumMessageSize>2048</MaximumMessageSize>");
    const same = { body: "<Topic><MaximumMessageSize>2048</MaximumMessageSize></Topic>" };
    expect((await mns("PUT", `/topics/${name}`, same)).status).toBe(204);
    expectError(await mns("PUT", `/topics/${name}`), "TopicAlreadyExist");
    const change = { body: "<Topic><LoggingEnabled>True</LoggingEnabled></Topic>" };
    expect((await mns("PUT", `/topics/${name}?metaoverride=true`, change)).status).toBe(204);
    const got = await mns("GET", `/topics/${name}`);
    const told = [
      "TopicName",
      "MaximumMessageSize",
      "MessageRetentionPeriod",
      "MessageCount",
      "LoggingEnabled",
    ];
    expect(told.map((key) => textOf(key, got))).toEqual([name, "2048", "86400", "0", "True"]);
    expect(textOf("CreateTime", got)).toMatch(/^\d{10}$/);
    const headers = { "x-mns-prefix": name, "x-mns-with-meta": "true" };
    const list = await mns("GET", "/topics", { headers });
    expect([texts("TopicURL", list), texts("TopicName", list)]).toEqual([
      [`http://mns.example/topics/${name}`],
      [name],
    ]);
    expect((await mns("DELETE", `/topics/${name}`)).status).toBe(204);
    expect((await mns("DELETE", `/topics/${name}`)).status).toBe(204);
    expectError(await mns("GET", `/topics/${name}`), "TopicNotExist");
    expectError(await mns("POST", `/topics/${name}/messages`, message("x")), "TopicNotExist");
    expectError(await subscribe(name, "s", toQueue("q")), "TopicNotExist");
    expectError(await mns("GET", `/topics/${name}/subscriptions`), "TopicNotExist");
  });

  test("has subscriptions, which are told, changed, listed a page at a time, and ended", async () => {
    const topic = await newTopic();
    const path = `/topics/${topic}/subscriptions`;
    const made = await subscribe(
      topic,
      "a",
      toQueue("jobs"),
      "<FilterTag>red</FilterTag><NotifyContentFormat>JSON</NotifyContentFormat>",
    );
    expect([made.status, made.headers.get("location")]).toEqual([201, `http://mns.example${path}/a`]);
    const again = await subscribe(
      topic,
      "a",
      toQueue("jobs"),
      "<NotifyContentFormat>JSON</NotifyContentFormat><FilterTag>red</FilterTag>",
    );
    expect(again.status).toBe(204);
    expectError(await subscribe(topic, "a", toQueue("others")), "SubscriptionAlreadyExist");
    const strategy = {
      body: "<Subscription><NotifyStrategy>EXPONENTIAL_DECAY_RETRY</NotifyStrategy></Subscription>",
    };
    expect((await mns("PUT", `${path}/a?metaoverride=true`, strategy)).status).toBe(204);
    const got = await mns("GET", `${path}/a`);
    const told = [
      "TopicName",
      "SubscriptionName",
      "Endpoint",
      "NotifyStrategy",
      "NotifyContentFormat",
      "FilterTag",
    ];
    expect(told.map((key) => textOf(key, got))).toEqual([
      topic,
      "a",
      toQueue("jobs"),
      "EXPONENTIAL_DECAY_RETRY",
      "JSON",
      "red",
    ]);
    await subscribe(topic, "b", "https://hooks.example/b");
    const page = (headers: Record<string, string>) =>
      mns("GET", path, { headers: { "x-mns-ret-number": "1", ...headers } });
    const first = await page({});
    expect([texts("SubscriptionURL", first), textOf("NextMarker", first)]).toEqual([
      [`http://mns.example${path}/a`],
      "a",
    ]);
    const second = await page({ "x-mns-marker": "a" });
    expect([texts("SubscriptionURL", second), second.text.includes("NextMarker")]).toEqual([
      [`http://mns.example${path}/b`],
      false,
    ]);
    const detailed = await mns("GET", path, { headers: { "x-mns-with-meta": "true" } });
    expect([...told, "SubscriptionURL", "TopicOwner"].map((key) => texts(key, detailed))).toEqual([
      [topic, topic],
      ["a", "b"],
      [toQueue("jobs"), "https://hooks.example/b"],
      ["EXPONENTIAL_DECAY_RETRY", "BACKOFF_RETRY"],
      ["JSON", "XML"],
      ["red"],
      [`http://mns.example${path}/a`, `http://mns.example${path}/b`],
      ["millrace", "millrace"],
    ]);
    const plain = await mns("GET", path, { headers: { "x-mns-with-meta": "false" } });
    expect(texts("Endpoint", plain)).toEqual([]);
    expect((await mns("DELETE", `${path}/a`)).status).toBe(204);
    expect((await mns("DELETE", `${path}/a`)).status).toBe(204);
    expectError(await mns("GET", `${path}/a`), "SubscriptionNotExist");
    expectError(await mns("PUT", `${path}/a?metaoverride=true`, strategy), "SubscriptionNotExist");
  });

  test("has subscriptions whose endpoint comes back as it was written, until another one takes its place", async () => {
    const topic = await newTopic();
    const native = `/v1/topics/${topic}/subscriptions/s`;
    const shown = async () => textOf("Endpoint", await mns("GET", native.slice(3)));
    const written = "acs:mns:cn-hangzhou:123456:queues/q";
    expect((await subscribe(topic, "s", written)).status).toBe(201);
    expect(await shown()).toBe(written);
    expect((await call("GET", native)).body.endpoint).toEqual({ queue: "q" });
    // The same queue in other words is the same subscription.
    expect((await subscribe(topic, "s", "acs:mns:::queues/q")).status).toBe(204);
    await call("PUT", native, { endpoint: { queue: "q" }, strategy: "exponential" });
    expect(await shown()).toBe(written);
    await call("PUT", native, { endpoint: { queue: "r" } });
    expect(await shown()).toBe("acs:mns:::queues/r");
    await call("PUT", native, { endpoint: { queue: "q" } });
    expect(await shown()).toBe("acs:mns:::queues/q");
  });

  test.each([
    ["PUT", "/s", subscription(""), "MalformedXML"],
    ["PUT", "/s", { body: "<Topic/>" }, "MalformedXML"],
    ["PUT", "/s", subscription("mail:directmail:a@b.example"), "EndpointInvalid"],
    ["PUT", "/s", subscription("https://user:secret@hooks.example/"), "EndpointInvalid"],
    ["PUT", "/s", subscription("http://127.0.0.1:8787/v1"), "EndpointInvalid"],
    ["PUT", "/s", subscription("http://169.254.169.254/latest"), "EndpointInvalid"],
    ["PUT", "/s", subscription(`https://hooks.example/${"x".repeat(2048)}`), "EndpointInvalid"],
    ["PUT", "/s", subscription("acs:mns:::queues/a_b"), "EndpointInvalid"],
    ["PUT", "/s", subscription(toQueue("q"), "<NotifyStrategy>NEVER</NotifyStrategy>"), "InvalidArgument"],
    [
      "PUT",
      "/s",
      subscription(toQueue("q"), "<NotifyContentFormat>toString</NotifyContentFormat>"),
      "InvalidArgument",
    ],
    ["PUT", "/s", subscription(toQueue("q"), `<FilterTag>${"x".repeat(17)}</FilterTag>`), "InvalidArgument"],
    ["PUT", "/s_1", subscription(toQueue("q")), "SubscriptionNameInvalid"],
    ["PUT", `/${"s".repeat(121)}`, subscription(toQueue("q")), "SubscriptionNameLengthError"],
    ["POST", "/s", subscription(toQueue("q")), "InvalidRequestURL"],
  ] as const)("%s of the subscription %s %j is refused", async (method, rest, send, code) => {
    const topic = await newTopic();
    expectError(await mns(method, `/topics/${topic}/subscriptions${rest}`, send), code);
  });

  test("refuses names and messages that are none", async () => {
    const topic = await newTopic("<MaximumMessageSize>1024</MaximumMessageSize>");
    expectError(await mns("PUT", "/topics/a_b"), "TopicNameInvalid");
    expectError(await mns("PUT", `/topics/${"t".repeat(121)}`), "TopicNameLengthError");
    expectError(await mns("PUT", "/topics/t", { body: "<Queue/>" }), "MalformedXML");
    const path = `/topics/${topic}/messages`;
    expectError(await mns("POST", path, message("")), "MalformedXML");
    expectError(await mns("POST", path), "MalformedXML");
    expectError(await mns("POST", path, message("x".repeat(1025))), "InvalidArgument");
    expectError(
      await mns("POST", path, message("x", `<MessageTag>${"x".repeat(17)}</MessageTag>`)),
      "InvalidArgument",
    );
  });

  test("is for operators to change, and for nobody with a worker's key", async () => {
    const topic = await newTopic();
    const { body: made } = await call("POST", "/v1/keys", { role: "worker", queues: ["*"] });
    const key = { id: made.accessKeyId as string, secret: made.accessKeySecret as string };
    for (const [method, path, send] of [
      ["POST", `/topics/${topic}/messages`, message("x")],
      ["GET", `/topics/${topic}`, {}],
      ["DELETE", `/topics/${topic}`, {}],
      ["PUT", `/topics/${topic}/subscriptions/s`, subscription(toQueue("q"))],
    ] as const) {
      expectError(await mns(method, path, { ...send, key }), "AccessDenied");
    }
  });
});

describe("a published message", () => {
  test("comes to the queues that subscribed, in the form that each asked for, and by its tag", async () => {
    const topic = await newTopic();
    const [asXml, asJson, plain] = [await newQueue(), await newQueue(), await newQueue()];
    await subscribe(topic, "as-xml", toQueue(asXml));
    await subscribe(topic, "as-json", toQueue(asJson), "<NotifyContentFormat>JSON</NotifyContentFormat>");
    const only = "<NotifyContentFormat>SIMPLIFIED</NotifyContentFormat><FilterTag>red</FilterTag>";
    await subscribe(topic, "plain", toQueue(plain), only);
    const path = `/topics/${topic}/messages`;
    await mns("POST", path, message("not for all"));
    const attributes = "<MessageAttributes><DirectMail>{}</DirectMail></MessageAttributes>";
    const sent = await mns(
      "POST",
      path,
      message("{&quot;n&quot;: 1}", `<MessageTag>red</MessageTag>${attributes}`),
    );
    expect(sent.status).toBe(201);
    expect(await receive(plain)).toBe('{"n": 1}');
    const envelopes = [JSON.parse(await receive(asJson)), JSON.parse(await receive(asJson))];
    const tagged = envelopes.find(({ MessageTag }) => MessageTag === "red");
    expect(tagged).toEqual({
      TopicOwner: "millrace",
      TopicName: topic,
      Subscriber: "millrace",
      SubscriptionName: "as-json",
      MessageId: textOf("MessageId", sent),
      MessageMD5: textOf("MessageBodyMD5", sent),
      Message: '{"n": 1}',
      MessageTag: "red",
      PublishTime: expect.any(Number),
    });
    expect(await receive(asXml)).toMatch(/^<\?xml [^]*<Notification [^]*<TopicName>/);
  });

  test("comes to queues with what was attached to it, in every form", async () => {
    const [topic, asXml, plain] = [await newTopic(), await newQueue(), await newQueue()];
    await subscribe(topic, "as-xml", toQueue(asXml));
    await subscribe(topic, "plain", toQueue(plain), "<NotifyContentFormat>SIMPLIFIED</NotifyContentFormat>");
    const attached =
      "<UserProperties><PropertyValue><Name>n</Name><Value>1</Value><Type>NUMBER</Type></PropertyValue></UserProperties>" +
      "<MessageGroupId>group</MessageGroupId>";
    const sent = await mns("POST", `/topics/${topic}/messages`, message("b", attached));
    expect([sent.status, textOf("MessageGroupId", sent)]).toEqual([201, "group"]);
    for (const queue of [asXml, plain]) {
      const got = await mns("GET", `/queues/${queue}/messages?waitseconds=20`);
      expect(got.text).toContain(`<Priority>8</Priority>${attached}</Message>`);
    }
    const large = await mns("POST", `/topics/${topic}/messages`, message("x".repeat(65_536), attached));
    expect([large.status, textOf("Message", large)]).toEqual([
      400,
      "this topic takes messages of at most 65536 bytes, with their properties",
    ]);
  });

  test("of the largest size fits its envelope into a queue", async () => {
    const [topic, queue] = [await newTopic(), await newQueue()];
    await subscribe(topic, "s", toQueue(queue), "<NotifyContentFormat>JSON</NotifyContentFormat>");
    const body = '"'.repeat(65_536);
    await mns("POST", `/topics/${topic}/messages`, message(body.replaceAll('"', "&quot;")));
    expect(JSON.parse(await receive(queue)).Message).toBe(body);
  });
});

describe("a task on a topic", () => {
  const task = (topic: string, more: string) =>
    `{type: task, name: t, resourceArn: "acs:mns:::/topics/${topic}/messages", ${more}}`;

  async function start(definition: string, wait = "?wait=30") {
    const flow = unique("flow");
    const { status } = await call("PUT", `/v1/flows/${flow}`, definition);
    expect(status).toBe(201);
    const { body } = await call("POST", `/v1/flows/${flow}/executions${wait}`, { input: { n: 7 } });
    return { flow, head: body };
  }

  test("publishes, and its output says what", async () => {
    const [topic, queue] = [await newTopic(), await newQueue()];
    await subscribe(topic, "s", toQueue(queue), "<NotifyContentFormat>JSON</NotifyContentFormat>");
    const { head } = await start(flowOf(task(topic, "serviceParams: {MessageBody: $, MessageTag: red}")));
    expect(head).toMatchObject({ status: "Succeeded" });
    const envelope = JSON.parse(await receive(queue));
    expect(envelope).toMatchObject({
      Message: '{"n":7}',
      MessageTag: "red",
      MessageId: head.output.MessageId,
    });
    expect(head.output).toMatchObject({ MessageBodyMD5: envelope.MessageMD5, RequestId: expect.any(String) });
  });

  test("waits for the report of whoever got its token through the topic", async () => {
    const [topic, queue] = [await newTopic(), await newQueue()];
    await subscribe(topic, "s", toQueue(queue), "<NotifyContentFormat>JSON</NotifyContentFormat>");
    const inputs = "inputMappings: [{target: token, source: $context.task.token}]";
    const waiting = `pattern: waitForCallback, ${inputs}, serviceParams: {MessageBody: $}`;
    const { flow, head } = await start(flowOf(task(topic, waiting)), "");
    const { token } = JSON.parse(JSON.parse(await receive(queue)).Message);
    expect((await call("POST", "/v1/tasks/succeed", { token, output: { by: "topic" } })).status).toBe(200);
    const { body } = await call("GET", `/v1/flows/${flow}/executions/${head.name}?wait=30`);
    expect(body).toMatchObject({ status: "Succeeded", output: { by: "topic" } });
  });

  test("fails by name when there is no topic, the tag is none, or the message is too large", async () => {
    const small = await newTopic("<MaximumMessageSize>1024</MaximumMessageSize>");
    const params = "serviceParams: {MessageBody: $}";
    expect((await start(flowOf(task("nowhere", params)))).head).toMatchObject({ error: "MNS.TopicNotExist" });
    const tagged = "serviceParams: {MessageBody: $, MessageTag: $.n}";
    expect((await start(flowOf(task(small, tagged)))).head).toMatchObject({ error: "MNS.InvalidArgument" });
    const large = `serviceParams: {MessageBody: "${"x".repeat(1025)}"}`;
    expect((await start(flowOf(task(small, large)))).head).toMatchObject({
      error: "MNS.MessageBodyTooLarge",
    });
  });
});
