/** Some rows of the runner's case table, which elsewhere meet a service of the tests' own, against the real one. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Case } from "../worker/cases/case.ts";
import { ENDINGS } from "../worker/cases/endings.ts";
import { DOORS, PROGRAMS, startRunner } from "../worker/doors.ts";
import { Service } from "./service.ts";

const NAMES = [
  "exit 0 is success, with an output that says who and how long",
  "the output is the object in the output file",
  "an exit status is an error of its own",
  "a command names its error in the output file",
  "a signal from elsewhere is an error of its own",
  "a command that is not there",
];
const ROWS = ENDINGS.filter(({ name }) => NAMES.includes(name));

const flowOn = (queue: string) => `
version: v1
type: flow
steps:
  - type: task
    name: run
    resourceArn: acs:mns:::/queues/${queue}/messages
    pattern: waitForCallback
    serviceParams: { MessageBody: $.body, Worker: $.worker }
`;

let service: Service;
beforeAll(async () => {
  service = await Service.start();
});
afterAll(() => service.stop());

function start(door: string, queue: string, name: string, { options = [], run }: Case) {
  const command = typeof run === "string" ? ["sh", "-c", run] : run;
  const args = [queue, "--once", "--no-state", "--name", name, ...options, "--", ...command];
  const env = { MILLRACE_KEY: undefined, MILLRACE_CREDENTIALS: service.credentialsFile };
  return startRunner(door, service.url, args, env);
}

describe.each(Object.keys(DOORS))("%s and the real service", (door) => {
  const queue = door.replace(/\W/g, "-");
  beforeAll(async () => {
    await service.call("PUT", `/v1/queues/${queue}`, {});
    await service.call("PUT", `/v1/flows/${queue}`, flowOn(queue));
  });

  test("knew all rows that are named here", () => {
    expect(ROWS.map(({ name }) => name)).toEqual(NAMES);
  });

  test.concurrent.each(ROWS)("$name", async (row) => {
    const { body = {}, report = {} } = row;
    const name = `row-${ROWS.indexOf(row)}`;
    const worker = row.options?.includes("--name") === true ? "north" : name;
    const runner = start(door, queue, name, row);
    const path = `/v1/flows/${queue}/executions`;
    await service.call("POST", path, { name, input: { body, worker } });
    const { output, error, cause } = await service.ended(`${path}/${name}`);
    expect({ output, error }).toEqual({ output: report.output, error: report.error });
    if (report.cause) expect(cause).toMatch(report.cause);
    if (report.log) {
      const { body: items } = await service.call("GET", `${path}/${name}/steps`);
      expect(items.items[0].log.attempts).toBe(1);
    }
    await runner.exit;
  });
});

describe.each(PROGRAMS)("%s that is there for long", (door) => {
  const queue = `long-${door.replace(/\W/g, "-")}`;

  /** Messages that came to queues over sockets. */
  async function heard(): Promise<number> {
    const { accessKeyId, accessKeySecret } = JSON.parse(
      readFileSync(service.credentialsFile, "utf8"),
    ) as Record<string, string>;
    const headers = { authorization: `Bearer ${accessKeyId}.${accessKeySecret}` };
    const text = await (await fetch(`${service.url}/metrics`, { headers })).text();
    return Number(/^millrace_socket_messages_total\{class="QueueObject"\} (\d+)/m.exec(text)?.[1] ?? 0);
  }

  test("is connected by a socket, does what comes over it, and says goodbye", async () => {
    await service.call("PUT", `/v1/queues/${queue}`, {});
    await service.call("PUT", `/v1/flows/${queue}`, flowOn(queue));
    const before = await heard();
    const env = {
      MILLRACE_KEY: undefined,
      MILLRACE_CREDENTIALS: service.credentialsFile,
      SSL_CERT_FILE: undefined,
    };
    const args = [`${queue}=2`, "--no-state", "--name", "long", "--", "/bin/true"];
    const runner = startRunner(door, service.url, args, env);
    const path = `/v1/flows/${queue}/executions`;
    const names = Array.from({ length: 5 }, (_, nth) => `run-${nth}`);
    for (const name of names) {
      await service.call("POST", path, { name, input: { body: {}, worker: "long" } });
      expect((await service.ended(`${path}/${name}`)).output).toMatchObject({ exitCode: 0, worker: "long" });
    }
    expect(await heard()).toBeGreaterThan(before);
    runner.child.kill("SIGTERM");
    expect(await runner.exit).toBe(0);
    const { body } = await service.call("GET", `/v1/queues/${queue}/workers`);
    expect(body.items).toMatchObject([{ name: "long", state: "gone", done: names.length, lost: 0 }]);
  });
});
