import { describe, expect, test } from "vitest";
import { whereabouts } from "../../../src/queries/queue-view.ts";
import { MemoryQueueStore } from "../../support/memory-queue-store.ts";
import { QueueRun, task } from "../../support/queue-run.ts";

function newRun(): QueueRun {
  return new QueueRun(new MemoryQueueStore());
}

function send(run: QueueRun, ...messages: { body: string; worker?: string; priority?: number }[]) {
  run.do({ type: "sendMessages", messages });
}

describe("messages for a worker by name", () => {
  test("go to that worker and nobody else, also after a restart; those without a name to everybody", () => {
    const run = newRun();
    const names = Array.from({ length: 8 }, (_, n) => `w${n}`);
    send(run, ...names.map((worker) => ({ body: `for ${worker}`, worker })), { body: "for all" });
    run.restart();
    expect(run.counts()).toMatchObject({ ready: 9, readyForNamed: 8 });
    expect(run.bodies()).toEqual(["for all"]);
    for (const worker of names.slice(1)) expect(run.bodiesOf(worker)).toEqual([`for ${worker}`]);
    expect(run.bodiesOf("nobody")).toEqual([]);
    expect(run.counts()).toMatchObject({ ready: 1, readyForNamed: 1 });
  });

  test("stand in one order with those for everybody: by priority, then the older first", () => {
    const run = newRun();
    send(
      run,
      { body: "a" },
      { body: "b", worker: "w" },
      { body: "c" },
      { body: "urgent", worker: "w", priority: 1 },
      { body: "d", worker: "w" },
      { body: "first", priority: 1 },
    );
    expect(run.bodiesOf("w", 4)).toEqual(["urgent", "first", "a", "b"]);
    expect(run.machine.peek(9, run.now)).toMatchObject([{ body: "c" }]);
    expect(run.bodiesOf("w")).toEqual(["c", "d"]);
  });

  test("reach a waiting worker at once, past others that wait", () => {
    const run = newRun();
    const west = run.poll(1, "west");
    const [east, anybody] = [run.poll(1, "east"), run.poll()];
    send(run, { body: "x", worker: "west" });
    expect(west.received).toMatchObject([[{ body: "x" }]]);
    expect([east.received, anybody.received]).toEqual([[], []]);
    send(run, { body: "y" });
    expect(anybody.received).toMatchObject([[{ body: "y" }]]);
  });

  test("come back to the same line when a lease is over", () => {
    const run = newRun();
    send(run, { body: "x", worker: "w" });
    run.do({ type: "work", remove: [], removeDone: [], receive: { max: 1, worker: "w", leaseSeconds: 5 } });
    run.pass(5);
    expect(run.bodies()).toEqual([]);
    expect(run.bodiesOf("w")).toEqual(["x"]);
  });

  test("are told to those who ask where a task is, with when that worker was seen last", () => {
    const run = newRun();
    run.do({ type: "acceptTasks", batch: "b", execution: "e", tasks: [task("a", { worker: "north" })] });
    const place = () =>
      whereabouts(run.machine.read(run.now), { execution: "e", path: "a", attempt: 1 }, run.now, (worker) =>
        run.machine.registry.lastSeenAt(worker),
      );
    expect(place()).toEqual({ is: "lying", since: run.now, worker: "north" });
    run.work("s1", { worker: "north" });
    const lastSeenAt = run.now;
    run.pass(900);
    expect(place()).toMatchObject({ worker: "north", lastSeenAt });
  });
});

test("ten thousand random sends and receives of twenty names: each gets its own, in order, and everything is taken once", () => {
  const run = newRun();
  const random = seeded(7);
  const names = [undefined, ...Array.from({ length: 20 }, (_, n) => `w${n}`)];
  const waiting: { body: string; worker: string | undefined; priority: number }[] = [];
  for (let step = 0; step < 10_000; step++) {
    const worker = names[random(names.length)];
    if (random(2) === 0) {
      const message = { body: String(step), worker, priority: 1 + random(3) };
      send(run, { body: message.body, priority: message.priority, ...(worker !== undefined && { worker }) });
      waiting.push(message);
      continue;
    }
    const own = waiting.filter((message) => message.worker === undefined || message.worker === worker);
    const [next] = own.toSorted((a, b) => a.priority - b.priority || Number(a.body) - Number(b.body));
    const bodies = worker === undefined ? run.bodies(1) : run.bodiesOf(worker, 1);
    expect(bodies).toEqual(next ? [next.body] : []);
    if (next) waiting.splice(waiting.indexOf(next), 1);
  }
});

/** Numbers below a bound, always the same ones (mulberry32). */
function seeded(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
