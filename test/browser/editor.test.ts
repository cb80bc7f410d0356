import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Service } from "../e2e/service.ts";
import { DESK, Watched, paste, signedIn, startBrowser } from "./browser.ts";

const FLOW = `version: v1
type: flow
steps:
  - { type: pass, name: first }
  - type: choice
    name: isLarge
    choices:
      - { condition: "$.count > 10", goto: last }
  - { type: pass, name: last }
`;

let service: Service;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [service, browser] = await Promise.all([Service.start(), startBrowser()]);
  context = await signedIn(browser, service, DESK);
});

afterAll(async () => {
  await Promise.all([browser?.close(), service?.stop()]);
});

/** A flow of this name, open in the editor. */
async function edited(name: string): Promise<Watched> {
  await service.call("PUT", `/v1/flows/${name}`, { definition: FLOW });
  const watched = await Watched.open(context, service.url);
  await watched.page.goto(`${service.url}/flows/${name}/edit`);
  await watched.page.waitForSelector('.verdict:has-text("Nothing is wrong")');
  return watched;
}

const text = async (page: Page) => (await page.locator(".cm-line").allTextContents()).join("\n");
const write = (page: Page, definition: string) => paste(page, ".cm-content", definition);

describe("the editor", () => {
  test("tells what is wrong at its place, in the graph and in words, and mends it", async () => {
    const watched = await edited("mended");
    const { page } = watched;
    await write(page, FLOW.replace("goto: last", "goto: lasst"));
    await page.waitForSelector('.problem:has-text("UnknownGotoTarget")');
    await page.waitForSelector(".cm-lintRange-error");
    expect(await page.locator(".node-bad .node-name").allTextContents()).toEqual(["isLarge"]);
    expect(await page.isDisabled("main header button.solid")).toBe(true);
    expect(await watched.violations()).toEqual([]);
    await page.click('.problem >> text="Write last"');
    await page.waitForSelector('.verdict:has-text("Nothing is wrong")');
    expect(await text(page)).toBe(FLOW);
    expect(watched.wrong).toEqual([]);
    await page.close();
  });

  test("marks the step around the caret, and puts the caret at the step that is chosen", async () => {
    const { page } = await edited("marked");
    await page.click('.node-head:has-text("last")');
    await page.waitForSelector('.cm-activeLine:has-text("name: last")');
    await page.click('.cm-line:has-text("name: first")');
    await page.waitForSelector('.node.is-chosen:has-text("first")');
    await page.close();
  });

  test("keeps a draft over a reload, stores it, and starts it", async () => {
    const { page } = await edited("kept");
    await write(page, FLOW.replace("name: first", "name: begin"));
    await page.waitForSelector('header >> text="Draft kept in this browser,"');
    await page.reload();
    await page.waitForSelector('.cm-line:has-text("name: begin")');
    await page.waitForSelector('.segment >> text="Difference to v1"');
    await page.click('.segment >> text="Difference to v1"');
    await page.waitForSelector('.diff-added:has-text("begin")');
    await page.click('header >> text="Try with last input"');
    await paste(page, "dialog .cm-content", '{ "count": 3 }');
    await page.click('dialog >> text="Store and start"');
    await page.waitForSelector(".toast a");
    const { body } = await service.call("GET", "/v1/flows/kept");
    expect([body.version, body.definition.includes("begin")]).toEqual([2, true]);
    await page.waitForSelector('header >> text="As stored, v2"');
    await page.close();
  });

  test("stores nothing over what somebody else stored meanwhile", async () => {
    const { page } = await edited("moved");
    await write(page, FLOW.replace("name: first", "name: mine"));
    await page.waitForSelector('header >> text="Draft kept in this browser,"');
    await service.call("PUT", "/v1/flows/moved", { definition: FLOW.replace("name: first", "name: theirs") });
    await page.click("main header button.solid");
    await page.click("dialog button.solid");
    await page.waitForSelector('dialog:has-text("is at version 2")');
    await page.click('dialog >> text="Cancel"');
    await page.reload();
    await page.waitForSelector(".moved-note");
    expect(await page.isDisabled("main header button.solid")).toBe(true);
    await page.click('.moved-note >> text="Go on from v2 with my draft"');
    await page.click("main header button.solid:not([disabled])");
    await page.click("dialog button.solid");
    await page.waitForSelector('.toast:has-text("v3")');
    const { body } = await service.call("GET", "/v1/flows/moved");
    expect(body.definition).toContain("mine");
    await page.close();
  });

  test("makes a new flow of an example", async () => {
    const watched = await Watched.open(context, service.url);
    const { page } = watched;
    await page.goto(`${service.url}/flows/new`);
    await page.click('.segment >> text="Examples"');
    await page.click('.example-names >> text="order-saga"');
    await page.waitForSelector(".example .code:has-text('steps:')");
    await page.click('text="Put it in the editor"');
    await page.click("main header button.solid:not([disabled])");
    await page.fill("dialog input >> nth=0", "saga");
    await page.click("dialog button.solid");
    await page.waitForURL("**/flows/saga");
    expect(watched.wrong).toEqual([]);
    await page.close();
  });

  test("is left with the keyboard alone: Escape, then Tab", async () => {
    const { page } = await edited("keys");
    await page.focus(".cm-content");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.shadowRoot !== null)).toBe(true);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.shadowRoot ?? null)).toBeNull();
    await page.close();
  });
});
