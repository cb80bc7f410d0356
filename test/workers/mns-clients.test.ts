import { describe, expect, test } from "vitest";
import { unique } from "./call.ts";
import { type MnsSend, adminKey, mns, textOf, texts } from "./mns-call.ts";

const PROLOG = '<?xml version="1.0" encoding="utf-8"?>';
const NS = 'xmlns="http://mns.aliyuncs.com/doc/v1/"';
/** As Java writes it, and compares it in answers, errors too. */
const JAVA_NS = 'xmlns="http://mns.aliyuncs.com/doc/v1"';

async function digest(body: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("MD5", new TextEncoder().encode(body)));
}

/** Base64 of the digest's hex text, as the Python and the newer JavaScript client have it. */
async function hexMd5(body: string): Promise<string> {
  return btoa(Array.from(await digest(body), (byte) => byte.toString(16).padStart(2, "0")).join(""));
}

async function rawMd5(body: string): Promise<string> {
  return btoa(String.fromCharCode(...(await digest(body))));
}

/** How a client dresses a request, with or without a body (spec: MNS section 4.2). */
type Dress = (body: string | undefined) => Promise<MnsSend>;

const CLIENTS: Readonly<Record<string, Dress>> = {
  python: async (body) => ({
    ...(body !== undefined && { body }),
    headers: {
      "user-agent": "aliyun-sdk-python/1.2.2(Linux/6.1/x86_64;3.11.7)",
      "x-mns-user-request-id": "from-the-caller",
      ...(body !== undefined && {
        "content-md5": await hexMd5(body),
        "content-type": "text/xml;charset=UTF-8",
      }),
    },
  }),
  "ali-mns": async (body) => ({
    ...(body !== undefined && { body }),
    headers:
      body === undefined
        ? {}
        : { "content-md5": await rawMd5(body), "content-type": "text/xml;charset=utf-8" },
  }),
  java: async (body) => ({
    ...(body !== undefined && { body }),
    headers: { "content-type": "text/xml;charset=UTF-8", "user-agent": "aliyun-sdk-java/1.2.0" },
  }),
  "one with x-mns-date alone": async (body) => ({
    ...(body !== undefined && { body }),
    headers: { date: undefined, "x-mns-date": new Date().toUTCString(), "content-type": "text/xml" },
  }),
};

/** What each writes for the same queue, message and receipts. */
const BODIES: Readonly<
  Record<
    string,
    { queue: string; message: string; messages: string; receipts: (a: string, b: string) => string }
  >
> = {
  python: {
    queue: `${PROLOG}<Queue ${NS}><VisibilityTimeout>35</VisibilityTimeout><LoggingEnabled>False</LoggingEnabled></Queue>`,
    message: `${PROLOG}<Message ${NS}><MessageBody>{&quot;task_token&quot;: &quot;t&quot;}</MessageBody><Priority>1</Priority></Message>`,
    messages: `${PROLOG}<Messages ${NS}><Message><MessageBody>a</MessageBody></Message><Message><MessageBody>b</MessageBody></Message></Messages>`,
    receipts: (a, b) =>
      `${PROLOG}<ReceiptHandles ${NS}><ReceiptHandle>${a}</ReceiptHandle><ReceiptHandle>${b}</ReceiptHandle></ReceiptHandles>`,
  },
  "ali-mns": {
    queue: "<Queue><VisibilityTimeout>35</VisibilityTimeout></Queue>",
    message: '<Message><MessageBody>{"task_token": "t"}</MessageBody><Priority>1</Priority></Message>',
    messages:
      "<Messages><Message><MessageBody>a</MessageBody></Message><Message><MessageBody>b</MessageBody></Message></Messages>",
    receipts: (a, b) =>
      `<ReceiptHandles><ReceiptHandle>${a}</ReceiptHandle><ReceiptHandle>${b}</ReceiptHandle></ReceiptHandles>`,
  },
  java: {
    queue: `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<Queue ${JAVA_NS}>\n<VisibilityTimeout>35</VisibilityTimeout>\n</Queue>\n`,
    message: `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<Message ${JAVA_NS}>\n<Priority>1</Priority>\n<MessageBody>{"task_token": "t"}</MessageBody>\n</Message>\n`,
    messages: `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<Messages ${JAVA_NS}>\n<Message>\n<MessageBody><![CDATA[a]]></MessageBody>\n</Message>\n<Message>\n<MessageBody>b</MessageBody>\n</Message>\n</Messages>\n`,
    receipts: (a, b) =>
      `<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<ReceiptHandles ${JAVA_NS}>\n<ReceiptHandle>${a}</ReceiptHandle>\n<ReceiptHandle>${b}</ReceiptHandle>\n</ReceiptHandles>\n`,
  },
};

