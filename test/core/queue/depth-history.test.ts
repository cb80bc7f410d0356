import { describe, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../../src/core/time.ts";
import { DEPTH_DAYS_KEPT } from "../../../src/core/view-limits.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun } from "../../support/queue-run.ts";

const MINUTE = 60;
const TEN_MINUTES = 10 * MINUTE;

function newRun() {
  const store = new MemoryQueueStore();
  return { run: new QueueRun(store), store };
}

/** Points of the last minutes. */
function points(run: QueueRun, minutes: number) {
  return run.machine.depthBetween(run.now - minutes * MINUTE_MS, run.now, run.now)?.points;
}

function work(run: QueueRun, n: number): void {
  run.remove(...run.receive(n).map(({ receipt }) => receipt));
}

function depthRows(store: MemoryQueueStore): number {
  return Object.keys(store.texts()).filter((place) => place.startsWith("depths")).length;
}

describe("how full a queue was", () => {
  test("is told by the minute: the most of it, how long the next had waited, what came and what was taken away", () => {
    const { run } = newRun();
    run.pass(MINUTE);
    run.send("a", "b", "c");
    run.pass(MINUTE);
    work(run, 1);
    run.pass(2 * MINUTE);
    work(run, 2);
    expect(points(run, 3)).toEqual([
      [3, 0, 0, 3, 0],
      [3, 1, MINUTE_MS, 0, 1],
      [2, 0, 0, 0, 0],
      [2, 2, 3 * MINUTE_MS, 0, 2],
    ]);
  });

  test("is the same after a restart, at every moment", () => {
    const { run } = newRun();
    for (let minute = 0; minute < 45; minute++) {
      if (minute % 7 < 4) run.send(`job ${minute}`, "another");
      if (minute % 3 === 0) work(run, 2);
      run.pass(MINUTE);
      const before = points(run, 60);
      run.restart();
      expect(points(run, 60)).toEqual(before);
    }
    expect(points(run, 60)?.reduce((sum, [, , , sent]) => sum + sent, 0)).toBe(54);
  });

  test("is the same after a restart that begins with a checkpoint in the middle of it", () => {
    const { run } = newRun();
    for (let nth = 0; nth < 600; nth++) {
      run.send(`job ${nth}`);
      if (nth % 2 === 0) work(run, 1);
      if (nth % 50 === 0) run.pass(MINUTE);
    }
    const before = points(run, 60);
    run.restart();
    expect(points(run, 60)).toEqual(before);
    expect(before?.reduce((sum, [, , , sent]) => sum + sent, 0)).toBe(600);
  });

  test("is told by tens of minutes for more than three hours, and stands as it was while nothing happens", () => {
    const { run } = newRun();
    run.send("a", "b");
    run.pass(6 * TEN_MINUTES * 4);
    work(run, 1);
    const view = run.machine.depthBetween(run.now - 5 * 6 * 10 * MINUTE_MS, run.now, run.now);
    expect(view?.stepMs).toBe(10 * MINUTE_MS);
    expect(view?.points).toHaveLength(31);
    expect(view?.points.map(([ready]) => ready).filter((ready) => ready === 2)).toHaveLength(25);
    expect(view?.points.at(-1)).toEqual([2, 1, 4 * 60 * MINUTE_MS, 0, 1]);
  });

  test("shows what time alone did, as a lease that is over, from the moment somebody looks", () => {
    const { run } = newRun();
    run.send("a");
    run.receive(1, 30);
    run.pass(5 * MINUTE);
    expect(points(run, 2)?.at(-1)).toEqual([1, 1, 5 * MINUTE_MS, 0, 0]);
    run.pass(MINUTE);
    run.do({ type: "tick" });
    run.pass(MINUTE);
    expect(points(run, 0)).toEqual([[1, 0, 7 * MINUTE_MS, 0, 0]]);
  });

  test("costs a row each ten minutes at the most, and none while nothing happens", () => {
    const { run, store } = newRun();
    let writes = 0;
    const write = store.writeDepth.bind(store);
    store.writeDepth = (day, text) => {
      writes++;
      write(day, text);
    };
    for (let minute = 0; minute < 60; minute++) {
      run.send("job");
      work(run, 1);
      run.pass(MINUTE);
      if (minute % 13 === 0) run.restart();
    }
    run.pass(TEN_MINUTES);
    run.do({ type: "tick" });
    const soFar = writes;
    expect(soFar).toBeLessThanOrEqual(8);
    run.pass(DAY_MS / 2000);
    run.do({ type: "tick" });
    expect(writes).toBe(soFar);
  });

  test("is forgotten after a week, and with the queue", () => {
    const { run, store } = newRun();
    for (let day = 0; day < DEPTH_DAYS_KEPT + 4; day++) {
      run.send("job");
      work(run, 1);
      run.pass(DAY_MS / 1000);
    }
    expect(depthRows(store)).toBeLessThanOrEqual(DEPTH_DAYS_KEPT + 1);
    run.do({ type: "deleteQueue" });
    expect(depthRows(store)).toBe(0);
    run.do({ type: "putQueue", attributes: {} });
    expect(
      points(run, 60)
        ?.flat()
        .every((n) => n === 0),
    ).toBe(true);
  });
});
