import { vi } from "vitest";
import { BoardObject } from "../../../durable-objects/board-object.ts";
import { DirectoryObject } from "../../../durable-objects/directory-object.ts";
import { ExecutionObject } from "../../../durable-objects/execution-object.ts";
import { FlowObject } from "../../../durable-objects/flow-object.ts";
import { QueueObject } from "../../../durable-objects/queue-object.ts";
import { ScheduleObject } from "../../../durable-objects/schedule-object.ts";
import { TopicObject } from "../../../durable-objects/topic-object.ts";
import { FIRST_ADMIN_KEY_ID, accessKeySecret } from "../../../src/auth/access-key.ts";
import { masterKey } from "../../../src/auth/master-key.ts";
import { Budget } from "../../../src/core/durable/budget.ts";
import { parseOwn } from "../../../src/core/json.ts";
import type { TransportMessage } from "../../../src/core/queue/transport.ts";
import { tick } from "../../../src/cron.ts";
import type { Env } from "../../../src/env.ts";
import { createApp } from "../../../src/http/app.ts";
import { consume } from "../../../src/queue.ts";
import { simulatedCrypto } from "./crypto.ts";
import { type Faults, NO_FAULTS } from "./faults.ts";
import { Life, retryable } from "./life.ts";
import { MemoryWatch } from "./memory.ts";
import { type Place, newPlace } from "./place.ts";
import { Random } from "./random.ts";
import { spoilRow } from "./sql.ts";
import { zonesSaying } from "./time-zones.ts";
import { type Fault, type Waking, Trace } from "./trace.ts";

const CLASSES = {
  FLOWS: FlowObject,
  EXECUTIONS: ExecutionObject,
  QUEUES: QueueObject,
  SCHEDULES: ScheduleObject,
  TOPICS: TopicObject,
  DIRECTORY: DirectoryObject,
  BOARD: BoardObject,
};

export type ClassName = keyof typeof CLASSES;
type ObjectConstructor = new (context: never, env: Env) => object;

const MINUTE_MS = 60_000;
/** The pause before an alarm rings again whose object died. */
const ALARM_AGAIN_MS = 2000;
const START_AT = Date.UTC(2026, 10, 23, 4, 0, 30);
const MASTER_KEY = "a key of the simulation, long enough to be one";

/**
 * The whole service on a simulated platform: its real objects, router and consumer; a clock that only the test moves;
 * and faults that come from one seed, so that a run can be repeated.
 */
export class Platform {
  readonly random: Random;
  readonly seed: number;
  readonly trace = new Trace();
  /** Lines of the log. */
  readonly logged: string[] = [];
  readonly memory: MemoryWatch;
  private readonly places = new Map<string, Place>();
  private readonly app = createApp();
  readonly env: Env;
  private classes: Readonly<Record<ClassName, ObjectConstructor>> = CLASSES;
  faults: Faults;
  /** Calls that are never answered, whatever else happens: the class that they are for, and their method. */
  isSilent: (className: ClassName, method: string) => boolean = () => false;
  /** Calls that reach their object so much later (ms), as if it had much to do: its class, its name, and their method. */
  heldMs: (className: ClassName, name: string, method: string) => number = () => 0;
  hasJumped = false;

