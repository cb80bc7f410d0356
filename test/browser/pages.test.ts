import type { Browser, BrowserContext, Request } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Service } from "../e2e/service.ts";
import { DESK, LOOKS, Watched, keyOf, newContext, paste, signedIn, startBrowser } from "./browser.ts";
import { LONG, playNight } from "./pages-night.ts";
import { REQUESTS_MAX, objectRequestsOf } from "./object-requests.ts";

let service: Service;
let browser: Browser;

beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  await playNight(service);
});

afterAll(async () => {
  await Promise.all([browser?.close(), service?.stop()]);
});

/** Does the task that waits in the queue. */
async function report(): Promise<void> {
  const taken = await service.call("POST", "/v1/queues/gpu/work", { max: 1, waitSeconds: 10 });
  const [message] = taken.body.messages;
  const reports = [{ token: message.task.token, receipt: message.receipt, output: {} }];
  const { body } = await service.call("POST", "/v1/queues/gpu/work", { reports, max: 0 });
  expect(body.verdicts).toMatchObject([{ ok: true }]);
}

const PAGES = [
  ["what inspections found", "/doctor"],
  ["the overview", "/"],
  ["executions", "/executions"],
  ["executions of a flow", "/executions?flow=night&status=Failed&time=day"],
  ["executions that nobody has", "/executions?contains=nobody"],
  ["executions that are not well", "/executions?view=unwell"],
  ["an execution that failed", "/executions/night/small"],
  ["an execution with the longest name", `/executions/${LONG}/${LONG}?tab=events`],
  ["flows", "/flows"],
  ["a flow", "/flows/night"],
  ["a flow with the longest name", `/flows/${LONG}?tab=executions`],
  ["a flow's schedules", "/flows/night?tab=schedules"],
  ["a flow's statistics", "/flows/night?tab=stats"],
  ["a flow's versions", "/flows/night?tab=versions"],
  ["a flow's definition", "/flows/night?tab=definition"],
  ["a flow's settings", "/flows/night?tab=settings"],
  ["a flow's editor", "/flows/night/edit"],
  ["a new flow", "/flows/new"],
  ["the week of schedules", "/schedules?tab=week"],
  ["schedules", "/schedules"],
  ["a schedule", "/schedules/night/nightly"],
  ["queues", "/inboxes"],
  ["topics", "/inboxes?tab=topics"],
  ["all dead letters", "/inboxes?tab=dead"],
  ["a topic", "/subjects/news"],
  ["a queue", "/inboxes/gpu"],
  ["a queue's messages", "/inboxes/gpu?tab=messages"],
  ["a queue's dead letters", "/inboxes/mail?tab=dead"],
  ["workers", "/workers"],
  ["a worker", "/workers/mail/north"],
  ["callbacks", "/callbacks"],
  ["access keys", "/keys"],
  ["the audit log", "/audit"],
] as const;

/** Between them: both schemes, both languages, the widest and the narrowest. Axe takes as long as all the rest. */
const AUDITED = new Set(LOOKS.slice(0, 2));
/** By then nothing that was made for the test has anything to tell any more. */
const COUNTED = LOOKS[2];

describe.each(LOOKS)("in $language, $scheme, $width pixels wide", (look) => {
  let context: BrowserContext;
  let watched: Watched;
  const pending = new Set<Request>();

  beforeAll(async () => {
    context = await signedIn(browser, service, look);
    watched = await Watched.open(context, service.url);
    watched.page.on("request", (request) => pending.add(request));
    watched.page.on("requestfinished", (request) => pending.delete(request));
    watched.page.on("requestfailed", (request) => pending.delete(request));
  });
  afterAll(() => context?.close());

  test.each(PAGES)("the page of %s is whole, in its language, and for everybody", async (_, path) => {
    const { page, wrong } = watched;
    wrong.length = 0;
    const open = async () => {
      await page.goto(service.url + path);
      await page.waitForSelector("#content h1");
      await page.waitForFunction(() => document.querySelector(".skeleton") === null);
    };
    if (look === COUNTED) {
      const asked = await objectRequestsOf(service, async () => {
        await open();
        await expect.poll(() => pending.size).toBe(0);
      });
      if (asked > REQUESTS_MAX) wrong.push(`${asked} objects asked`);
    } else await open();
    if (AUDITED.has(look)) wrong.push(...(await watched.violations()));
    if ((await watched.overflow()) > 0) wrong.push(`${await watched.overflow()} pixels too wide`);
    expect(wrong).toEqual([]);
    expect(await page.getAttribute("html", "lang")).toBe(look.language === "zh" ? "zh-CN" : "en");
  });
});

