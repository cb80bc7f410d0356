import { describe, expect, test } from "vitest";
import { valueReference } from "../../src/http/contract/executions.ts";
import { call, flow, run, unique } from "./call.ts";
import { post } from "./fnf-call.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/** A value of this many bytes of JSON, with all that must be escaped in it. */
function valueOf(bytes: number) {
  const text = 'a "quoted" 字\n';
  return { list: Array.from({ length: bytes / 2 / 30 }, () => text), text: text.repeat(bytes / 2 / 18) };
}

function pathOf(flowName: string, execution: string): string {
  return `/v1/flows/${flowName}/executions/${execution}`;
}

async function valueAt(path: string, ref: string) {
  const { status, body } = await call("GET", `${path}/value?ref=${encodeURIComponent(ref)}`);
  expect([ref, status]).toEqual([ref, 200]);
  return body;
}

describe("a value that is too large for where it is shown", () => {
  const TAKES = "{type: pass, name: takes, outputMappings: [{target: big, source: $input.big}]}";

  test("is referred to in a head above 1 MiB, and read where the reference says", async () => {
    const name = await flow(TAKES);
    const big = valueOf(1.5 * MIB);
    const head = await run(name, { big });
    expect(head).not.toHaveProperty("input");
    expect(head).not.toHaveProperty("output");
    expect(head.inputValue).toEqual({
      ref: "input",
      bytes: new TextEncoder().encode(JSON.stringify({ big })).length,
      preview: JSON.stringify({ big }).slice(0, 256),
    });
    const path = pathOf(name, head.name);
    expect((await call("GET", path)).body).toEqual(
      expect.objectContaining({ outputValue: head.outputValue }),
    );
    expect(await valueAt(path, head.inputValue.ref)).toEqual({ big });
    expect(await valueAt(path, head.outputValue.ref)).toEqual({ big });
  });

  test("stands in a head up to 1 MiB", async () => {
    const name = await flow(TAKES);
    const big = valueOf(0.9 * MIB);
    expect(await run(name, { big })).toMatchObject({ input: { big }, output: { big } });
  });

  test("is referred to in events and steps above 64 KiB, and no page has more than 4 MiB", async () => {
    const steps = "inputMappings: [{target: big, source: $input.big}, {target: i, source: $input.i}]";
    const name = await flow(
      `{type: foreach, name: each, iterationMapping: {collection: $.items, item: i}, steps: [{type: pass, name: p, ${steps}, outputMappings: [{target: i, source: $input.i}]}], outputMappings: [{target: results, source: $local}]}`,
    );
    const items = Array.from({ length: 80 }, (_, nth) => "x".repeat(nth === 0 ? 65 * KIB : 60 * KIB));
    const { name: execution } = await run(name, { items, big: [0] });
    const path = pathOf(name, execution);
    const seen: { ref: string; preview: string }[] = [];
    for (const list of ["steps?parent=each&limit=1000", "steps?limit=1000", "history?limit=1000"]) {
      let pages = 0;
      let entries = 0;
      for (let cursor = ""; ; pages++) {
        const { body } = await call("GET", `${path}/${list}${cursor && `&cursor=${cursor}`}`);
        expect(JSON.stringify(body).length).toBeLessThanOrEqual(4 * MIB);
        entries += body.items.length;
        for (const { detail, ...item } of body.items) {
          const values: unknown[] = Object.values({ ...detail, ...item });
          seen.push(...values.flatMap((value) => valueReference.safeParse(value).data ?? []));
        }
        if (body.cursor === undefined) break;
        cursor = body.cursor;
      }
      if (list.includes("parent")) expect(entries).toBe(80);
      if (!list.startsWith("steps?l")) expect(pages).toBeGreaterThan(0);
    }
    const refs = seen.map(({ ref }) => ref);
    expect(refs).toEqual(
      expect.arrayContaining(["each[0]#item", "each[0]#local", "each#input", "each#output", "1.input"]),
    );
    for (const ref of ["each[0]#item", "each[0]/p#output", "each#input", "1.input", refs.at(-1) ?? ""])
      expect(JSON.stringify(await valueAt(path, ref)).length).toBeGreaterThan(64 * KIB);
    expect(await valueAt(path, "each[0]#item")).toBe(items[0]);
    expect(await valueAt(path, "1.input")).toEqual({ items, big: [0] });
    expect(await valueAt(path, "each[0]/p#input")).toEqual({ big: [0], i: items[0] });
  });

  test("shows no task token, neither in its preview nor where a piece of it ends", async () => {
    const queue = unique("queue");
    await call("PUT", `/v1/queues/${queue}`, {});
    const child = await flow("{type: pass, name: p}");
    const name = await flow(
      `{type: task, name: t, resourceArn: "acs:mns:::/queues/${queue}/messages", pattern: waitForCallback, inputMappings: [{target: token, source: $context.task.token}], serviceParams: {MessageBody: $}}`,
    );
    const started = await call("POST", `/v1/flows/${name}/executions`, {});
    const received = await call("POST", `/v1/queues/${queue}/receive`, { waitSeconds: 10 });
    const { token } = JSON.parse(received.body.messages[0].body);
    expect(token).toMatch(/^mr1\./);
    // Tokens everywhere: one of them lies on each border.
    const input = {
      first: token,
      many: Array.from({ length: 4000 }, () => token),
      text: `${token} `.repeat(4000),
    };
    const head = await run(child, input);
    const path = pathOf(child, head.name);
    const whole = JSON.stringify(await valueAt(path, "input"));
    const mark = JSON.stringify(input).replaceAll(token, `mr1.…${token.slice(-6)}`);
    expect(whole === mark).toBe(true);
    expect(head.inputValue.preview).toBe(mark.slice(0, 256));
    await call("POST", `${pathOf(name, started.body.name)}/stop`, {});
  });

  test.each([
    "nothing",
    "input.x",
    "0.input",
    "99.input",
    "1.detail",
    "1.__proto__",
    "p#input",
    "takes#name",
    "takes#2#input",
    "takes[0]#item",
    "#input",
    "1.input.big",
  ])("is not there where a reference names none: %s", async (ref) => {
    const name = await flow(TAKES);
    const { name: execution } = await run(name, { big: 1 });
    const { status, body } = await call(
      "GET",
      `${pathOf(name, execution)}/value?ref=${encodeURIComponent(ref)}`,
    );
    expect([status, body.code, body.detail]).toEqual([404, "ValueNotExists", expect.stringContaining(ref)]);
  });

  test("is whole in the protocol of FnF, where an event that is larger than a page comes alone", async () => {
    const name = await flow(TAKES);
    const big = valueOf(4.5 * MIB);
    const head = await run(name, { big });
    const of = { FlowName: name, ExecutionName: head.name };
    const described = await post("DescribeExecution", of);
    expect(described.status).toBe(200);
    expect(JSON.parse(described.body.Input)).toEqual({ big });
    expect(JSON.parse(described.body.Output)).toEqual({ big });
    const events = [];
    for (let NextToken: string | undefined = "0"; NextToken !== undefined;) {
      const page = await post("GetExecutionHistory", { ...of, NextToken });
      expect(page.status).toBe(200);
      expect(page.body.Events.length === 1 || JSON.stringify(page.body).length < 5 * MIB).toBe(true);
      events.push(...page.body.Events);
      ({ NextToken } = page.body);
    }
    expect(events.map(({ EventId }) => EventId)).toEqual([1, 2, 3, 4, 5, 6]);
    const details = events.map(({ EventDetail }) => JSON.parse(EventDetail));
    expect(details[0]).toEqual({ input: { big } });
    expect(details[1]).toEqual({ input: { big }, local: {} });
    expect(details[5]).toEqual({ output: { big } });
  });

  test("is refused in the protocol of FnF where the answer would be larger than 36 MiB", async () => {
    const name = await flow(TAKES);
    // Each of these has two bytes more in a text of JSON that stands in JSON.
    const big = '"'.repeat(7 * MIB);
    const head = await run(name, { big });
    const answer = await post("DescribeExecution", { FlowName: name, ExecutionName: head.name });
    expect([answer.status, answer.body.Code, answer.body.Message]).toEqual([
      400,
      "EntityTooLarge",
      expect.stringContaining("37748736 bytes"),
    ]);
  });
});
