import { FIRST_ADMIN_KEY } from "../../../src/core/directory/access-keys.ts";
import { LEDGER_CHUNK, QUEUE_CHECKPOINT_COMMITS } from "../../../src/core/limits.ts";
import { START_AT } from "../../support/engine-run.ts";
import { task } from "../../support/queue-run.ts";
import { KeptObject, type Reads, type Texts } from "./kept-object.ts";
import { DIRECTORY, FLOW, QUEUE, SHARD, TOPIC } from "./sorts.ts";

const DAY_SECONDS = 86_400;

/** What a story leaves behind, whatever the object. */
interface Told {
  readonly now: number;
  readonly rows: number;
  texts(): Texts;
  reads(): Reads;
}

/** One object's life: told on an empty store, and opened again from its texts. */
export interface ObjectStory {
  tell(): Told;
  open(texts: Texts, now: number): Told;
}

const queue = (texts?: Texts, now?: number) => new KeptObject(QUEUE, texts, now);
const flow = (texts?: Texts, now?: number) => new KeptObject(FLOW, texts, now);
const topic = (texts?: Texts, now?: number) => new KeptObject(TOPIC, texts, now);
const shard = (texts?: Texts, now?: number) => new KeptObject(SHARD, texts, now);
const directory = (texts?: Texts, now?: number) => new KeptObject(DIRECTORY, texts, now);

function story<O extends Told>(open: (texts?: Texts, now?: number) => O, live: (object: O) => void): ObjectStory {
  return {
    open,
    tell() {
      const object = open();
      live(object);
      return object;
    },
  };
}

type Queue = ReturnType<typeof queue>;

function send(object: Queue, ...messages: { body: string; priority?: number; delaySeconds?: number }[]) {
  return object.commit({ type: "sendMessages", messages });
}

function receive(object: Queue, max: number, worker?: string): readonly string[] {
  const wanted = { max, leaseSeconds: 30, ...(worker !== undefined && { worker }) };
  const outcome = object.commit({ type: "work", remove: [], removeDone: [], receive: wanted });
  return outcome.ok ? (outcome.messages ?? []).map(({ receipt }) => receipt) : [];
}

/** Every fact of a queue. */
function liveAsQueue(object: Queue): void {
  object.commit({ type: "putQueue", attributes: { maxDeliveries: 2, delaySeconds: 0 } });
  object.commit({ type: "putQueue", attributes: { retentionSeconds: 7200 } });
  send(object, { body: "a", priority: 1 }, { body: "b" }, { body: "c", delaySeconds: 900 });
  object.commit({ type: "sendMessages", messages: [{ body: "named" }], batch: "batch" });
  const tasks = [task("f[0]/t"), task("f[1]/t", { expiresAt: object.now + 40_000 }), task("g", { awaitsReport: false })];
  object.commit({ type: "acceptTasks", batch: "tasks", execution: "e", tasks });
  object.commit({ type: "acceptTasks", batch: "the same tasks", execution: "e", tasks: tasks.slice(0, 1) });
  const [first = "", second = "", third = ""] = receive(object, 3, "w1");
  object.commit({ type: "extend", receipts: [first], leaseSeconds: 600, renew: true });
  object.do("registerQueue");
  object.commit({ type: "work", remove: [second], removeDone: [] });
  object.commit({ type: "release", receipts: [third] });
  receive(object, 1);
  object.pass(31);
  object.commit({ type: "tick" });
  object.commit({ type: "withdraw", execution: "e", inside: "f[0" });
  send(object, { body: "late" });
}

/** What sessions do with what they hold. */
function liveAsRunners(object: Queue): void {
  const session = { id: "s1", worker: "north", key: "k" };
  const turn = { type: "work", remove: [], removeDone: [], session } as const;
  object.commit({ type: "putQueue", attributes: {} });
  send(object, { body: "a" }, { body: "b" }, { body: "c" }, { body: "d" });
  const tasks = [task("t", { heartbeatSeconds: 9 })];
  object.commit({ type: "acceptTasks", batch: "tasks", execution: "e", tasks });
  const wanted = { max: 5, leaseSeconds: 60, worker: "north", session: "s1", key: "k" };
  const outcome = object.commit({ ...turn, receive: wanted });
  const receipts = outcome.ok ? (outcome.messages ?? []).map(({ receipt }) => receipt) : [];
  const [late = "", delayed = "", lost = "", bad = "", ofTask = ""] = receipts;
  object.commit({ ...turn, beats: [ofTask], bury: [{ receipt: bad, reason: "not JSON" }] });
  object.commit({ ...turn, release: [{ receipt: delayed, delaySeconds: 60 }, { receipt: lost, lost: true }] });
  object.pass(20);
  object.commit({ ...turn, beats: [late], beatSeconds: 90 });
}

