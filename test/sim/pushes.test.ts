import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PUSH_BACKOFF_MS, PUSH_BACKOFF_RETRIES } from "../../src/core/limits.ts";
import type { Platform } from "../support/platform/platform.ts";
import { begin, end } from "./seeds.ts";
import { insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

/** What an address was sent, and when; it answers with what the test says, and with 500 after that. */
const calls: { at: number; url: string; body: string; headers: Headers }[] = [];
const answers: number[] = [];

let platform: Platform;
beforeEach(() => {
  platform = begin(1);
  calls.length = 0;
  answers.length = 0;
  vi.stubGlobal("fetch", async (request: Request) => {
    calls.push({ at: Date.now(), url: request.url, body: await request.text(), headers: request.headers });
    return new Response(null, { status: answers.shift() ?? 500 });
  });
});
afterEach(end);

function publish(strategy: "backoff" | "exponential", minutes: number): Promise<unknown> {
  return tell(platform, async () => {
    await insist(platform, "PUT", "/v1/topics/news", {});
    const subscription = { endpoint: { url: "https://hooks.example/x" }, strategy, format: "simplified" };
    await insist(platform, "PUT", "/v1/topics/news/subscriptions/web", subscription);
    await insist(platform, "POST", "/v1/topics/news/publish", { body: "it rains" });
    await rest(minutes * 60_000);
    return insist(platform, "GET", "/v1/topics/news");
  });
}

test("an address that takes nothing is tried a few times, and then left alone; the log tells", async () => {
  expect(await publish("backoff", 10)).toMatchObject({ messages: 0 });
  expect(calls.map(({ url, body }) => [url, body])).toEqual(
    Array.from({ length: 1 + PUSH_BACKOFF_RETRIES }, () => ["https://hooks.example/x", "it rains"]),
  );
  const pauses = calls.slice(1).map(({ at }, nth) => at - (calls[nth]?.at ?? 0));
  for (const pause of pauses) {
    expect(pause).toBeGreaterThanOrEqual(PUSH_BACKOFF_MS);
    expect(pause).toBeLessThan(2 * PUSH_BACKOFF_MS + 1000);
  }
  const dropped = { event: "notificationDropped", topic: "news", subscription: "web" };
  const entries = platform.logged.map((line): unknown => JSON.parse(line));
  expect(entries).toContainEqual(expect.objectContaining(dropped));
});

test("what an address did not take is a dead letter, which is sent again under its name, or removed", async () => {
  await publish("backoff", 10);
  const dead = "/v1/topics/news/subscriptions/web/dead";
  const [letter] = await tell(platform, async () => {
    const { items } = await insist<{ items: { id: string; message: string }[] }>(platform, "GET", dead);
    return items;
  });
  expect(letter).toMatchObject({
    body: "it rains",
    reason: "givenUp",
    detail: "it answered with status 500",
    publishedAt: expect.any(String),
    diedAt: expect.any(String),
  });
  answers.push(200);
  await tell(platform, async () => {
    const ids = [letter?.id, "123"];
    const reason = "the address is right now";
    expect(await insist(platform, "POST", `${dead}/redrive`, { ids, reason })).toEqual({ count: 1, left: 0 });
    await rest(60_000);
    expect(await insist(platform, "GET", "/v1/topics/news/subscriptions/web")).toMatchObject({
      messages: 0,
      deadLetters: 0,
    });
    const { items } = await insist<{ items: object[] }>(platform, "GET", "/v1/audit");
    const action = "POST /v1/topics/{topic}/subscriptions/{subscription}/dead/redrive";
    expect(items).toContainEqual(expect.objectContaining({ action, reason }));
  });
  expect(new Set(calls.map(({ headers }) => headers.get("webhook-id"))).size).toBe(1);
  expect(calls).toHaveLength(2 + PUSH_BACKOFF_RETRIES);

  await publish("backoff", 10);
  await tell(platform, async () => {
    expect(await insist(platform, "POST", `${dead}/purge`, { all: true })).toEqual({ count: 1, left: 0 });
    expect(await insist(platform, "GET", dead)).toEqual({ items: [] });
  });
});

test("with the other strategy it is tried for hours, and each try can be told to be ours and the same", async () => {
  answers.push(500, 302, 404, 503, 200);
  expect(await publish("exponential", 10)).toMatchObject({ messages: 0 });
  expect(calls).toHaveLength(5);
  expect(new Set(calls.map(({ headers }) => headers.get("webhook-id"))).size).toBe(1);
  for (const { headers } of calls) expect(headers.get("webhook-signature")).toMatch(/^v1,/);

  calls.length = 0;
  expect(await publish("exponential", 9 * 60)).toMatchObject({ messages: 1 });
  expect(calls.length).toBeGreaterThan(60);
});