describe.each(Object.entries(CLIENTS))("the requests of %s", (name, dress) => {
  const bodies = BODIES[name] ?? BODIES.python;
  if (!bodies) throw new Error("each client has bodies");

  test("are understood, from a queue's creation to its last message", async () => {
    const queue = unique("q");
    const send = async (method: string, target: string, body?: string) =>
      mns(method, target, await dress(body));
    const created = await send("PUT", `/queues/${queue}`, bodies.queue);
    expect([created.status, created.headers.get("location")]).toEqual([
      201,
      `http://mns.example/queues/${queue}`,
    ]);
    expect((await send("PUT", `/queues/${queue}`, bodies.queue)).status).toBe(204);
    expect(textOf("VisibilityTimeout", await send("GET", `/queues/${queue}`))).toBe("35");

    const sent = await send("POST", `/queues/${queue}/messages`, bodies.message);
    expect(sent.status).toBe(201);
    const got = await send("GET", `/queues/${queue}/messages?waitseconds=30`);
    expect(textOf("MessageBody", got)).toBe('{"task_token": "t"}');
    const receipt = textOf("ReceiptHandle", got);
    const held = await send("PUT", `/queues/${queue}/messages?ReceiptHandle=${receipt}&VisibilityTimeout=50`);
    const target = `/queues/${queue}/messages?ReceiptHandle=${textOf("ReceiptHandle", held)}`;
    expect((await send("DELETE", target)).status).toBe(204);

    expect((await send("POST", `/queues/${queue}/messages`, bodies.messages)).status).toBe(201);
    const both = await send("GET", `/queues/${queue}/messages?numOfMessages=16&waitseconds=30`);
    expect(texts("MessageBody", both)).toEqual(["a", "b"]);
    const [one = "", other = ""] = texts("ReceiptHandle", both);
    expect((await send("DELETE", `/queues/${queue}/messages`, bodies.receipts(one, other))).status).toBe(204);
    expect((await send("GET", `/queues/${queue}/messages?waitseconds=0`)).code).toBe("MessageNotExist");
    expect((await send("DELETE", `/queues/${queue}`)).status).toBe(204);
  });
});

test("every answer's root has the namespace that Java looks for, letter by letter", async () => {
  const queue = unique("q");
  await mns("PUT", `/queues/${queue}`);
  const messages = `/queues/${queue}/messages`;
  const replies = {
    Error: await mns("GET", messages),
    Queue: await mns("GET", `/queues/${queue}`),
    Queues: await mns("GET", "/queues"),
    Message: await mns("POST", messages, { body: "<Message><MessageBody>a</MessageBody></Message>" }),
    Messages: await mns("GET", `${messages}?numOfMessages=1`),
    Topics: await mns("GET", "/topics"),
  };
  for (const [root, { text }] of Object.entries(replies)) {
    expect(text.split("\n")[1]).toMatch(new RegExp(`^<${root} ${JAVA_NS}>`));
  }
});