  /** `room`: bytes of memory that each object has, by default as many as its budget. */
  constructor(seed: number, faults: Faults = NO_FAULTS, room?: number) {
    this.random = new Random(seed);
    this.seed = seed;
    this.faults = faults;
    vi.useFakeTimers({
      now: START_AT,
      toFake: ["Date", "setTimeout", "clearTimeout", "setInterval", "clearInterval"],
    });
    vi.stubGlobal("crypto", simulatedCrypto(this.random));
    vi.stubGlobal("scheduler", { wait: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) });
    vi.spyOn(console, "log").mockImplementation((line: unknown) => this.log(String(line)));
    vi.spyOn(console, "error").mockImplementation((line: unknown) => this.log(String(line)));
    this.memory = new MemoryWatch(room);
    this.memory.watch(Budget);
    const namespaces = Object.keys(CLASSES).map((name) => [
      name,
      { getByName: (of: string) => this.stub(name as ClassName, of) },
    ]);
    this.env = {
      ...Object.fromEntries(namespaces),
      TRANSPORT: { sendBatch: (batch: never) => this.sendBatch(batch) },
      MASTER_KEY,
    } as Env;
    setInterval(() => this.tick(), MINUTE_MS);
  }

  /** Gives the real clock back. */
  close(): void {
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  }

  /** Lets time pass; all that is due happens in its order. */
  async pass(milliseconds: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(milliseconds);
  }

  /** A request to the service from outside. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the test knows what it asks for
  async fetch<T>(
    method: string,
    path: string,
    body?: unknown,
    idempotencyKey?: string,
  ): Promise<{ status: number; body: T }> {
    this.trace.note({ what: "asked", at: Date.now(), request: `${method} ${path}` });
    await this.delay();
    const isText = typeof body === "string";
    const request = new Request(`http://service${path}`, {
      method,
      headers: {
        authorization: await this.authorization(),
        "content-type": isText ? "application/yaml" : "application/json",
        ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
      },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    });
    const response = await this.app.fetch(request, this.env);
    const text = await response.text();
    await this.delay();
    return { status: response.status, body: parseOwn<T>(text === "" ? "null" : text) };
  }

  /** The clock on the wall is set; what waits for a time waits as long as before, as timers do. */
  jump(milliseconds: number): void {
    this.hasJumped = true;
    const at = Date.now();
    vi.setSystemTime(at + milliseconds);
    this.trace.note({ what: "clock jumped", at, to: Date.now() });
  }

  /** Objects die as if their process was killed: memory and waiting calls are lost, what was committed stays. */
  kill(chance = 1): void {
    for (const [key, place] of this.places) if (this.random.chance(chance)) this.die(place, key);
  }

  /** All that objects of a class keep, or the one of a name, is gone, as if they had been deleted. */
  empty(className: ClassName, name?: string): void {
    for (const [key, place] of this.places) {
      if (!isOf(key, className, name)) continue;
      this.die(place, key);
      clearTimeout(place.alarmTimer);
      this.places.delete(key);
      this.note("object emptied", key);
    }
  }

  /**
   * Schedules go on in processes whose platform has other data of time zones: what it says of a zone, or of none, is what
   * it says of `as`. Not to be waited for inside a story: modules take real time to load.
   */
  async changeZone(zone: string, as: string): Promise<void> {
    vi.stubGlobal("Intl", zonesSaying(zone, as));
    vi.resetModules();
    const { ScheduleObject: Fresh } = await import("../../../durable-objects/schedule-object.ts");
    this.memory.watch((await import("../../../src/core/durable/budget.ts")).Budget);
    this.classes = { ...this.classes, SCHEDULES: Fresh };
    for (const [key, place] of this.places) if (key.startsWith("SCHEDULES:")) this.die(place, key);
  }

  /**
   * A stored row is stored otherwise, as if a disk or a release had spoilt it; gives in how many objects: of a class, or
   * with a name.
   */
  spoil(className: ClassName, row: string, change: (text: string) => string, name?: string): number {
    const spoilt = [...this.places].filter(
      ([key, { database }]) => isOf(key, className, name) && spoilRow(database, row, change),
    );
    for (const [key, place] of spoilt) {
      this.note("row spoilt", `${key} ${row}`);
      this.die(place, key);
    }
    return spoilt.length;
  }

  get rowsWritten(): number {
    return [...this.places.values()].reduce((sum, { sql }) => sum + sql.rowsWritten, 0);
  }

  private async authorization(): Promise<string> {
    const master = await masterKey(MASTER_KEY);
    if (!master) throw new Error("the key is long enough");
    return `Bearer ${FIRST_ADMIN_KEY_ID}.${await accessKeySecret(master, FIRST_ADMIN_KEY_ID)}`;
  }

  /** The Cron Trigger: it may not come, or come again soon after. */
  private tick(): void {
    if (this.random.chance(this.faults.lostTick)) return this.note("tick lost");
    void tick(this.env);
    if (!this.random.chance(this.faults.repeatedTick)) return;
    this.note("tick repeated");
    setTimeout(() => void tick(this.env), this.random.between(0, MINUTE_MS / 2));
  }

  private delay(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, this.random.between(0, this.faults.latencyMs)));
  }

  /** How objects call each other. */
  stub(className: ClassName, name: string): never {
    const call =
      (method: string) =>
      (...args: unknown[]) =>
        this.call(className, name, method, structuredClone(args));
    return new Proxy(
      {},
      { get: (_, method) => (method === "then" ? undefined : call(String(method))) },
    ) as never;
  }

  private async call(className: ClassName, name: string, method: string, args: unknown[]): Promise<unknown> {
    await this.delay();
    const key = `${className}:${name}`;
    if (this.random.chance(this.faults.lostCall)) {
      this.note("call lost", `${key}.${method}`);
      throw retryable("the call was lost");
    }
    if (this.isSilent(className, method)) {
      this.note("call never answered", `${key}.${method}`);
      throw retryable("nobody answers");
    }
    const heldMs = this.heldMs(className, name, method);
    if (heldMs > 0) {
      this.note("call held", `${key}.${method}`);
      await new Promise((resolve) => setTimeout(resolve, heldMs));
    }
    const place = this.place(key);
    const life = this.live(place, className, name);
    const dies = this.random.chance(this.faults.dieBeforeAnswer);
    const from = Date.now();
    const running = Promise.race([this.run(life, method, args), life.death]);
    const isTick = method === "tick";
    running.then(
      () => this.noteWaking(key, from, isTick ? "woken" : "called"),
      () => this.noteWaking(key, from, isTick ? "died when woken" : "called"),
    );
    const answer = await running;
    if (dies && life.isAlive) this.die(place, key);
    await this.delay();
    if (!life.isAlive) throw retryable("the object was reset");
    return answer instanceof ReadableStream ? answer : structuredClone(answer);
  }

  private async run(life: Life, method: string, args: unknown[]): Promise<unknown> {
    const call = life.instance[method];
    if (!call) throw new Error(`no method ${method}`);
    return call.apply(life.instance, args);
  }

  private log(line: string): void {
    this.logged.push(line);
    const { event, object, id } = JSON.parse(line) as { event: string; object?: string; id?: string };
    if (event === "parked") this.note(event, `${object} ${id}`);
  }

  private note(what: Fault, object?: string): void {
    this.trace.note({ what, at: Date.now(), ...(object !== undefined && { object }) });
  }

  private noteLostAlarm(object: string, to: number): void {
    const at = Date.now();
    this.trace.note({ what: "alarm lost", object, at, ...(to > at && { to }) });
  }

  private noteWaking(object: string, from: number, what: Waking["what"]): void {
    this.trace.note({ what, object, from, to: Date.now() });
    if (this.memory.isOver()) this.note("memory over its budget", object);
  }

  private place(key: string): Place {
    const known = this.places.get(key);
    if (known) return known;
    const place = newPlace();
    this.places.set(key, place);
    return place;
  }

  private live(place: Place, className: ClassName, name: string): Life {
    if (place.life) return place.life;
    const life = new Life();
    const context = {
      id: { name },
      waitUntil: (work: Promise<unknown>) => void work.catch(() => {}),
      // Nobody watches here.
      getWebSockets: () => [],
      storage: {
        sql: {
          exec: life.guarded((query: string, ...bindings: never[]) => place.sql.exec(query, ...bindings)),
        },
        transactionSync: life.guarded((body: () => unknown) => place.sql.transaction(body)),
        setAlarm: life.guarded((at: number) => this.setAlarm(place, className, name, at)),
        getAlarm: async () => place.alarmAt ?? null,
        deleteAlarm: life.guarded(() => {
          clearTimeout(place.alarmTimer);
          place.alarmAt = undefined;
        }),
        deleteAll: life.guarded(async () => place.sql.deleteAll()),
      },
    };
    life.instance = new this.classes[className](context as never, this.env) as unknown as Life["instance"];
    place.life = life;
    return life;
  }

  private die(place: Place, key: string): void {
    if (place.life) this.note("object died", key);
    place.life?.end();
    place.life = undefined;
  }

  private setAlarm(place: Place, className: ClassName, name: string, at: number): void {
    clearTimeout(place.alarmTimer);
    place.alarmAt = at;
    place.alarmTimer = setTimeout(
      () => {
        place.alarmAt = undefined;
        const key = `${className}:${name}`;
        if (this.random.chance(this.faults.lostAlarm)) return this.noteLostAlarm(key, at);
        const ring = () => void this.ring(place, className, name);
        ring();
        if (!this.random.chance(this.faults.repeatedAlarm)) return;
        this.note("alarm repeated", key);
        setTimeout(ring, this.random.between(0, 5000));
      },
      // A later time would not fit into the timer, which would ring at once, over and over.
      Math.min(2 ** 31 - 1, Math.max(0, at - Date.now())),
    );
  }

  private async ring(place: Place, className: ClassName, name: string): Promise<void> {
    const life = this.live(place, className, name);
    const object = `${className}:${name}`;
    const from = Date.now();
    try {
      await Promise.race([life.instance.alarm?.(), life.death]);
      this.noteWaking(object, from, "woken");
    } catch {
      this.noteWaking(object, from, "died when woken");
      // The platform rings again for who did not live to answer, unless another alarm was set meanwhile.
      if (place.alarmAt === undefined) this.setAlarm(place, className, name, Date.now() + ALARM_AGAIN_MS);
    }
  }

  private async sendBatch(batch: readonly { body: TransportMessage }[]): Promise<void> {
    await this.delay();
    for (const { body } of structuredClone(batch)) {
      if (this.random.chance(this.faults.lostTransport)) {
        this.note("transport message lost");
        continue;
      }
      this.deliver(
        body,
        this.random.chance(this.faults.slowTransport) ? this.random.between(3000, 20_000) : 0,
      );
      if (this.random.chance(this.faults.repeatedTransport))
        this.deliver(body, this.random.between(0, 30_000));
    }
  }

  private deliver(body: TransportMessage, later: number): void {
    setTimeout(
      () => {
        const message = { body, ack: () => {}, retry: () => this.deliver(body, 2000) };
        void consume({ messages: [message] } as never, this.env);
      },
      later + this.random.between(0, this.faults.latencyMs),
    );
  }
}

/** Of a class, or the one of a name. */
function isOf(key: string, className: ClassName, name?: string): boolean {
  return name === undefined ? key.startsWith(`${className}:`) : key === `${className}:${name}`;
}