/** A task is taken twice by workers that die. */
function liveWithLosses(object: Queue, more: { notifyLost?: boolean } = {}): void {
  object.commit({ type: "putQueue", attributes: { lostAfter: 2, ...more } });
  object.commit({ type: "acceptTasks", batch: "tasks", execution: "e", tasks: [task("t"), task("u")] });
  for (const id of ["s1", "s2"]) {
    const session = { id, worker: "north", key: "k" };
    const turn = { type: "work", remove: [], removeDone: [], session } as const;
    const wanted = { max: 1, leaseSeconds: 60, worker: "north", session: id, key: "k" };
    const outcome = object.commit({ ...turn, receive: wanted });
    const receipts = outcome.ok ? (outcome.messages ?? []).map(({ receipt }) => receipt) : [];
    object.commit({ ...turn, beats: receipts });
    object.pass(61);
    object.commit({ type: "tick" });
  }
}

/** Workers of all sorts; one of them is to take no more. */
function liveWithWorkers(object: Queue): void {
  const turn = { type: "work", remove: [], removeDone: [] } as const;
  const about = { version: "1", host: "h", os: "linux", pid: 7, slots: 2, startedAt: object.now };
  object.commit({ type: "putQueue", attributes: {} });
  object.commit({ ...turn, session: { id: "s1", worker: "north", key: "k", about } });
  object.commit({ ...turn, receive: { max: 1, worker: "south" } });
  object.pass(60);
  const session = { id: "s1", worker: "north", key: "k" };
  object.commit({ ...turn, session, reported: { done: 2, failed: 1 } });
  object.commit({ ...turn, session: { id: "s2", worker: "west", key: "k", bye: true } });
  object.pass(60);
  object.commit({ type: "drainWorker", worker: "north", draining: true });
}

/** Nobody receives what lies in it. */
function liveInPause(object: Queue): void {
  object.commit({ type: "putQueue", attributes: {} });
  send(object, { body: "a" });
  object.commit({ type: "pauseQueue", by: "key:k", reason: "the disk is full" });
  send(object, { body: "b" });
}

/** Messages that died, some of which are on their way again. */
function liveWithDeadLetters(object: Queue): void {
  object.commit({ type: "putQueue", attributes: { maxDeliveries: 1 } });
  send(object, { body: "a" }, { body: "b" }, { body: "c" }, { body: "d" });
  const [buried = ""] = receive(object, 4, "w1");
  object.commit({
    type: "work",
    remove: [],
    removeDone: [],
    bury: [{ receipt: buried, reason: "not JSON" }],
  });
  object.pass(31);
  object.commit({ type: "tick" });
  object.commit({ type: "redriveDead", ids: ["m-1-1-1"], max: 10, delaySeconds: 60 });
  object.commit({ type: "redriveDead", ids: ["m-1-1-2"], max: 10 });
}

function put(object: ReturnType<typeof flow>, definition: string, more: object = {}) {
  return object.commit({ type: "putFlow", name: "orders", definition, ...more });
}

function start(object: ReturnType<typeof flow>, name: string, more: object = {}) {
  const command = { type: "startExecution", name, input: { of: name }, startedBy: "key:k", startId: name } as const;
  return object.commit({ ...command, ...more });
}

function end(object: ReturnType<typeof flow>, name: string, error?: string) {
  const status = error === undefined ? "Succeeded" : "Failed";
  const more = error === undefined ? {} : { error, cause: "a cause" };
  object.commit({ type: "executionEnded", generation: 1, name, status, endedAt: object.now, ...more });
}

const nonce = (id: string, at: number) => ({ id, at, request: `request of ${id}` });

const SCHEDULED = { flow: "orders", name: "nightly" };

