import { execFileSync } from "node:child_process";
import { globSync, readFileSync, statSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { basename, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { backup } from "../../src/cli/serve/backup/backup.ts";
import { EXECUTIONS } from "../golden/data-folder-story.ts";
import { makeCertificate } from "../support/certificates.ts";
import { FAN_OUT, fanOutInput } from "../support/flows.ts";
import { NpmRun, Service, newDataFolder } from "./service.ts";

const services: Service[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.stop();
});

async function serve(options?: { data?: string; options?: string[] }): Promise<Service> {
  const service = await Service.serve(options);
  services.push(service);
  return service;
}

/** The workerd of now. */
function runtimeOf(service: Service): number {
  return Number(service.log.findLast(({ pid }) => pid !== undefined)?.pid);
}

const ITEMS = 400;
/** In one call. */
const REPORTS = 50;
const EXECUTION = "/v1/flows/fan/executions/run";

/** Tokens by what was answered to their reports. */
class Audit {
  readonly accepted = new Set<string>();
  readonly refused = new Set<string>();
  isOver = false;
  /** So many may be accepted for now. */
  limit = Number.POSITIVE_INFINITY;
}

interface Turn {
  readonly verdicts: readonly { readonly ok: boolean }[];
  readonly messages: readonly { readonly body: string; readonly receipt: string }[];
}

/** Works until it is over, whatever becomes of the service meanwhile. */
async function work(service: Service, worker: string, audit: Audit): Promise<void> {
  let reports: { token: string; receipt: string; output: object }[] = [];
  while (!audit.isOver) {
    while (audit.accepted.size >= audit.limit) await new Promise((resolve) => setTimeout(resolve, 5));
    const body = { reports, max: 5, waitSeconds: 1, leaseSeconds: 5, worker };
    const answer = await service.call("POST", "/v1/queues/workers/work", body).catch(() => undefined);
    if (answer?.status !== 200) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      continue;
    }
    const { verdicts, messages } = answer.body as Turn;
    for (const [index, { ok }] of verdicts.entries())
      audit[ok ? "accepted" : "refused"].add(reports[index]?.token ?? "");
    reports = messages.map((message) => {
      const task = JSON.parse(message.body) as { task_token: string; worker_name: string };
      return { token: task.task_token, receipt: message.receipt, output: { name: task.worker_name } };
    });
  }
}

