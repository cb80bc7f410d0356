import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Service } from "../e2e/service.ts";
import { DESK, LOOKS, Watched, signedIn, startBrowser } from "./browser.ts";

const SHANGHAI_MS = 8 * 3_600_000;

let service: Service;
let browser: Browser;

function flowOf(step: string): string {
  return `version: v1\ntype: flow\nsteps:\n  - ${step}\n`;
}

beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  const flows = {
    media: flowOf("{ type: fail, name: transcode, error: DiskFull, cause: no room }"),
    ["w".padEnd(128, "arehouse-")]: flowOf("{ type: pass, name: load }"),
  };
  for (const [flow, definition] of Object.entries(flows)) {
    await service.call("PUT", `/v1/flows/${flow}`, { definition });
    await service.call("PUT", `/v1/flows/${flow}/schedules/nightly`, { cron: "30 2 * * *" });
    const { body } = await service.call("POST", `/v1/flows/${flow}/schedules/nightly/run`, {});
    await service.call("GET", `/v1/flows/${flow}/executions/${body.executionName}?wait=20`);
  }
});

afterAll(async () => {
  await Promise.all([browser?.close(), service?.stop()]);
});

/** Where what happens now is told: in the morning the overview shows the night that is over. */
function placeOfNow(): string {
  const [date = "", time = ""] = new Date(Date.now() + SHANGHAI_MS).toISOString().split("T");
  return time >= "09" && time < "12" ? `/?day=${date}` : "/";
}

test.each(LOOKS.slice(0, 2))(
  "the overview is whole for everybody in $language, $scheme, $width wide",
  async (look) => {
    const context = await signedIn(browser, service, look);
    const watched = await Watched.open(context, service.url);
    const { page } = watched;
    await page.goto(service.url + placeOfNow());
    await page.waitForSelector(".need");
    expect(await page.textContent(".headline")).toBe(
      look.language === "zh" ? "2 个调度中，1 个失败。" : "1 of 2 schedules failed.",
    );
    expect(await watched.violations()).toEqual([]);
    expect(await watched.overflow()).toBeLessThanOrEqual(0);
    expect(watched.wrong).toEqual([]);
    await context.close();
  },
);

test("whoever opens the console sees what failed and why, and can run it again", async () => {
  const context = await signedIn(browser, service, DESK);
  const { page } = await Watched.open(context, service.url);
  await page.goto(service.url + placeOfNow());
  const need = page.locator(".need");
  expect(await need.innerText()).toMatch(/media[^]*DiskFull/);
  await page.click("text=Copy report");
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(
    /^\*\*1 of 2 schedules failed\.\*\*\n[^]*\*\*media\*\* nightly: failed .*`DiskFull`$/,
  );
  await need.locator("text=Run now").click();
  await page.click("dialog button.solid");
  await page.waitForSelector('.toast a[href^="/executions/media/nightly-manual-"]');
  await need.locator("text=Open").click();
  await page.waitForSelector("main header .state >> text=Failed");
  await context.close();
});

test.each(LOOKS.slice(0, 2))(
  "a schedule shows how it went, by day, in $language, $scheme, $width wide",
  async (look) => {
    const context = await signedIn(browser, service, look);
    const watched = await Watched.open(context, service.url);
    const { page } = watched;
    await page.goto(`${service.url}/schedules/media/nightly`);
    await page.waitForSelector(".squares .square-failed");
    await page.waitForSelector("td code >> text=DiskFull");
    expect(await watched.violations()).toEqual([]);
    expect(await watched.overflow()).toBeLessThanOrEqual(0);
    await page.focus('.square[tabindex="0"]');
    await page.keyboard.press("ArrowLeft");
    const says = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    expect(await page.textContent(".squares-foot .grow")).toBe(says);
    expect(watched.wrong).toEqual([]);
    await context.close();
  },
);

test("a schedule is made to start an hour later on weekdays, and shows the next ten while that is typed", async () => {
  const context = await signedIn(browser, service, DESK);
  const { page } = await Watched.open(context, service.url, [400]);
  await page.goto(`${service.url}/schedules/media/nightly`);
  await page.click("main header >> text=Edit");
  await page.fill("dialog textarea", "30 25 * * *");
  await page.waitForSelector('dialog textarea[aria-invalid="true"]');
  expect(await page.isDisabled("dialog button.solid")).toBe(true);
  await page.fill("dialog textarea", "30 3 * * MON-FRI\n30 2 * * SAT,SUN");
  await page.waitForSelector("dialog .coming li:nth-child(10)");
  const clocks = await page.locator("dialog .coming li b").allInnerTexts();
  expect(new Set(clocks)).toEqual(new Set(["03:30", "02:30"]));
  await page.click("dialog button.solid");
  await page.waitForSelector(".toast");
  const { body } = await service.call("GET", "/v1/flows/media/schedules/nightly");
  expect(body.cron).toEqual(["30 3 * * MON-FRI", "30 2 * * SAT,SUN"]);
  await context.close();
});

