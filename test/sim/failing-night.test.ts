import { afterEach, describe, expect, test } from "vitest";
import { flowOf } from "../support/flows.ts";
import { type Faults, NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { VERY_FEW_SEEDS, begin, end } from "./seeds.ts";
import { FAULTS, type SimEvent, insist, readHistory, tell } from "./story.ts";
import { type Result, type WorkerHabits, rest, work } from "./worker.ts";

/** Machines in all; `NIGHT_MACHINES=10000` for a night as long as they come. */
const MACHINES = Number(process.env.NIGHT_MACHINES ?? 96);
const RACKS = 12;
const WORKERS = 4;
/** How many of each kind of failure there are, 37 together. */
const WEAK = 12;
const SILENT = 9;
const LEAVES = 8;
const ODD = 8;
const HOUR_MS = 3600_000;
const PATH = "/v1/flows/night/executions";
const NIGHTLY = "/v1/flows/night/schedules/often";

const TASK = (name: string, machine: string) =>
  `{type: task, name: ${name}, resourceArn: "acs:mns:::/queues/workers/messages", pattern: waitForCallback, timeoutSeconds: 60, inputMappings: [{target: task_token, source: $context.task.token}, {target: worker_name, source: ${machine}}], serviceParams: {MessageBody: $}}`;
const CHILD = (flow: string) =>
  `{type: task, name: ask, resourceArn: "acs:fnf:::flow/${flow}", pattern: sync, inputMappings: [{target: rack, source: $input.rack}], outputMappings: [{target: name, source: $local.name}]}`;
const NAMED = "\noutputMappings:\n  - { target: name, source: $local.name }\n";
const LEAF = flowOf(TASK("look", "$input.rack")) + NAMED;
const SITE = flowOf(CHILD("leaf")) + NAMED;

/** What the definition does with odd machines: it stumbles over those of these kinds. */
function nightOf(broken: ReadonlySet<string>): string {
  const choices = Array.from({ length: ODD }, (_, nth) => {
    const step = broken.has(`odd${nth}`)
      ? "type: fail, error: BadDefinition"
      : "type: pass, outputMappings: []";
    return `{condition: '$.kind == "odd${nth}"', steps: [{name: prepare, ${step}}]}`;
  });
  const machines = [
    `{type: choice, name: sort, inputMappings: [{target: kind, source: $input.machine.kind}], choices: [${choices.join(", ")}], default: {steps: [{type: pass, name: usual}]}}`,
    TASK("check", "$input.machine.name"),
  ];
  const inner = `{type: foreach, name: machines, concurrency: 8, iterationMapping: {collection: $input.rack.machines, item: machine}, outputMappings: [{target: names, source: "$local[*].name"}], steps: [${machines.join(", ")}]}`;
  const child = `{type: task, name: report, resourceArn: "acs:fnf:::flow/site", pattern: sync, inputMappings: [{target: rack, source: $input.rack.name}, {target: names, source: $local.names}], outputMappings: [{target: rack, source: $local.name}, {target: names, source: $input.names}]}`;
  const outer = `{type: foreach, name: racks, concurrency: 4, iterationMapping: {collection: $input.payload.racks, item: rack}, outputMappings: [{target: racks, source: "$local"}], steps: [${inner}, ${child}]}`;
  return `${flowOf(outer)}\noutputMappings:\n  - { target: racks, source: $local.racks }\n`;
}

interface Machine {
  readonly name: string;
  readonly kind: string;
}

/** One machine in so many is odd, each in its own way. */
const ODD_EVERY = Math.floor(MACHINES / ODD);
const PER_RACK = MACHINES / RACKS;
const INPUT: readonly { readonly name: string; readonly machines: readonly Machine[] }[] = Array.from(
  { length: RACKS },
  (_, rack) => ({
    name: `rack${rack}`,
    machines: Array.from({ length: PER_RACK }, (__, nth) => machineOf(rack * PER_RACK + nth)),
  }),
);

function machineOf(number: number): Machine {
  const isOdd = number % ODD_EVERY === 1 && number < ODD_EVERY * ODD;
  return { name: String(number), kind: isOdd ? `odd${Math.floor(number / ODD_EVERY)}` : "" };
}

/** What is wrong, by the machine, rack or kind that it is wrong with, until somebody mends it. */
type Troubles = Map<string, "weak" | "silent" | "leaf" | "odd">;

function allTroubles(): Troubles {
  const troubles: Troubles = new Map();
  const step = Math.floor(MACHINES / (WEAK + SILENT));
  for (let nth = 0; nth < WEAK + SILENT; nth++)
    troubles.set(String(nth * step), nth % 2 === 0 && nth / 2 < SILENT ? "silent" : "weak");
  for (let nth = 0; nth < LEAVES; nth++) troubles.set(`rack${nth}`, "leaf");
  for (let nth = 0; nth < ODD; nth++) troubles.set(`odd${nth}`, "odd");
  return troubles;
}

/** Somebody outside who sees what workers are given and what is taken of them. */
class Auditor {
  readonly runs = new Map<string, number>();
  /** Attempts whose success was taken, by execution and step. */
  readonly succeeded = new Map<string, Set<number>>();
  /** What was given to a worker after its success had been taken: as a new attempt, or as a message that came late. */
  readonly again: string[] = [];
  readonly late: string[] = [];
  private readonly good = new Set<string>();

  given(token: string, isGood: boolean): void {
    const { key, attempt } = taskOf(token);
    const known = this.succeeded.get(key);
    if (known) (attempt > Math.max(...known) ? this.again : this.late).push(key);
    this.runs.set(key, (this.runs.get(key) ?? 0) + 1);
    if (isGood) this.good.add(token);
  }

  taken(token: string): void {
    if (!this.good.has(token)) return;
    const { key, attempt } = taskOf(token);
    this.succeeded.set(key, (this.succeeded.get(key) ?? new Set()).add(attempt));
  }
}

/** A token names its execution, step and attempt in its third part. */
function taskOf(token: string) {
  const [, , named = ""] = token.split(".");
  const [execution, path, attempt] = JSON.parse(Buffer.from(named, "base64url").toString()) as [
    string,
    string,
    number,
  ];
  return { key: `${execution} ${path}`, attempt };
}

let platform: Platform;
afterEach(end);

interface Head {
  readonly name: string;
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly redrives?: number;
  readonly error?: string;
  readonly output?: unknown;
}

interface Listed {
  readonly items: readonly (Head & { readonly failedStep?: { readonly path: string } })[];
}

interface Night {
  readonly head: Head;
  readonly errors: readonly string[];
  readonly auditor: Auditor;
  readonly histories: ReadonlyMap<string, readonly TimedEvent[]>;
  readonly children: readonly Head[];
}

type TimedEvent = SimEvent & { readonly time: string };

/** The trouble that a step failed by. */
function troubleOf(path: string): string {
  const [, rack = "", machine] = /^racks\[(\d+)\](?:\/machines\[(\d+)\])?/.exec(path) ?? [];
  const found = INPUT[Number(rack)];
  if (!found || machine === undefined) return `rack${rack}`;
  const one = found.machines[Number(machine)];
  return (path.includes("/sort") ? one?.kind : one?.name) ?? "";
}

function habitsOf(troubles: Troubles, auditor: Auditor): WorkerHabits {
  const resultOf = (name: string, token: string): Result | undefined => {
    const trouble = troubles.get(name);
    auditor.given(token, trouble === undefined);
    if (trouble === undefined) return { output: { name } };
    return trouble === "silent"
      ? undefined
      : { error: trouble === "leaf" ? "LeafBroken" : "Weak", cause: "it is broken" };
  };
  return { dies: 0, fails: 0, dawdles: 0, resultOf, onTaken: (token) => auditor.taken(token) };
}

const list = (flow: string) => insist<Listed>(platform, "GET", `/v1/flows/${flow}/executions?limit=1000`);

function define(troubles: Troubles): Promise<unknown> {
  return insist(platform, "PUT", "/v1/flows/night", nightOf(new Set(troubles.keys())));
}

async function endOf(path: string): Promise<Head> {
  for (;;) {
    const head = await insist<Head>(platform, "GET", `${path}?wait=20`);
    if (head.endedAt !== undefined) return head;
  }
}

/** Twice, at the same time, as somebody does who gets no answer; then the others of its schedule have their end first. */
async function goOn(path: string, body: object, redrives: number): Promise<void> {
  const ask = () =>
    platform
      .fetch<{ code?: string }>("POST", `${path}/redrive`, body, `redrive-${redrives}`)
      .catch(() => undefined);
  for (;;) {
    const answers = await Promise.all([ask(), ask()]);
    if (answers.some((answer) => answer?.status === 202)) return;
    await rest(1000);
  }
}

/** What ended it is mended, and then it goes on, until nothing is wrong any more. */
async function untilWell(name: string, troubles: Troubles): Promise<{ head: Head; errors: string[] }> {
  const path = `${PATH}/${name}`;
  const errors: string[] = [];
  for (;;) {
    const head = await endOf(path);
    if (head.status === "Succeeded") return { head, errors };
    const { failedStep } = (await list("night")).items.find((one) => one.name === name) ?? {};
    const trouble = troubleOf(failedStep?.path ?? "");
    const kind = troubles.get(trouble);
    if (kind !== undefined) errors.push(head.error ?? "");
    troubles.delete(trouble);
    if (kind === "odd") await define(troubles);
    await goOn(path, kind === "odd" ? { version: "latest" } : {}, head.redrives ?? 0);
  }
}

/** A night that a schedule starts, which has its next instants while the first one is mended. */
async function play(seed: number, faults: Faults, troubles: Troubles, killsEveryMs?: number): Promise<Night> {
  platform = begin(seed, faults);
  const auditor = new Auditor();
  let isOver = false;
  const told = await tell(platform, async () => {
    await insist(platform, "PUT", "/v1/queues/workers", {});
    await insist(platform, "PUT", "/v1/flows/leaf", LEAF);
    await insist(platform, "PUT", "/v1/flows/site", SITE);
    await define(troubles);
    const schedule = { cron: "*/5 * * * *", overlap: "skip", payload: { racks: INPUT } };
    await insist(platform, "PUT", NIGHTLY, schedule);
    const workers = Array.from({ length: WORKERS }, (_, nth) =>
      work(platform, `w${nth}`, habitsOf(troubles, auditor), () => isOver),
    );
    const killer = (async () => {
      while (killsEveryMs !== undefined && !isOver) {
        await rest(platform.random.between(1, 2 * killsEveryMs));
        platform.kill(0.5);
      }
    })();
    let first: Head | undefined;
    while (!first) {
      await rest(10_000);
      first = (await list("night")).items.at(-1);
    }
    const well = await untilWell(first.name, troubles);
    await insist(platform, "PUT", NIGHTLY, { ...schedule, enabled: false });
    for (const { name } of (await list("night")).items) await endOf(`${PATH}/${name}`);
    isOver = true;
    await Promise.all([...workers, killer]);
    platform.faults = NO_FAULTS;
    await rest(HOUR_MS);
    const children = [...(await list("site")).items, ...(await list("leaf")).items];
    return { ...well, children, names: (await list("night")).items.map(({ name }) => name) };
  });
  const histories = new Map<string, readonly TimedEvent[]>();
  for (const name of told.names)
    histories.set(name, (await readHistory(platform, `${PATH}/${name}`)) as TimedEvent[]);
  return { ...told, auditor, histories };
}

/** When an execution ran, from and to (epoch ms). */
function stretchesOf(history: readonly TimedEvent[]): [number, number][] {
  const stretches: [number, number][] = [];
  let from: number | undefined;
  for (const { type, time } of history) {
    if (type === "ExecutionStarted" || type === "ExecutionRedriven") from = Date.parse(time);
    if (!/^Execution(?:Succeeded|Failed|Stopped|TimedOut)$/.test(type) || from === undefined) continue;
    stretches.push([from, Date.parse(time)]);
    from = undefined;
  }
  return stretches;
}

const OUTPUT = {
  racks: INPUT.map(({ name, machines }) => ({ rack: name, names: machines.map((machine) => machine.name) })),
};

function expectSound({ head, auditor, histories, children }: Night): void {
  expect(head).toMatchObject({ status: "Succeeded", output: OUTPUT });
  // What succeeded ran once, as somebody outside saw it and as the history tells.
  expect(auditor.again).toEqual([]);
  expect([...auditor.succeeded].filter(([, attempts]) => attempts.size > 1)).toEqual([]);
  const history = histories.get(head.name) ?? [];
  expect(history.map(({ eventId }) => eventId)).toEqual(history.map((_, index) => index + 1));
  const done = history.filter(({ type }) => type === "TaskSucceeded").map(({ stepPath }) => stepPath);
  expect([done.length, new Set(done).size]).toEqual([MACHINES + RACKS, MACHINES + RACKS]);
  const succeeded = new Set<string>();
  const dispatched: string[] = [];
  for (const { type, stepPath } of history) {
    if (type === "TaskSucceeded") succeeded.add(stepPath);
    if (type === "TaskScheduled" && succeeded.has(stepPath)) dispatched.push(stepPath);
  }
  expect(dispatched).toEqual([]);
  // No two of a schedule that skips what overlaps ran at once, those that went on included.
  const stretches = [...histories.values()].flatMap(stretchesOf).toSorted(([a], [b]) => a - b);
  expect(stretches.filter(([from], nth) => from < (stretches[nth - 1]?.[1] ?? 0))).toEqual([]);
  // A child and its child for each rack that was come to, and none that somebody waits for no more.
  expect(children.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
}

describe("a night in which 37 things are wrong, of four kinds, mended one by one", () => {
  test("ends as a night without failures, and nothing of it that succeeded is done twice", async () => {
    const clean = await play(1, NO_FAULTS, new Map());
    expectSound(clean);
    expect([clean.errors, clean.head.redrives]).toEqual([[], undefined]);
    expect(clean.auditor.late).toEqual([]);
    const troubles = allTroubles();
    expect(troubles.size).toBe(WEAK + SILENT + LEAVES + ODD);
    const night = await play(1, NO_FAULTS, troubles);
    expectSound(night);
    expect(night.auditor.late).toEqual([]);
    expect(night.head.output).toEqual(clean.head.output);
    const counts = new Map<string, number>();
    for (const error of night.errors) counts.set(error, (counts.get(error) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      Weak: WEAK,
      "FnF.TaskTimeout": SILENT,
      LeafBroken: LEAVES,
      BadDefinition: ODD,
    });
  });

  const title = "when everything else goes wrong, too, and objects are killed (seed %i)";
  test.each(VERY_FEW_SEEDS)(title, async (seed) => {
    const night = await play(seed, { ...FAULTS, lostAlarm: 0 }, allTroubles(), 20_000);
    expectSound(night);
    expect(night.errors).toHaveLength(WEAK + SILENT + LEAVES + ODD);
  });
});
