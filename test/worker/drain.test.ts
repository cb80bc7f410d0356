import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { Connection } from "../../src/worker/connection.ts";
import { AnyService } from "../../src/worker/older-service.ts";
import { Runner } from "../../src/worker/runner.ts";
import { SECRET } from "./doors.ts";
import { FakeService } from "./fake-service.ts";

/** `DRAIN_ROUNDS=1000` takes a minute more. */
const ROUNDS = Number(process.env.DRAIN_ROUNDS ?? 200);
const MANNER = {
  queues: [{ queue: "nightly", slots: 2 }],
  batch: 1,
  leaseSeconds: 60,
  beatOnProgress: false,
  strict: false,
  tasksMax: undefined,
  onceWaitSeconds: undefined,
  untilEmpty: false,
  graceSeconds: undefined,
  worker: "north",
  version: "1.0.0",
};

function runnerAt(url: string, session: string, isUntilEmpty = false) {
  const connection = new Connection({
    credentials: { url, key: SECRET },
    ca: undefined,
    env: {},
    version: "1.0.0",
    look: () => {},
  });
  const service = new AnyService(connection);
  const doer = { do: async () => ({ kind: "success", output: {} }) as const };
  const manner = { ...MANNER, session, untilEmpty: isUntilEmpty, takesOver: undefined };
  return { runner: new Runner(manner, { service, doer, log: () => {} }), service };
}

/** In which order a message comes and the runner is told to end, and whether a turn lies between. */
const ORDERS: readonly ((send: () => void, drain: () => void) => Promise<void> | void)[] = [
  (send, drain) => (send(), drain()),
  (send, drain) => (drain(), send()),
  async (send, drain) => (send(), await turn(), drain()),
  async (send, drain) => (drain(), await turn(), send()),
];

test("a message that comes while a runner ends is done, or is there for the next one at once", async () => {
  const fake = new FakeService();
  const url = await fake.start();
  for (let round = 0; round < ROUNDS; round++) {
    const { runner, service } = runnerAt(url, `session-${round}`);
    const calls = fake.calls.length;
    const ended = runner.run();
    await fake.until(() => fake.calls.length > calls);
    const send = () => void fake.send({ round });
    await ORDERS[round % ORDERS.length]?.(send, () => runner.drain());
    await ended;
    service.close();
    expect(fake.heldNow).toBe(0);
  }
  const { runner, service } = runnerAt(url, "session-last", true);
  await runner.run();
  service.close();
  fake.stop();
  expect(fake.reports).toHaveLength(ROUNDS);
  expect(new Set(fake.reports.map(({ token }) => token)).size).toBe(ROUNDS);
  expect(fake.released.filter(({ delaySeconds }) => delaySeconds !== undefined)).toEqual([]);
});