test("arrows lead to the nights before and back, and each night has an address", async () => {
  const context = await signedIn(browser, service, DESK);
  const { page } = await Watched.open(context, service.url);
  await page.goto(`${service.url}/`);
  const title = await page.textContent("h1");
  const range = await page.textContent(".stepper .range");
  await page.click('.stepper button[aria-label="The night before"]');
  await page.waitForURL(/\?night=\d{4}-\d{2}-\d{2}$/);
  await page.waitForSelector("text=No schedule had a run in this time.");
  await page.click('.stepper button[aria-label="The one after"]');
  await page.waitForURL((url) => url.search === "");
  expect([await page.textContent("h1"), await page.textContent(".stepper .range")]).toEqual([title, range]);
  await context.close();
});

const CLIPS = flowOf(
  `{ type: foreach, name: render, iterationMapping: { collection: $.payload.clips, item: clip }, outputMappings: [], steps: [{ type: task, name: cut, resourceArn: "acs:mns:::/queues/gpu/messages", pattern: waitForCallback, inputMappings: [{ target: clip, source: $input.clip }], serviceParams: { MessageBody: $ } }] }`,
);

/** One turn of a machine: takes so many tasks, and reports each of them as is said. */
async function turn(worker: string, max: number, report: object): Promise<void> {
  const work = (body: object) =>
    service.call("POST", "/v1/queues/gpu/work", { worker, session: worker, ...body });
  const messages: { receipt: string; task: { token: string } }[] = [];
  while (messages.length < max) {
    const taken = await work({ max: max - messages.length, waitSeconds: 10 });
    messages.push(...taken.body.messages);
  }
  const log = `${worker} reads /clips`;
  await work({ max: 0, beats: messages.map(({ receipt }) => ({ receipt, log })) });
  await work({
    max: 0,
    reports: messages.map(({ receipt, task: { token } }) => ({ receipt, token, ...report })),
  });
}

test("from the alarm to the cause, the sick machine, and the retry that ends well", async () => {
  await service.call("PUT", "/v1/queues/gpu", {});
  await service.call("PUT", "/v1/flows/clips", { definition: CLIPS });
  await service.call("PUT", "/v1/flows/clips/schedules/nightly", {
    cron: "30 2 * * *",
    payload: { clips: Array.from({ length: 12 }, (_, nth) => `clip ${nth}`) },
  });
  const started = await service.call("POST", "/v1/flows/clips/schedules/nightly/run", {});
  for (const worker of ["gpu-1", "gpu-2"]) await turn(worker, 4, { output: {} });
  await turn("gpu-3", 4, { error: "DiskFull", cause: "no room on /scratch" });
  const path = `/v1/flows/clips/executions/${started.body.executionName}`;
  await service.call("GET", `${path}?wait=20`);

  const context = await signedIn(browser, service, DESK);
  const { page, wrong } = await Watched.open(context, service.url);
  await page.goto(service.url + placeOfNow());
  const need = page.locator(".need", { hasText: "clips" });
  expect(await need.innerText()).toMatch(/DiskFull/);
  // One: the cause, with its machine.
  await need.locator("text=Open").click();
  await page.waitForSelector(".band >> text=gpu-3");
  // Two and three: it gets nothing any more.
  await page.click(".band >> text=Drain gpu-3");
  await page.click("dialog button.solid");
  await page.waitForSelector(".toast");
  // Four and five: what failed runs again, and nothing else.
  await page.click("main header button.solid");
  await page.waitForSelector("dialog >> text=8 are kept");
  await page.click("dialog button.solid");
  await page.waitForSelector("main header .state >> text=Running");
  const refused = { worker: "gpu-3", session: "gpu-3", max: 4 };
  expect((await service.call("POST", "/v1/queues/gpu/work", refused)).body.messages).toEqual([]);
  await turn("gpu-1", 4, { output: {} });
  await page.waitForSelector("main header .state >> text=Succeeded");
  expect(wrong).toEqual([]);
  await context.close();
});
