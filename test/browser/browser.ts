import { readFileSync } from "node:fs";
import axe from "axe-core";
import { type Browser, type BrowserContext, type Page, chromium } from "playwright-core";
import { findBrowser } from "../../src/cli/browser.ts";
import type { Service } from "../e2e/service.ts";

/** Root has no sandbox, and nothing here needs a graphics card or anything from elsewhere. */
const FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];

/** How somebody looks at the console. */
export interface Look {
  readonly language: "en" | "zh";
  readonly scheme: "light" | "dark";
  readonly width: number;
}

export const DESK: Look = { language: "en", scheme: "light", width: 1480 };
export const LOOKS: readonly Look[] = [
  DESK,
  { language: "zh", scheme: "dark", width: 390 },
  { language: "en", scheme: "dark", width: 768 },
  { language: "zh", scheme: "light", width: 390 },
];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser() ?? "chromium", args: FLAGS });
}

export function newContext(
  browser: Browser,
  { language, scheme, width }: Look,
  timezoneId = "Asia/Shanghai",
): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width, height: width < 720 ? 844 : 920 },
    colorScheme: scheme,
    locale: language === "zh" ? "zh-CN" : "en-GB",
    timezoneId,
    permissions: ["clipboard-read", "clipboard-write"],
  });
}

/** `id.secret` of the service's first key, as somebody pastes it. */
export function keyOf({ credentialsFile }: Service): string {
  const { accessKeyId, accessKeySecret } = JSON.parse(readFileSync(credentialsFile, "utf8"));
  return `${accessKeyId}.${accessKeySecret}`;
}

/** A browser of somebody who has signed in before. */
export async function signedIn(
  browser: Browser,
  service: Service,
  look: Look,
  timezoneId?: string,
): Promise<BrowserContext> {
  const context = await newContext(browser, look, timezoneId);
  const answer = await context.request.post(`${service.url}/v1/session`, {
    data: { accessKey: keyOf(service) },
    headers: { origin: service.url },
  });
  if (!answer.ok()) throw new Error(await answer.text());
  return context;
}

/** Puts a text in place of all that an editor holds, as a person does: from the clipboard. */
export async function paste(page: Page, editor: string, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.focus(editor);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+v");
}

/** A page that keeps what must not happen: errors, broken policies, requests to anywhere else. */
export class Watched {
  readonly page: Page;
  readonly wrong: string[] = [];
  /** Answers that the page is to expect: the browser calls each of them an error. */
  private readonly expected: readonly number[];

  private constructor(page: Page, origin: string, expected: readonly number[]) {
    this.page = page;
    this.expected = expected;
    page.on("pageerror", (error) => this.wrong.push(String(error)));
    page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !this.isExpected(text)) this.wrong.push(text);
    });
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(origin) && !url.startsWith(origin.replace("http", "ws"))) this.wrong.push(url);
    });
  }

  static async open(context: BrowserContext, origin: string, expected: readonly number[] = []) {
    return new Watched(await context.newPage(), origin, expected);
  }

  private isExpected(text: string): boolean {
    return this.expected.some((status) => text.includes(`status of ${status}`));
  }

  /** What axe finds against WCAG 2.1 AA. */
  async violations(): Promise<string[]> {
    // In a world of its own: the page's policy would not let it in.
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      // oxlint-disable-next-line typescript/no-explicit-any -- axe puts itself there
      const { violations } = await (globalThis as any).axe.run({
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"],
      });
      return violations.map(
        // oxlint-disable-next-line typescript/no-explicit-any -- axe's own shape
        (one: any) => `${one.id}: ${one.nodes.map((node: any) => node.html.slice(0, 160)).join(" | ")}`,
      );
    });
    return found as string[];
  }

  /** By how many pixels the page is wider than its window. */
  overflow(): Promise<number> {
    return this.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  }
}
