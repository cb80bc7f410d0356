import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Service } from "../e2e/service.ts";
import { DESK, LOOKS, Watched, signedIn, startBrowser } from "./browser.ts";
import { REQUESTS_MAX, objectRequestsOf } from "./object-requests.ts";

const EACH = `version: v1
type: flow
steps:
  - type: foreach
    name: each
    tolerance: { count: 9 }
    iterationMapping: { collection: $.items, item: item }
    steps:
      - type: choice
        name: check
        choices: [{ condition: "$.item.id == 77 || $.item.id == 99", goto: refuse }]
        default: { goto: done }
      - { type: fail, name: refuse, error: Odd, cause: nobody knows }
      - { type: pass, name: done }
`;
const ASKS = `version: v1
type: flow
steps:
  - type: task
    name: load
    resourceArn: acs:mns:::/queues/disks/messages
    pattern: waitForCallback
    serviceParams: { MessageBody: "'片段'" }
  - { type: pass, name: publish }
`;
/** 60 steps: parallels of three, four deep, among others in a row. */
function largeFlow(): string {
  const nested = (depth: number, at: string): object => ({
    type: depth === 0 ? "pass" : "parallel",
    name: `p${at}`,
    ...(depth > 0 && { branches: [0, 1, 2].map((n) => ({ steps: [nested(depth - 1, `${at}_${n}`)] })) }),
  });
  const row = Array.from({ length: 20 }, (_, index) => ({ type: "pass", name: `step${index}` }));
  return JSON.stringify({ version: "v1", type: "flow", steps: [...row, nested(3, "0")] });
}

let service: Service;
let browser: Browser;

async function start(flow: string, definition: string, name: string, items: number, more = {}) {
  await service.call("PUT", `/v1/flows/${flow}`, { definition });
  const list = Array.from({ length: items }, (_, id) =>
    items > 20_000 ? id : { id, file: `片段-${id}.mov` },
  );
  const input = { items: list, ...more };
  await service.call("POST", `/v1/flows/${flow}/executions?wait=60`, { name, input });
}

beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  await service.call("PUT", "/v1/queues/gpu", {});
  const waits = EACH.replace(
    /steps:\n {6}- type: choice[^]*$/,
    `steps: [{type: task, name: work, resourceArn: "acs:mns:::/queues/gpu/messages", pattern: waitForCallback, serviceParams: {MessageBody: $.item}}]\n`,
  );
  await start("some", EACH, "small", 120, { token: "hidden-from-view", note: "x".repeat(1_000_000) });
  await start("some", EACH, "many", 10_000);
  await service.call("PUT", "/v1/flows/open", { definition: waits });
  const items = Array.from({ length: 100_000 }, (_, id) => id);
  await service.call("POST", "/v1/flows/open/executions", { name: "huge", input: { items } });
  await start("large", largeFlow(), "run", 0);
}, 120_000);

afterAll(async () => {
  await Promise.all([browser?.close(), service?.stop()]);
});

async function opened(context: BrowserContext, path: string, sign = "#content h1") {
  const watched = await Watched.open(context, service.url);
  const { page } = watched;
  await page.goto(service.url + path);
  await page.waitForSelector(sign);
  await page.waitForFunction(() => document.querySelector(".skeleton") === null);
  return watched;
}

/** Pages, and something that is there once all of it is. */
const PAGES = [
  ["an execution", "/executions/some/small", ".lane"],
  ["its timeline", "/executions/some/small?tab=timeline&by=step", ".lane"],
  ["its items", "/executions/some/small?tab=items&status=Failed", "td .state"],
  ["its events", "/executions/some/small?tab=events", ".event"],
  ["a step of it", "/executions/some/small?step=each", ".panel"],
  ["an item", "/executions/some/small/items/each/77", ".conditions, .mappings"],
] as const;