describe("what clients send in words of their own", () => {
  test.each([
    ["PHP", "1", "0"],
    ["Python", "True", "False"],
    ["Java", "true", "false"],
  ])("%s says whether something is so", async (_, yes, no) => {
    const path = `/queues/${unique("q")}`;
    const logged = async () => textOf("LoggingEnabled", await mns("GET", path));
    const body = (flag: string) => `<Queue><LoggingEnabled>${flag}</LoggingEnabled></Queue>`;
    await mns("PUT", path, { body: body(yes) });
    expect(await logged()).toBe("True");
    expect((await mns("PUT", `${path}?metaoverride=${yes}`, { body: body(no) })).status).toBe(204);
    expect(await logged()).toBe("False");
    await mns("POST", `${path}/messages`, { body: "<Message><MessageBody>a</MessageBody></Message>" });
    expect(textOf("ReceiptHandle", await mns("GET", `${path}/messages?peekonly=${yes}`))).toBe("");
    const list = await mns("GET", "/queues", {
      headers: { "x-mns-prefix": path.slice(8), "x-mns-with-meta": yes },
    });
    expect(texts("QueueName", list)).toHaveLength(1);
    const refused = await mns("PUT", `${path}?metaoverride=maybe`, {});
    expect(textOf("Message", refused)).toBe("metaoverride must be True or False, or 1 or 0");
  });

  test("Go sends the priority 0 when none was set: it is the default one, and others are in their order", async () => {
    const path = `/queues/${unique("q")}`;
    await mns("PUT", path);
    const entry = (body: string, priority: number) =>
      `<Message><MessageBody>${body}</MessageBody><DelaySeconds>0</DelaySeconds><Priority>${priority}</Priority></Message>`;
    for (const [body, priority] of [
      ["low", 9],
      ["none", 0],
      ["high", 7],
    ] as const)
      expect((await mns("POST", `${path}/messages`, { body: entry(body, priority) })).status).toBe(201);
    const batch = `<Messages>${entry("batched", 0)}${entry("first", 1)}</Messages>`;
    expect((await mns("POST", `${path}/messages`, { body: batch })).status).toBe(201);
    const got = await mns("GET", `${path}/messages?numOfMessages=16`);
    expect(texts("MessageBody", got)).toEqual(["first", "high", "none", "batched", "low"]);
    expect(texts("Priority", got)).toEqual(["1", "7", "8", "8", "9"]);
    for (const priority of [-1, 17])
      expect((await mns("POST", `${path}/messages`, { body: entry("x", priority) })).code).toBe(
        "InvalidArgument",
      );
  });

  const attached =
    "<UserProperties>" +
    "<PropertyValue><Name>retries</Name><Value>1e3</Value><Type>NUMBER</Type></PropertyValue>" +
    "<PropertyValue><Name>note</Name><Value> a &lt;b&gt; \u{1f600} </Value><Type>STRING</Type></PropertyValue>" +
    "<PropertyValue><Name>empty</Name><Value></Value><Type>STRING</Type></PropertyValue>" +
    "<PropertyValue><Name>urgent</Name><Value>true</Value><Type>BOOLEAN</Type></PropertyValue>" +
    "<PropertyValue><Name>a.b_c-9</Name><Value>dmFsdWUy/w==</Value><Type>BINARY</Type></PropertyValue>" +
    "</UserProperties>" +
    "<SystemProperties><SystemPropertyValue><Name>traceparent</Name>" +
    "<Value>00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01</Value><Type>STRING</Type>" +
    "</SystemPropertyValue></SystemProperties><MessageGroupId>orders/7</MessageGroupId>";
  const written = (element: string) => `${PROLOG}<${element} ${JAVA_NS}>`;

  test("what Java and PHP attach to a message comes back as it was, to peek, receive and batches of both", async () => {
    const path = `/queues/${unique("q")}`;
    await mns("PUT", path);
    const body = "<MessageBody>aGVsbG8=</MessageBody><DelaySeconds>0</DelaySeconds><Priority>8</Priority>";
    const one = await mns("POST", `${path}/messages`, {
      body: `${written("Message")}${body}${attached}</Message>`,
    });
    expect(one.status).toBe(201);
    const plain = "<Message><MessageBody>plain</MessageBody></Message>";
    const rest = `<Message>${body}${attached.replace("1e3", "7")}</Message>`;
    const batch = await mns("POST", `${path}/messages`, {
      body: `${written("Messages")}${plain}${rest}</Messages>`,
    });
    expect(batch.status).toBe(201);
    const peeked = await mns("GET", `${path}/messages?peekonly=true`);
    expect(peeked.text).toContain(`<Priority>8</Priority>${attached}</Message>`);
    const got = await mns("GET", `${path}/messages?numOfMessages=16&waitseconds=1`);
    const ends = got.text.split("<Priority>8</Priority>").slice(1);
    expect(ends).toEqual([
      expect.stringMatching(/^<UserProperties>.*<\/MessageGroupId><\/Message><Message>/),
      expect.stringMatching(/^<\/Message><Message>/),
      `${attached.replace("1e3", "7")}</Message></Messages>`,
    ]);
  });

  test("what is attached counts for a message's size, and is refused by name when it is not as it should be", async () => {
    const path = `/queues/${unique("q")}`;
    await mns("PUT", path, { body: "<Queue><MaximumMessageSize>1024</MaximumMessageSize></Queue>" });
    const send = (more: string, bytes = 1) =>
      mns("POST", `${path}/messages`, {
        body: `<Message><MessageBody>${"x".repeat(bytes)}</MessageBody>${more}</Message>`,
      });
    const entry = (name: string, value: string, type: string) =>
      `<PropertyValue><Name>${name}</Name><Value>${value}</Value><Type>${type}</Type></PropertyValue>`;
    const user = (...entries: string[]) => `<UserProperties>${entries.join("")}</UserProperties>`;
    expect((await send(user(entry("abcd", "1234", "STRING")), 1024 - 14)).status).toBe(201);
    expect((await send("<UserProperties/><SystemProperties/><MessageGroupId/>", 1024)).status).toBe(201);
    for (const [more, says] of [
      [user(entry("abcd", "12345", "STRING")), /at most 1024 bytes, with their properties/],
      [
        user(entry("a", "1", "DATE")),
        /Type of the property "a" must be one of STRING, NUMBER, BOOLEAN, BINARY/,
      ],
      [user(entry("a", "1", "STRING"), entry("a", "2", "NUMBER")), /"a" stands there twice/],
      [user(entry("", "1", "STRING")), /a property's name must be 1 to 256 /],
      [user(entry("a b", "1", "STRING")), /unlike "a b"/],
      [user("<PropertyValue><Name>a</Name></PropertyValue>"), /needs Name, Value and Type/],
      [user("<Property/>"), /elements of UserProperties must be PropertyValue/],
      [user(...Array.from({ length: 51 }, (_, n) => entry(`n${n}`, "", "STRING"))), /at most 50 properties/],
      [`<MessageGroupId>${"g".repeat(129)}</MessageGroupId>`, /at most 128 characters/],
    ] as const) {
      const refused = await send(more, 1024 - 14);
      expect([refused.status, textOf("Message", refused)]).toEqual([400, expect.stringMatching(says)]);
    }
  });

  test("what is refused is named", async () => {
    const twice = await mns("GET", "/queues/q/messages?waitseconds=1&WaitSeconds=2");
    expect([twice.code, textOf("Message", twice)]).toEqual([
      "InvalidQueryString",
      '"WaitSeconds" stands twice in the query',
    ]);
    const date = await mns("GET", "/queues", { headers: { "x-mns-date": "yesterday" } });
    expect([date.code, textOf("Message", date)]).toEqual([
      "InvalidDateHeader",
      expect.stringMatching(/^x-mns-date must be a time such as /),
    ]);
  });
});

test("a signature is the one that the documents describe, byte for byte", async () => {
  const { id, secret } = await adminKey();
  const bytes = (text: string) => new TextEncoder().encode(text);
  const algorithm = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", bytes(secret), algorithm, false, ["sign"]);
  const date = new Date().toUTCString();
  const text = `GET\n\n\n${date}\nx-mns-prefix:p\nx-mns-ret-number:5\nx-mns-version:2015-06-06\n/queues`;
  const signed = new Uint8Array(await crypto.subtle.sign("HMAC", key, bytes(text)));
  const signature = btoa(String.fromCharCode(...signed));
  const headers = { date, "x-mns-ret-number": "5", "x-mns-prefix": "p" };
  expect((await mns("GET", "/queues", { headers, signature })).status).toBe(200);
  expect((await mns("GET", "/queues?", { headers, signature })).code).toBe("SignatureDoesNotMatch");
  expect(id).toBe("mradmin1");
});

test("an account has no bucket for its logs, and gets none", async () => {
  const got = await mns("GET", "/?accountmeta=true");
  expect([got.status, got.text]).toEqual([200, expect.stringContaining("<LoggingBucket></LoggingBucket>")]);
  const set = (bucket: string) =>
    mns("PUT", "/?accountmeta=true", { body: `<Account><LoggingBucket>${bucket}</LoggingBucket></Account>` });
  expect((await set("")).status).toBe(204);
  expect((await set("logs")).code).toBe("InvalidArgument");
});