/** Objects whose texts are kept with a release; of each sort some that are in the middle of something. */
export const OBJECT_STORIES: Readonly<Record<string, ObjectStory>> = {
  "queue with every fact": story(queue, liveAsQueue),
  "queue of runners": story(queue, liveAsRunners),
  "queue that lost workers": story(queue, liveWithLosses),
  "queue with workers": story(queue, liveWithWorkers),
  "queue with dead letters": story(queue, liveWithDeadLetters),
  "queue in a pause": story(queue, liveInPause),
  "queue that tells of lost workers": story(queue, (object) => {
    liveWithLosses(object, { notifyLost: true });
  }),
  "queue behind a checkpoint": story(queue, (object) => {
    liveAsQueue(object);
    for (let n = 0; n < QUEUE_CHECKPOINT_COMMITS; n++) {
      send(object, { body: `m${n}`, priority: 1 + (n % 16) });
      if (n % 3 === 0) object.commit({ type: "work", remove: [], removeDone: [...receive(object, 2, "w2")] });
    }
    const [held = ""] = receive(object, 4, "w3");
    object.commit({ type: "work", remove: [held], removeDone: [] });
    send(object, { body: "after the checkpoint" });
  }),
  "queue that was made again": story(queue, (object) => {
    liveAsQueue(object);
    object.commit({ type: "deleteQueue" });
    object.commit({ type: "putQueue", attributes: {} });
    send(object, { body: "of the second" });
  }),
  "flow with executions": story(flow, (object) => {
    put(object, "one", { mode: "Express", retentionDays: 3, nonce: nonce("n1", object.now) });
    put(object, "two", { description: "in words", settings: { roleArn: "acs:ram::1:role/r" } });
    for (const name of ["a", "b", "c"]) start(object, name, { labels: { of: name } });
    object.do("takeExecution", "registerFlow", "flowActive");
    end(object, "a");
    end(object, "b", "Broken");
    object.pass(3 * DAY_SECONDS);
    const parent = { execution: "other~1~x", path: "call", attempt: 1 };
    start(object, "d", { version: 1, parent, startedBy: "execution:x", nonce: nonce("n2", object.now) });
    object.ring();
  }),
  "flow with newcomers": story(flow, (object) => {
    put(object, "one");
    const parent = { execution: "other~1~x", path: "call", attempt: 1 };
    for (const name of ["ends", "grows"]) start(object, name);
    object.do("takeExecution", "registerFlow", "flowActive");
    end(object, "ends");
    object.pass(20);
    object.commit({ type: "growUp" });
    object.do("letGo");
    start(object, "is handed its start", { parent, startedBy: "execution:x", inputText: '{ "of": "x" }' });
  }),
  "flow in a pause": story(flow, (object) => {
    put(object, "one");
    start(object, "a");
    object.do("takeExecution", "registerFlow", "flowActive");
    object.commit({ type: "pauseFlow", by: "key:k", starts: "hold", reason: "the disk is full" });
    for (const name of ["b", "c"]) start(object, name, { labels: { of: name } });
    object.commit({ type: "stopHeld", name: "b", error: "Enough", cause: "by hand" });
    object.commit({ type: "pauseFlow", by: "key:k", starts: "refuse" });
  }),
  "flow with paused executions": story(flow, (object) => {
    put(object, "one");
    for (const name of ["a", "b"]) start(object, name);
    object.do("takeExecution", "registerFlow", "flowActive");
    const told = { type: "pauseTold", generation: 1 } as const;
    const paused = { at: object.now, by: "key:k", reason: "the disk is full", until: object.now + 60_000 };
    object.commit({ ...told, name: "a", fact: 7, paused });
    object.commit({ ...told, name: "b", fact: 7, paused });
    object.commit({ ...told, name: "b", fact: 9 });
  }),
  "flow that was made again": story(flow, (object) => {
    put(object, "one");
    for (const name of ["a", "b"]) start(object, name);
    object.do("takeExecution", "registerFlow", "flowActive");
    end(object, "a");
    object.commit({ type: "deleteFlow" });
    put(object, "other");
    start(object, "a");
    object.pass(DAY_SECONDS);
    object.ring();
    object.do("removeExecutions");
  }),
  "topic with messages on their way": story(topic, (object) => {
    object.commit({ type: "putTopic", attributes: { loggingEnabled: true } });
    const spec = { strategy: "backoff", format: "json" } as const;
    const queues = { ...spec, endpoint: { kind: "queue", queue: "q" } } as const;
    const url = { ...spec, endpoint: { kind: "url", url: "https://example.com/" }, filterTag: "red" } as const;
    object.commit({ type: "subscribe", name: "to-queue", spec: queues });
    object.commit({ type: "subscribe", name: "to-url", spec: url });
    object.commit({ type: "subscribe", name: "gone", spec: queues });
    for (const tag of ["red", "blue", "red"]) {
      object.commit({ type: "publish", id: `id-${object.now}`, body: `body ${tag}`, tag });
      object.pass(1);
    }
    const first = object.effects.find(({ kind }) => kind === "notifyUrl");
    if (first) object.commit({ type: "effectOver", effect: first });
    object.commit({ type: "unsubscribe", name: "gone" });
  }),
  "topic with dead letters": story(topic, (object) => {
    object.commit({ type: "putTopic", attributes: {} });
    const spec = { strategy: "backoff", format: "json", endpoint: { kind: "queue", queue: "q" } } as const;
    for (const name of ["web", "mail"]) object.commit({ type: "subscribe", name, spec });
    for (const id of ["a", "b", "c"]) object.commit({ type: "publish", id, body: `body of ${id}`, tag: "red" });
    for (const effect of object.effects)
      if (effect.kind === "notifyQueue") object.commit({ type: "giveUp", effect, detail: "there is no queue" });
    object.pass(60);
    object.commit({ type: "redriveDead", subscription: "web", max: 2 });
    object.commit({ type: "purgeDead", subscription: "mail", max: 1 });
  }),
  "topic that was made again": story(topic, (object) => {
    object.commit({ type: "putTopic", attributes: {} });
    object.do("registerTopic");
    object.commit({ type: "deleteTopic" });
    object.commit({ type: "putTopic", attributes: { maximumMessageSize: 1024 } });
  }),
  "shard with a long ledger": story(shard, (object) => {
    const spec = { cron: "* * * * *", payload: { n: 1 }, catchUp: { mode: "all" } } as const;
    object.commit({ type: "putSchedule", ...SCHEDULED, spec, generation: 1, nonce: nonce("n1", object.now) });
    for (let n = 0; n < 3 * LEDGER_CHUNK; n++) {
      object.pass(60);
      object.ring();
      object.do("startFiring");
    }
    object.commit({ type: "setEnabled", ...SCHEDULED, enabled: false, reason: "enough" });
    object.pass(120);
  }),
  "shard in the middle of everything": story(shard, (object) => {
    const spec = {
      cron: "*/5 * * * *",
      overlap: "bufferOne",
      expect: { startWithinSeconds: 60, endWithinSeconds: 120 },
      notify: { on: ["missed", "failed", "late"] },
    } as const;
    object.commit({ type: "putSchedule", ...SCHEDULED, spec });
    object.commit({ type: "putSchedule", flow: "orders", name: "other", spec: { cron: "@daily", enabled: false } });
    const skipped = START_AT + 15 * 60_000;
    object.commit({ type: "skip", ...SCHEDULED, at: skipped, by: "key:k", reason: "holiday" });
    for (let n = 0; n < 4; n++) {
      object.pass(300);
      object.ring();
      if (n === 0) object.do("startFiring");
    }
    const run = { type: "runNow", ...SCHEDULED, firedBy: "key:k", runId: "r1", payload: { by: "hand" } } as const;
    object.commit(run);
    const range = { from: START_AT - 3_600_000, to: START_AT - 1_800_000 };
    object.commit({ type: "backfill", ...SCHEDULED, ...range, by: "key:k", runId: "r2", parallelism: 2 });
    object.ring();
  }),
  "shard with dead notices": story(shard, (object) => {
    const spec = { cron: "* * * * *", notify: { on: ["missed"] } } as const;
    object.commit({ type: "putSchedule", ...SCHEDULED, spec });
    for (let n = 0; n < 4; n++) {
      object.pass(60);
      object.ring();
      for (const effect of object.effects)
        if (effect.kind === "startFiring") object.commit({ type: "startRefused", effect, reason: "no such flow" });
    }
    for (const effect of object.effects)
      if (effect.kind === "notify") object.commit({ type: "effectOver", effect, failure: "it answered with 500" });
    object.commit({ type: "redriveNotices", max: 1 });
    object.commit({ type: "purgeNotices", max: 1 });
  }),
  directory: story(directory, (object) => {
    const names = { flow: ["orders", "gone"], queue: ["q"], topic: ["t"] } as const;
    for (const kind of ["flow", "queue", "topic"] as const) {
      for (const name of names[kind]) object.commit({ type: "register", kind, name, generation: 1 });
    }
    for (const name of names.flow) object.commit({ type: "active", name, generation: 1, at: object.now });
    object.commit({ type: "unregister", kind: "flow", name: "gone", generation: 1 });
    const by = { createdBy: FIRST_ADMIN_KEY.id };
    object.commit({ type: "createKey", key: { id: "ops1", role: "admin", ...by } });
    object.commit({ type: "createKey", key: { id: "w1", role: "worker", queues: ["q*"], ...by } });
    object.commit({ type: "rotateKey", id: "ops1", graceMs: 60_000 });
    object.commit({ type: "setKeyDisabled", id: "w1", disabled: true });
    const entry = { accessKeyId: "ops1", role: "admin", action: "PUT /v1/flows/{flow}", target: { flow: "f" } } as const;
    object.commit({ type: "auditAsked", entry: { id: "r1", ...entry } });
    object.commit({ type: "auditAnswered", id: "r1", at: object.now, status: 201, made: { key: "k" } });
    object.pass(1);
    object.commit({ type: "auditAsked", entry: { id: "r2", ...entry } });
  }),
};