/** Pages of all looks are many: these two differ in everything. */
describe.each(LOOKS.slice(0, 2))("in $language, $scheme, $width pixels wide", (look) => {
  test("the pages of an execution are whole, in their language, and for everybody", async () => {
    const context = await signedIn(browser, service, look);
    for (const [, path] of PAGES) {
      const watched = await opened(context, path);
      watched.wrong.push(...(await watched.violations()));
      if ((await watched.overflow()) > 0) watched.wrong.push(`${await watched.overflow()} pixels too wide`);
      expect([path, ...watched.wrong]).toEqual([path]);
      await watched.page.close();
    }
    await context.close();
  });
});

describe("budgets", () => {
  const NODES_MAX = 1200;
  const SNAPSHOT_BYTES_MAX = 5 * 1024;

  test.each([
    ["of 10,000 items", "/executions/some/many", 10_000],
    ["of 100,000 items", "/executions/open/huge", 100_000],
    ["of 60 steps", "/executions/large/run", 0],
  ])("the page of an execution %s is no larger than that of any other", async (_, path, items) => {
    const context = await signedIn(browser, service, DESK);
    const { page, wrong } = await opened(context, path, ".node");
    expect(await page.evaluate(() => document.querySelectorAll("*").length)).toBeLessThanOrEqual(NODES_MAX);
    const snapshot = await page.evaluate(
      async (address) => (await fetch(address)).text(),
      `${apiOf(path)}/snapshot`,
    );
    expect(gzipSync(snapshot).length).toBeLessThanOrEqual(SNAPSHOT_BYTES_MAX);
    if (items > 0) expect(await page.textContent('[data-tab="items"] .count')).toBe(items.toLocaleString());
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("no page asks more than twenty objects when it is opened", async () => {
    const context = await signedIn(browser, service, DESK);
    const open = async (path: string, sign: string) => {
      const { page } = await opened(context, path, sign);
      await page.waitForLoadState("networkidle");
      await page.close();
    };
    const tooMany: [string, number][] = [];
    for (const [name, path, sign] of PAGES) {
      const cost = await objectRequestsOf(service, () => open(path, sign));
      if (cost > REQUESTS_MAX) tooMany.push([name, cost]);
    }
    expect(tooMany).toEqual([]);
    await context.close();
  });

  // Last: what many things have to tell goes on for a while, and would be counted above.
  test("no list is larger than a page may be, of however many things", async () => {
    const names = Array.from({ length: 60 }, (_, nth) => `listed-${String(nth).padStart(3, "0")}`);
    const definition =
      "version: v1\ntype: flow\nsteps: [{type: fail, name: check, error: NoRoom, cause: nothing left}]\n";
    await Promise.all(
      names.map(async (name) => {
        await service.call("PUT", `/v1/queues/${name}`, {});
        await service.call("PUT", `/v1/flows/${name}`, { definition });
        await service.call("PUT", `/v1/flows/${name}/schedules/nightly`, { cron: "30 2 * * *" });
        await service.call("POST", `/v1/flows/${name}/schedules/nightly/run`, {});
      }),
    );
    await service.call("POST", "/v1/board/rebuild");
    const context = await signedIn(browser, service, DESK);
    const tooLarge: [string, number][] = [];
    for (const path of ["/", "/executions", "/flows", "/inboxes", "/schedules"]) {
      const { page } = await opened(context, path, path === "/" ? ".need" : "tbody tr");
      const size = await page.evaluate(() => document.querySelectorAll("*").length);
      if (size > NODES_MAX) tooLarge.push([path, size]);
      await page.close();
    }
    expect(tooLarge).toEqual([]);
    await context.close();
  });
});

/** As the worker that has the task. */
async function report(how: "succeed" | "fail", said: object): Promise<void> {
  const { body } = await service.call("POST", "/v1/queues/disks/receive", { waitSeconds: 20 });
  const [{ task, receipt }] = body.messages;
  await service.call("POST", `/v1/tasks/${how}`, { token: task.token, ...said });
  await service.call("POST", "/v1/queues/disks/delete", { receipts: [receipt] });
}

function apiOf(path: string): string {
  const [, , flow, name] = path.split("/");
  return `/v1/flows/${flow}/executions/${name}`;
}

describe("an execution in depth", () => {
  test("the failed item is found from the items, and the next one by a key", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page, wrong } = await opened(context, "/executions/some/small");
    await page.click('[data-tab="items"]');
    await page.selectOption(".chip select", "Failed");
    await page.click("tbody >> tr:has-text('片段-77.mov') >> a");
    await page.waitForSelector("main h1 >> text=77");
    await page.waitForSelector(".panel >> text=nobody knows");
    await page.keyboard.press("]");
    await page.waitForSelector("main h1 >> text=99");
    await page.keyboard.press("[");
    await page.waitForSelector("main h1 >> text=77");
    await page.click('.node >> text="check"');
    expect(await page.textContent(".conditions")).toContain("$.item.id = 77");
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("what failed is retried, once its plan was read, and goes on before whoever looks", async () => {
    await service.call("PUT", "/v1/queues/disks", {});
    await service.call("PUT", "/v1/flows/asks", { definition: ASKS });
    await service.call("POST", "/v1/flows/asks/executions", { name: "night", input: {} });
    await report("fail", { error: "DiskFull", cause: "no room" });
    await service.call("GET", "/v1/flows/asks/executions/night?wait=20");
    const context = await signedIn(browser, service, DESK);
    const { page, wrong } = await opened(context, "/executions/asks/night", ".band >> text=DiskFull");
    await page.click("main header button.solid");
    await page.waitForSelector("dialog >> text=1 task runs, then publish");
    await page.fill("dialog input", "the disk has room");
    await page.click("dialog button.solid");
    await page.waitForSelector("main header .state >> text=Running");
    expect(await page.locator(".band").count()).toBe(0);
    await report("succeed", { output: {} });
    await page.waitForSelector("main header .state >> text=Succeeded");
    expect(await page.textContent(".retried")).toContain("Retried once");
    expect(wrong).toEqual([]);
    await context.close();
  });

  test("an item is found by what is in it", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await opened(context, "/executions/some/many?tab=items&has=片段-9876.mov", "tbody tr");
    expect(await page.locator("tbody tr").count()).toBe(1);
    expect(await page.textContent("tbody tr td")).toBe("9876");
    await context.close();
  });

  test("a stretch of the timeline is looked at closer, and the address is a link to it", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await opened(context, "/executions/some/many?tab=timeline&by=step", ".lane");
    const box = await page.locator(".lane-over").boundingBox();
    if (!box) throw new Error("there is no timeline");
    await page.mouse.move(box.x + box.width * 0.25, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 12);
    await page.mouse.up();
    await page.waitForURL(/from=\d+&to=\d+/);
    await page.click("text=The whole time");
    await page.waitForURL((url) => !url.searchParams.has("from"));
    await context.close();
  });

  test("what is secret is covered, and the same input starts it again, however large it is", async () => {
    const context = await signedIn(browser, service, DESK);
    const { page } = await opened(context, "/executions/some/small?tab=data");
    await page.click(".value >> text=Load all of it");
    await page.waitForSelector(".tree >> text=••••");
    expect(await page.textContent(".tree")).not.toContain("hidden-from-view");
    await page.click("main header button.solid");
    await page.waitForSelector("dialog .cm-content >> text=items");
    await page.fill("dialog input", "again");
    await page.click("dialog button.solid");
    await page.waitForSelector('.toast a[href="/executions/some/again"]');
    const again = await service.call("GET", "/v1/flows/some/executions/again/value?ref=input");
    expect(again.body).toMatchObject({ token: "hidden-from-view", note: "x".repeat(1_000_000) });
    await context.close();
  });
});
