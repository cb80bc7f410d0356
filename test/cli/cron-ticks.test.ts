import { once } from "node:events";
import { type ServerResponse, createServer } from "node:http";
import { afterEach, expect, test, vi } from "vitest";
import { startCronTicks, tickByMiniflare } from "../../src/cli/local/cron-ticks.ts";

afterEach(() => vi.useRealTimers());

test("ticks that are stopped while one is under way plan no other, so that the runner can end", async () => {
  let answered: ServerResponse | undefined;
  const server = createServer((_, response) => {
    answered = response;
    server.emit("asked");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  // One second before a full minute: more would also run out the time that the call has to connect.
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "Date"],
    now: Date.parse("2026-01-01T00:00:59Z"),
  });
  const planned = vi.spyOn(globalThis, "setTimeout");
  const ticks = startCronTicks((time) => tickByMiniflare(`http://127.0.0.1:${port}`, time));
  const asked = once(server, "asked");
  vi.advanceTimersByTime(1000);
  await asked;
  ticks.stop();
  planned.mockClear();
  answered?.setHeader("connection", "close").end();
  if (answered) await once(answered, "close");
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  expect(planned.mock.calls.filter(([, delay]) => (delay ?? 0) > 1000)).toEqual([]);
  server.close();
});