describe("the console", () => {
  test("asks whoever is not signed in, and opens the page that was asked for", async () => {
    const context = await newContext(browser, DESK);
    const watched = await Watched.open(context, service.url, [401]);
    const { page } = watched;
    await page.goto(`${service.url}/flows/night`);
    await page.waitForSelector("#access-key");
    expect(await watched.violations()).toEqual([]);
    await page.fill("#access-key", "nobody.knows");
    await page.press("#access-key", "Enter");
    await page.waitForSelector('#access-key[aria-invalid="true"]');
    await page.fill("#access-key", keyOf(service));
    await page.press("#access-key", "Enter");
    expect(await page.textContent("#content h1")).toBe("night");
    expect(watched.wrong).toEqual([]);
    await context.close();
  });

  test("finds a flow and an execution by part of their names, from wherever one is, by keys alone", async () => {
    const context = await signedIn(browser, service, DESK);
    const watched = await Watched.open(context, service.url);
    const { page } = watched;
    await page.goto(`${service.url}/inboxes`);
    await page.waitForSelector("#content h1");
    // Whoever knows the key types on, before the search is there.
    await page.keyboard.type("/IGH");
    await page.waitForSelector('.palette-option[aria-selected="true"] >> text=night');
    expect(await watched.violations()).toEqual([]);
    await page.keyboard.press("Enter");
    await page.waitForSelector('#content h1 >> text="night"');
    await page.keyboard.press("?");
    await page.waitForSelector(".palette-keys");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("small");
    await page.waitForSelector(".palette-option >> text=small");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/executions\/.*\/small$/);
    expect(watched.wrong).toEqual([]);
    await context.close();
  });

  test("shows all flows with their last ends, and what did not end well", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url);
    await page.goto(`${service.url}/flows`);
    await page.waitForSelector('tr:has-text("night") .ticks .of-failed');
    await page.goto(`${service.url}/executions`);
    await page.click('[role="tab"][data-tab="unwell"]');
    await page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 2);
    expect(new URL(page.url()).search).toBe("?view=unwell");
    expect(await page.textContent("tbody")).toContain("TooSmall");
    await context.close();
  });

  test("starts a flow with its last input, once it is JSON", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url);
    await page.goto(`${service.url}/flows/night`);
    await page.click("main header button.solid");
    await page.waitForSelector("dialog .cm-content");
    const lines = await page.locator("dialog .cm-line").allTextContents();
    expect(JSON.parse(lines.join("\n"))).toEqual({ count: 30 });
    await paste(page, "dialog .cm-content", "{ count: 5 }");
    await page.waitForSelector("dialog button.solid[disabled]");
    await paste(page, "dialog .cm-content", '{ "count": 5 }');
    await page.fill("dialog input", "by-hand");
    await page.click("dialog button.solid");
    await page.waitForSelector('.toast a[href="/executions/night/by-hand"]');
    await context.close();
  });

  test.each(["en", "zh"] as const)(
    "cuts nothing of a schedule that fires by the second, in %s",
    async (language) => {
      await service.call("PUT", "/v1/flows/night/schedules/often", {
        cron: "*/15 30 2 * * *",
        timeZone: "Europe/Berlin",
      });
      const context = await signedIn(browser, service, { ...DESK, language });
      const { page } = await Watched.open(context, service.url);
      await page.goto(`${service.url}/schedules/night/often`);
      await page.waitForSelector(".next td");
      const cut = await page
        .locator(".table-wrap")
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length);
      expect(cut).toBe(0);
      await context.close();
    },
  );

  test("shows an execution go on, from when its start waits to its end, and goes on itself after its connection was cut", async () => {
    const task = (name: string) =>
      `  - {type: task, name: ${name}, resourceArn: "acs:mns:::/queues/gpu/messages", pattern: waitForCallback, timeoutSeconds: 600, serviceParams: {MessageBody: $}}`;
    const waits = ["version: v1", "type: flow", "steps:", task("ask"), task("again"), ""].join("\n");
    await service.call("PUT", "/v1/flows/waits", { definition: waits });
    await service.call("POST", "/v1/flows/waits/pause", {});
    await service.call("POST", "/v1/flows/waits/executions", { name: "live" });
    const context = await signedIn(browser, service, DESK);
    const { page, wrong } = await Watched.open(context, service.url);
    await page.goto(`${service.url}/executions/waits/live`);
    await page.waitForSelector("main header .state >> text=In line");
    await page.waitForSelector(".band >> text=Its flow is paused");
    expect(await page.locator("main header button >> text=Pause").count()).toBe(0);
    expect(wrong).toEqual([]);
    await service.call("POST", "/v1/flows/waits/resume", {});
    const shown = (step: string, state: string) =>
      page.waitForSelector(`#content button:has-text("${step}"):has-text("${state}")`);
    await shown("ask", "Running");
    await report();
    await shown("ask", "Succeeded");
    await context.setOffline(true);
    await report();
    await context.setOffline(false);
    await shown("again", "Succeeded");
    await page.waitForSelector("main header .state >> text=Succeeded");
    await context.close();
  });

  test("pauses a schedule, and says so", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url);
    await page.goto(`${service.url}/schedules/night/nightly`);
    await page.click("main header >> text=Pause");
    await page.fill("dialog input", "moving house");
    await page.click("dialog button.solid");
    await page.waitForSelector("main header .state >> text=Paused");
    const { body } = await service.call("GET", "/v1/flows/night/schedules/nightly");
    expect(body).toMatchObject({ enabled: false, pauseReason: "moving house" });
    await context.close();
  });

  test("answers a task in place of who has its token", async () => {
    const task = `{type: task, name: approve, resourceArn: "acs:mns:::/queues/approvals/messages", pattern: waitForCallback, serviceParams: {MessageBody: $}}`;
    await service.call("PUT", "/v1/queues/approvals", {});
    await service.call("PUT", "/v1/flows/orders", {
      definition: `version: v1\ntype: flow\nsteps: [${task}]\n`,
    });
    await service.call("POST", "/v1/flows/orders/executions", { name: "one" });
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url);
    await page.goto(`${service.url}/executions/orders/one`);
    await page.click(".answer-buttons >> text=Succeed");
    await paste(page, "dialog .cm-content", '{ "approved": true }');
    await page.click("dialog button.solid");
    await page.waitForSelector("main header .state >> text=Succeeded");
    const { body } = await service.call("GET", "/v1/flows/orders/executions/one");
    expect(body.output).toEqual({ approved: true });
    await page.goto(`${service.url}/executions/orders/one?step=approve`);
    await page.click("text=Start from this step");
    await page.click("dialog button.solid");
    await page.click(".toast a");
    await page.waitForSelector("main header >> text=Made of one from approve");
    await context.close();
  });

  test("answers a callback in the list of all of them", async () => {
    await service.call("POST", "/v1/flows/refunds/executions", { name: "one" });
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url);
    // Once: each begins to ask everybody anew.
    await service.call("POST", "/v1/board/rebuild");
    const open = async () => (await service.call("GET", "/v1/board/callbacks?contains=one")).body.open;
    await expect.poll(open, { timeout: 20_000 }).toBeGreaterThan(1);
    await page.goto(`${service.url}/callbacks?contains=one`);
    await page.click('tr:has-text("refunds / one") >> text=Fail');
    await page.fill("dialog input >> nth=0", "TooMuch");
    await page.click("dialog button.danger");
    await page.waitForFunction(() => document.querySelector("tbody tr") === null);
    const { body } = await service.call("GET", "/v1/flows/refunds/executions/one?wait=10");
    expect(body).toMatchObject({ status: "Failed", error: "TooMuch" });
    await context.close();
  });

  test("drains a machine with a reason, and gives it work again", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url);
    await page.goto(`${service.url}/workers/mail/north`);
    await page.click("main header button.solid");
    await page.fill("dialog input", "disk is full");
    await page.click("dialog button.solid");
    await page.waitForSelector("main header .state >> text=Draining");
    await page.waitForSelector("main header >> text=disk is full");
    const { body } = await service.call("GET", "/v1/queues/mail/workers/north");
    expect(body.processes).toMatchObject([{ draining: true, drain: { reason: "disk is full" } }]);
    await page.click("main header button.solid");
    await page.click("dialog button.solid");
    await page.waitForSelector("main header .state >> text=Well");
    await context.close();
  });

  test("sends a dead letter again, and removes the others once their queue is named", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url);
    const before = (await service.call("GET", "/v1/queues/mail")).body.depth;
    await page.goto(`${service.url}/inboxes/mail?tab=dead`);
    await page.click(".table input[type=checkbox]");
    await page.click("text=Send 1 again");
    await page.click("dialog button.solid");
    await page.click("text=Remove all 1");
    expect(await page.isDisabled("dialog button.danger")).toBe(true);
    await page.fill("dialog input", "mail");
    await page.click("dialog button.danger");
    await page.waitForSelector("#content .empty");
    const { body } = await service.call("GET", "/v1/queues/mail");
    expect(body.depth).toMatchObject({ ready: before.ready + 1, deadLetters: 0 });
    await context.close();
  });

  test("has no buttons for who may only look", async () => {
    const { body: key } = await service.call("POST", "/v1/keys", { role: "viewer" });
    const context = await newContext(browser, DESK);
    const { page } = await Watched.open(context, service.url, [403]);
    await page.goto(`${service.url}/flows/night`);
    await page.fill("#access-key", `${key.accessKeyId}.${key.accessKeySecret}`);
    await page.press("#access-key", "Enter");
    await page.waitForSelector("#content h1");
    expect(await page.locator("main header button.solid").count()).toBe(0);
    expect(await page.locator('nav a[href="/keys"]').count()).toBe(0);
    await page.goto(`${service.url}/keys`);
    await page.waitForSelector('[role="alert"]');
    await context.close();
  });

  test("says what is gone", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url, [404]);
    await page.goto(`${service.url}/inboxes/nobody`);
    expect(await page.textContent('[role="alert"] h2')).toMatch(/does not exist/);
    await context.close();
  });

  test("keeps what it knows when the service is away, and says from when it is", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await Watched.open(context, service.url);
    await page.goto(`${service.url}/inboxes/gpu`);
    await page.waitForSelector(".tile");
    await context.setOffline(true);
    await page.waitForSelector('[role="status"].note');
    expect(await page.locator(".tile").count()).toBeGreaterThan(3);
    await context.close();
  });
});
