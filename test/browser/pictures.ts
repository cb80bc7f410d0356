import { statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { ROOT, Service } from "../e2e/service.ts";
import { type Look, paste, signedIn, startBrowser } from "./browser.ts";

/** `npm run pictures`: plays a night on a service of its own, and keeps what the console then shows. */
const FOLDER = join(ROOT, "src/console/pictures");
const BYTES_MAX = 250_000;

const FLOWS = {
  "warehouse-load": step("load"),
  "database-backup": step("copy"),
  "billing-close": step("close"),
  "search-index": step("build"),
  "mail-digest": step("send"),
  "certificate-check":
    "{ type: fail, name: check, error: CertificateExpires, cause: api.example.org in 3 days }",
} as const;

const MEDIA = `version: v1
type: flow
timeoutSeconds: 7200
steps:
  - { type: pass, name: listClips }
  - type: foreach
    name: transcodeAll
    concurrency: 100
    tolerance: { percentage: 5 }
    inputMappings:
      - { target: clips, source: $input.payload.clips }
    iterationMapping: { collection: $.clips, item: clip }
    outputMappings:
      - { target: results, source: "$local[*]" }
    steps:
      - type: task
        name: transcode
        resourceArn: acs:mns:::/queues/gpu-transcode/messages
        pattern: waitForCallback
        timeoutSeconds: 900
        heartbeatSeconds: 300
        catch:
          - { errors: [CodecUnsupported], goto: quarantine }
        serviceParams: { MessageBody: $ }
      - { type: pass, name: verify, end: true }
      - { type: pass, name: quarantine }
  - { type: succeed, name: publish }
`;
const CLIPS = 300;
const MACHINES = ["gpu-1", "gpu-2", "gpu-4", "gpu-5"];
const SICK = "gpu-3";
/** So many fail: more than the flow bears. */
const FAILED = 16;
const AT_ONCE = 20;
const WORK = "/v1/queues/gpu-transcode/work";

function step(name: string): string {
  return `{ type: pass, name: ${name} }`;
}

/** A night in which most went well, one check failed, and one machine of five had no room; the name of its execution. */
async function playNight(service: Service): Promise<string> {
  await service.call("PUT", "/v1/queues/gpu-transcode", {});
  await service.call("PUT", "/v1/flows/media-pipeline", {
    definition: MEDIA,
    description: "Clips of the day",
  });
  for (const [flow, one] of Object.entries(FLOWS)) {
    const definition = `version: v1\ntype: flow\nsteps:\n  - ${one}\n`;
    await service.call("PUT", `/v1/flows/${flow}`, { definition });
    await service.call("PUT", `/v1/flows/${flow}/schedules/nightly`, { cron: "0 3 * * *" });
    const { body } = await service.call("POST", `/v1/flows/${flow}/schedules/nightly/run`, {});
    await service.call("GET", `/v1/flows/${flow}/executions/${body.executionName}?wait=20`);
  }
  const clips = Array.from({ length: CLIPS }, (_, at) => `clip-${String(at).padStart(3, "0")}.mov`);
  const schedule = "/v1/flows/media-pipeline/schedules/nightly";
  await service.call("PUT", schedule, { cron: "30 2 * * *", payload: { clips } });
  const { body } = await service.call("POST", `${schedule}/run`, {});
  const sick = await take(service, SICK, FAILED);
  for (let left = CLIPS - FAILED; left > 0;) {
    for (const worker of MACHINES) {
      const tasks = await take(service, worker, left);
      await report(service, worker, tasks, { output: { ok: true } });
      left -= tasks.length;
    }
  }
  await report(service, SICK, sick, { error: "DiskFull", cause: "no room in /scratch: 0 bytes left" });
  await service.call("GET", `/v1/flows/media-pipeline/executions/${body.executionName}?wait=30`);
  return body.executionName;
}

interface Task {
  readonly task: { readonly token: string };
  readonly receipt: string;
}

async function take(service: Service, worker: string, left: number): Promise<readonly Task[]> {
  const wanted = { worker, session: worker, max: Math.min(left, AT_ONCE), waitSeconds: 1 };
  const { body } = await service.call("POST", WORK, wanted);
  return body.messages;
}

async function report(
  service: Service,
  worker: string,
  tasks: readonly Task[],
  result: Readonly<Record<string, unknown>>,
): Promise<void> {
  const reports = tasks.map(({ task, receipt }) => ({ token: task.token, receipt, ...result }));
  if (reports.length > 0) await service.call("POST", WORK, { worker, session: worker, reports, max: 0 });
}

const VIEWS: readonly {
  readonly file: string;
  readonly look: Look;
  readonly path: (execution: string) => string;
  readonly ready: string;
  readonly prepare?: (page: Page) => Promise<void>;
}[] = [
  {
    file: "overview.png",
    look: { language: "en", scheme: "light", width: 1480 },
    path: () => "/",
    ready: ".need",
  },
  {
    file: "execution.png",
    look: { language: "en", scheme: "light", width: 1480 },
    path: (execution) => `/executions/media-pipeline/${execution}`,
    ready: ".machines, .lanes",
  },
  {
    file: "editor.png",
    look: { language: "en", scheme: "dark", width: 1480 },
    path: () => "/flows/media-pipeline/edit",
    ready: ".verdict.tone-ok, .verdict.tone-warn",
    prepare: mistype,
  },
];

/** Two mistakes, as they happen. */
async function mistype(page: Page): Promise<void> {
  const text = MEDIA.replace("goto: quarantine", "goto: quarantin").replace(
    "heartbeatSeconds",
    "heartbeatSecond",
  );
  await paste(page, ".cm-content", text);
  await page.waitForSelector(".verdict.tone-bad");
}

/** A zone in which it is early morning now, so that the night is the one that was played. */
function zoneOfMorning(): string {
  const MORNING = 7;
  const ahead = (MORNING - new Date().getUTCHours() + 24) % 24;
  const hours = ahead > 12 ? ahead - 24 : ahead;
  return `Etc/GMT${hours > 0 ? "-" : "+"}${Math.abs(hours)}`;
}

async function photograph(): Promise<void> {
  const [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  try {
    const execution = await playNight(service);
    for (const { file, look, path, ready, prepare } of VIEWS) {
      const context = await signedIn(browser, service, look, zoneOfMorning());
      const page = await context.newPage();
      await page.goto(service.url + path(execution));
      await page.waitForSelector(ready);
      await prepare?.(page);
      await page.screenshot({ path: join(FOLDER, file), animations: "disabled", caret: "initial" });
      await context.close();
      const { size } = statSync(join(FOLDER, file));
      console.log(`${file}: ${Math.round(size / 1000)} KB`);
      if (size > BYTES_MAX) throw new Error(`${file} is larger than ${BYTES_MAX} bytes`);
    }
  } finally {
    await Promise.all([browser.close(), service.stop()]);
  }
}

await photograph();
