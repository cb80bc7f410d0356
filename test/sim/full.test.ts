import { afterEach, expect, vi } from "vitest";
import { NO_FAULTS, type Platform } from "../support/platform/platform.ts";
import { begin, eachSeed, end, FEW_SEEDS } from "./seeds.ts";
import { FAULTS, HOPELESS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const KIB = 1024;
const MINUTE_MS = 60_000;

let platform: Platform;
/** How often somebody was told that there is no room. */
let refusals = 0;
afterEach(end);

interface Problem {
  readonly code: string;
  readonly detail: string;
}

/** Sends until it is taken; after a refusal for want of room, which must say so, it waits for some minutes. */
async function send(method: string, path: string, body: unknown): Promise<void> {
  for (;;) {
    const answer = await platform.fetch<Problem>(method, path, body).catch(() => undefined);
    // What was started, and has ended since, is there already.
    if (answer && (answer.status < 300 || answer.status === 409)) return;
    expect(HOPELESS).not.toContain(answer?.status);
    if (answer?.status === 429) await beRefused(answer.body);
    else await rest(200);
  }
}

async function beRefused(problem: Problem): Promise<void> {
  expect(problem).toMatchObject({ code: "MemoryFull", detail: expect.stringContaining("memory") });
  refusals++;
  await rest(platform.random.between(1, 5) * MINUTE_MS);
}

const SENDERS = 3;
const SENT_EACH = 12;
const SENT = Array.from({ length: SENDERS * SENT_EACH }, (_, number) => `n${number}`);

/** Some send all there is, each in its order; objects die meanwhile. */
async function sendAll(all: readonly string[], one: (text: string) => Promise<void>): Promise<void> {
  let isOver = false;
  const sender = async (nth: number) => {
    for (const text of all.filter((_, number) => number % SENDERS === nth)) await one(text);
  };
  const sending = Promise.all(Array.from({ length: SENDERS }, (_, nth) => sender(nth)));
  void sending.catch(() => {}).then(() => (isOver = true));
  while (!isOver) {
    await rest(platform.random.between(1, 20) * MINUTE_MS);
    platform.kill(0.3);
  }
  await sending;
}

interface Received {
  readonly messages: readonly { readonly body: string }[];
}

async function drain(queue: string): Promise<string[]> {
  const path = `/v1/queues/${queue}/receive`;
  const { messages } = await insist<Received>(platform, "POST", path, { max: 100, leaseSeconds: 43_200 });
  return messages.length === 0 ? [] : [...messages.map(({ body }) => body), ...(await drain(queue))];
}

const ADDRESSES = ["one", "two", "three"];

eachSeed(
  "a topic whose addresses are down for long is full, says so, and loses nothing",
  FEW_SEEDS,
  async (seed) => {
    platform = begin(seed, FAULTS, 32 * KIB);
    refusals = 0;
    let isDown = true;
    const taken = new Map<string, Set<string>>();
    vi.stubGlobal("fetch", async (request: Request) => {
      const text = await request.text();
      if (isDown) return new Response(null, { status: 503 });
      taken.set(request.url, (taken.get(request.url) ?? new Set()).add(text));
      return new Response(null);
    });
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/queues/inbox", {});
      await insist(platform, "PUT", "/v1/topics/news", {});
      const subscribe = (name: string, endpoint: object) =>
        insist(platform, "PUT", `/v1/topics/news/subscriptions/${name}`, {
          endpoint,
          strategy: "exponential",
          format: "simplified",
        });
      await subscribe("inbox", { queue: "inbox" });
      for (const name of ADDRESSES) await subscribe(name, { url: `https://hooks.example/${name}` });
      setTimeout(() => (isDown = false), platform.random.between(10, 40) * MINUTE_MS);
      await sendAll(SENT, (body) => send("POST", "/v1/topics/news/publish", { body }));
    });
    platform.faults = NO_FAULTS;
    expect(refusals).toBeGreaterThan(0);
    const inbox = await tell(platform, async () => {
      await rest(30 * MINUTE_MS);
      expect(await insist(platform, "GET", "/v1/topics/news")).toMatchObject({ messages: 0 });
      return drain("inbox");
    });
    for (const texts of [inbox, ...ADDRESSES.map((name) => taken.get(`https://hooks.example/${name}`) ?? [])])
      expect(new Set(texts)).toEqual(new Set(SENT));
  },
);