async function reaches(audit: Audit, count: number): Promise<void> {
  while (audit.accepted.size < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Works on the execution until it ends; `meanwhile` is done in the middle of it. */
async function workToTheEnd(service: Service, meanwhile: (audit: Audit) => Promise<void>): Promise<Audit> {
  const audit = new Audit();
  const workers = ["a", "b", "c", "d"].map((name) => work(service, name, audit));
  await meanwhile(audit);
  const head = await service.ended(EXECUTION);
  audit.isOver = true;
  await Promise.all(workers);
  const names = Array.from({ length: ITEMS }, (_, index) => ({ name: `worker${index}` }));
  expect(head).toMatchObject({ status: "Succeeded", output: { results: names } });
  return audit;
}

test("kill -9 of workerd and of its supervisor under load loses nothing, and a backup taken then goes on elsewhere", async () => {
  const service = await serve();
  await service.call("PUT", "/v1/queues/workers", {});
  await service.call("PUT", "/v1/flows/fan", FAN_OUT);
  await service.call("POST", "/v1/flows/fan/executions", { name: "run", input: fanOutInput(ITEMS) });
  const file = join(newDataFolder(), "millrace.tar.gz");
  let before = new Set<string>();
  const audit = await workToTheEnd(service, async (running) => {
    running.limit = ITEMS * 0.8;
    await reaches(running, ITEMS / 8);
    process.kill(runtimeOf(service), "SIGKILL");
    await service.says('"event":"runtimeStarted"');
    await reaches(running, ITEMS / 4);
    before = new Set(running.accepted);
    expect((await backup(service.data, file, "test")).pauseMs).toBeGreaterThan(0);
    running.limit = Number.POSITIVE_INFINITY;
    await reaches(running, ITEMS * 0.9);
    await service.kill();
    await service.start();
  });
  expect(new Set([...audit.accepted, ...audit.refused]).size).toBe(ITEMS);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const data = join(newDataFolder(), "restored");
  expect(await new NpmRun("millrace", "restore", file, "--data", data).ended()).toBe(0);
  const restored = await serve({ data });
  // What was answered with yes before the backup is there: it is refused as a repeat.
  expect(before.size).toBeGreaterThanOrEqual(ITEMS / 4);
  for (let rest = [...before]; rest.length > 0; rest = rest.slice(REPORTS)) {
    const reports = rest.slice(0, REPORTS).map((token) => ({ token, output: { name: "twice" } }));
    const again = await restored.call("POST", "/v1/tasks/report", { reports });
    expect(again.body.verdicts).toEqual(
      reports.map(() => expect.objectContaining({ ok: false, code: "TaskAlreadyCompleted" })),
    );
  }
  const rest = await workToTheEnd(restored, async () => {});
  expect([...rest.accepted].filter((token) => before.has(token))).toEqual([]);
});

const KEPT = join(import.meta.dirname, "../golden/data-folders");
const OLDEST = "0.1.0.tar.gz";

test.each(globSync("*.tar.gz", { cwd: KEPT }))("the data folder of release %s goes on", async (archive) => {
  const data = newDataFolder();
  execFileSync("tar", ["-xzf", join(KEPT, archive), "-C", data]);
  const service = await serve({ data });
  expect(await service.ended(`${EXECUTIONS}/ended`)).toMatchObject({ output: { said: "then" } });
  const answer = { path: "ask", output: { said: "now" } };
  expect((await service.call("POST", `${EXECUTIONS}/waiting/answer`, answer)).status).toBe(200);
  expect(await service.ended(`${EXECUTIONS}/waiting`)).toMatchObject({ output: { said: "now" } });
  const schedules = await service.call("GET", "/v1/flows/kept/schedules");
  expect(schedules.body.items).toMatchObject([{ name: "nightly", cron: "30 2 * * *", enabled: false }]);
  if (archive !== OLDEST) return;
  // Miniflare wrote it, and opens what workerd alone has added to it.
  await service.stop();
  await service.startWith("dev");
  expect(await service.ended(`${EXECUTIONS}/waiting`)).toMatchObject({ output: { said: "now" } });
});

interface Seen {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly fingerprint: string;
}

/** By HTTPS, whoever signed the certificate. */
function visit(service: Service, path: string, accept = "*/*"): Promise<Seen> {
  const url = service.url.replace("http:", "https:");
  return new Promise((resolve, reject) => {
    const headers = { accept, "accept-encoding": "gzip" };
    const asked = request(`${url}${path}`, { rejectUnauthorized: false, agent: false, headers }, (answer) => {
      const { socket } = answer;
      const fingerprint =
        "getPeerCertificate" in socket ? (socket as never as Peer).getPeerCertificate() : undefined;
      answer.resume();
      resolve({
        status: answer.statusCode,
        headers: answer.headers,
        fingerprint: fingerprint?.fingerprint256 ?? "",
      });
    });
    asked.on("error", reject).end();
  });
}

interface Peer {
  getPeerCertificate(): { readonly fingerprint256: string };
}

test("by HTTPS it serves the console with its headers, and takes up another certificate while it runs", async () => {
  const folder = newDataFolder();
  const { cert, key } = makeCertificate(folder);
  const service = await serve({ options: ["--tls-cert", cert, "--tls-key", key] });
  const page = await visit(service, "/", "text/html");
  expect(page.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-cache",
    "content-security-policy": expect.stringContaining("script-src 'self'"),
    "strict-transport-security": expect.stringContaining("max-age="),
  });
  const script = basename(
    globSync("*.js", { cwd: join(import.meta.dirname, "../../dist/console/assets") })[0] ?? "",
  );
  expect((await visit(service, `/assets/${script}`)).headers).toMatchObject({
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=31536000, immutable",
    "content-encoding": "gzip",
  });
  for (const path of ["/assets/", "/assets/..%2f_headers", "/_headers"])
    expect((await visit(service, path)).status, path).toBe(404);

  writeFileSync(cert, "no certificate");
  await service.says('"event":"certificateRefused"');
  expect((await visit(service, "/v1/health")).fingerprint).toBe(page.fingerprint);
  makeCertificate(folder);
  await service.says('"event":"runtimeStarted"');
  const now = await visit(service, "/v1/health");
  expect([now.status, now.fingerprint === page.fingerprint]).toEqual([200, false]);
});

test("the log is JSON lines without a secret, and only one process serves a folder", async () => {
  const service = await serve({ options: ["--verbose"] });
  const second = new NpmRun("millrace", "serve", "--port", "1024", "--data", service.data);
  await service.call("PUT", "/v1/flows/fan", FAN_OUT);
  await service.call("POST", "/v1/flows/fan/executions", { name: "logged", input: fanOutInput(1) });
  await service.says('"event":"executionStarted"');
  expect(await second.ended()).toBe(2);
  expect(second.output).toMatch(/in use by a running service \(process \d+\): end it first/);
  const secrets = [join(service.data, "secrets.env"), service.credentialsFile].map((name) =>
    readFileSync(name, "utf8"),
  );
  for (const [secret] of secrets.join().matchAll(/[\w-]{43}/g))
    for (const line of service.log) expect(JSON.stringify(line)).not.toContain(secret);
  expect(service.log.every(({ time, event, level }) => time && event && level)).toBe(true);
  await service.stop();
  expect(service.log.at(-1)).toMatchObject({ event: "stopped" });
});
