import { afterEach, expect } from "vitest";
import { NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { SEEDS, begin, eachSeed, end } from "./seeds.ts";
import { FAULTS, insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

const MESSAGES = 16;
const QUEUES = ["one", "two"];
/** Its subscription gives up after a few tries. */
const IMPATIENT = "impatient";
const DEAD = `/v1/topics/news/subscriptions/${IMPATIENT}/dead`;

let platform: Platform;
afterEach(end);

interface Envelope {
  readonly Message: string;
  readonly MessageId: string;
}

/** All that lies in a queue. */
async function drain(queue: string): Promise<Envelope[]> {
  const all: Envelope[] = [];
  for (;;) {
    const { messages } = await insist<{ messages: { body: string }[] }>(
      platform,
      "POST",
      `/v1/queues/${queue}/receive`,
      { max: 100, leaseSeconds: 43_200 },
    );
    if (messages.length === 0) return all;
    all.push(...messages.map(({ body }) => JSON.parse(body) as Envelope));
  }
}

async function deadLetters(): Promise<{ message: string }[]> {
  const { items } = await insist<{ items: { message: string }[] }>(platform, "GET", DEAD);
  return items;
}

eachSeed(
  "what was published comes to every queue, and each publication once, or is a dead letter, whatever is killed or lost",
  SEEDS,
  async (seed) => {
    platform = begin(seed, FAULTS);
    const ids: string[] = [];
    await tell(platform, async () => {
      await insist(platform, "PUT", "/v1/topics/news", {});
      for (const queue of QUEUES) {
        await insist(platform, "PUT", `/v1/queues/${queue}`, {});
        // For a day: what is lost on its way must come again, whatever the dice say.
        const subscription = { endpoint: { queue }, strategy: "exponential" };
        await insist(platform, "PUT", `/v1/topics/news/subscriptions/${queue}`, subscription);
      }
      const subscription = { endpoint: { queue: IMPATIENT } };
      await insist(platform, "PUT", `/v1/topics/news/subscriptions/${IMPATIENT}`, subscription);
      for (let number = 0; number < MESSAGES; number++) {
        const { id } = await insist<{ id: string }>(platform, "POST", "/v1/topics/news/publish", {
          body: String(number),
        });
        ids.push(id);
        if (number === MESSAGES / 2) await insist(platform, "PUT", `/v1/queues/${IMPATIENT}`, {});
        await rest(platform.random.between(0, 30_000));
        platform.kill(0.2);
      }
    });
    platform.faults = NO_FAULTS;
    const received = await tell(platform, async () => {
      // A topic whose alarm was lost is healed by whoever looks at it.
      for (let look = 0; look < 5; look++) {
        await rest(60_000);
        await insist(platform, "GET", "/v1/topics/news");
      }
      expect(await insist(platform, "GET", "/v1/topics/news")).toMatchObject({ messages: 0 });
      const letters = await deadLetters();
      const got = await drain(IMPATIENT);
      const known = [...letters.map(({ message }) => message), ...got.map(({ MessageId }) => MessageId)];
      expect(known).toEqual(expect.arrayContaining(ids));
      await insist(platform, "POST", `${DEAD}/redrive`, { all: true });
      await rest(60_000);
      expect(await deadLetters()).toEqual([]);
      return [...(await Promise.all(QUEUES.map(drain))), [...got, ...(await drain(IMPATIENT))]];
    });
    for (const envelopes of received) {
      const got = envelopes.map(({ MessageId }) => MessageId);
      // A publisher that was not answered asked again: then there are two publications of one text.
      expect(new Set(got).size).toBe(got.length);
      expect(got).toEqual(expect.arrayContaining(ids));
      expect(new Set(envelopes.map(({ Message }) => Number(Message))).size).toBe(MESSAGES);
    }
    const [first, ...others] = received.map((got) => got.map(({ MessageId }) => MessageId).toSorted());
    for (const other of others) expect(other).toEqual(first);
  },
);
