import { expect } from "vitest";
import { PARKED_RETRY_FIRST_MS } from "../../src/core/limits.ts";
import { BOARD_PAUSE_MIN_MS } from "../../src/core/view-limits.ts";
import { NO_FAULTS } from "../support/platform/faults.ts";
import type { Platform } from "../support/platform/platform.ts";
import { insist, tell } from "./story.ts";
import { rest } from "./worker.ts";

interface Parked {
  readonly parked?: readonly { readonly id: string }[];
}

interface Head extends Parked {
  readonly status: string;
  readonly waitingFor?: readonly { readonly waitsFor: string; readonly queue?: string }[];
}

interface Named {
  readonly name: string;
}

interface OfFlow extends Named {
  readonly flow: string;
}

interface Listed extends OfFlow {
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly callbacks?: number;
}

interface Schedule extends OfFlow {
  readonly parked?: { readonly reason: string };
}

/** What was parked, as the log tells it; the object's name says what it belongs to. */
interface Parking {
  readonly event: string;
  readonly object: string;
  readonly kind: string;
  readonly id: string;
}

/** What holds at the end of every story, once nothing goes wrong any more. */
export async function expectSound(platform: Platform): Promise<void> {
  platform.faults = NO_FAULTS;
  platform.isSilent = () => false;
  await tell(platform, async () => {
    await expectReasons(platform);
    await expectShown(platform);
    if (platform.random.chance(1 / 2)) platform.empty("BOARD");
    await expectBoard(platform);
  });
  expect(platform.trace.happenings.filter(({ what }) => what === "memory over its budget")).toEqual([]);
  expect(defects(platform)).toEqual([]);
}

const INTERNAL_ERRORS: ReadonlySet<string> = new Set(["defect", "wakeFailed", "requestFailed", "tickFailed"]);

/** Internal errors that the log tells of, but for what was planned to go wrong: what is spoilt may make us stumble. */
function defects({ logged, trace }: Platform): object[] {
  if (trace.happenings.some(({ what }) => what === "row spoilt")) return [];
  const entries = logged.map((line) => JSON.parse(line) as { event: string; message?: string });
  return entries.filter(({ event, message = "" }) => INTERNAL_ERRORS.has(event) && !PLANNED.test(message));
}

async function list<T>(platform: Platform, what: string): Promise<readonly T[]> {
  return (await insist<{ items: readonly T[] }>(platform, "GET", `/v1/${what}?limit=1000`)).items;
}

const PLANNED = /the call was lost|nobody answers|the object was reset|this object is dead/;
const MINUTES_TO_REST = 30;

/**
 * Nothing is Running without a reason: what the index shows as running runs, and tells what it waits for; and the index
 * knows how many callbacks of it are open. To be asked when
 * nothing goes wrong any more; what was lost on its way has some minutes to come again.
 */
export async function expectReasons(platform: Platform): Promise<void> {
  for (let minute = 0; minute < MINUTES_TO_REST; minute++) {
    if ((await withoutReason(platform)).length === 0) return;
    await rest(60_000);
  }
  expect(await withoutReason(platform)).toEqual([]);
}

/** An execution whose alarm was lost is healed by this look at it. */
async function withoutReason(platform: Platform): Promise<object[]> {
  const found: object[] = [];
  for (const { flow, name, status, callbacks = 0 } of await list<Listed>(platform, "executions")) {
    const head = await insist<Head>(platform, "GET", `/v1/flows/${flow}/executions/${name}`);
    const hasReason = status !== "Running" || (head.waitingFor?.length ?? 0) > 0;
    const isTold = callbacksOf(head) === callbacks;
    if (head.status !== status || !hasReason || !isTold) found.push({ flow, name, status, callbacks, head });
  }
  return found;
}

/** Calls that were made, and wait for somebody who has their tokens. */
function callbacksOf({ waitingFor = [] }: Head): number {
  return waitingFor.filter(({ waitsFor, queue }) => waitsFor === "report" && queue === undefined).length;
}

const MINUTES_TO_BOARD = 60;
const MINUTES_TO_SETTLE = 5;
/** A flow tells nothing for so long after it told something; twice that has passed for sure. */
const UNTOLD_MS = 2 * BOARD_PAUSE_MIN_MS;

/**
 * Within an hour the board knows of each source what that knows itself. To be asked when nothing goes wrong any more. Of one
 * that never rests only what is older than its pause between two tellings is compared.
 */
async function expectBoard(platform: Platform): Promise<void> {
  for (let minute = 0; minute < MINUTES_TO_BOARD; minute++) {
    const { own, board, isSettled } = await bothSides(platform);
    const isTold = JSON.stringify(own) === JSON.stringify(board);
    if (isTold && (isSettled || minute >= MINUTES_TO_SETTLE)) return;
    await rest(60_000);
  }
  const { own, board } = await bothSides(platform);
  expect(board).toEqual(own);
}

/** The newest executions of each flow, as it tells them and as the board does; one that starts counts as running. */
async function bothSides(platform: Platform) {
  const flows = await list<Named>(platform, "flows");
  const known = await list<Named>(platform, "board/flows");
  const own = await newestOf(platform, flows, "flows/{flow}/executions?limit=100");
  const board = await newestOf(platform, known, "board/executions?limit=100&flow={flow}");
  const until = Date.now() - UNTOLD_MS;
  const settled = mapValues(own, (items) => items.filter((one) => changedAt(one) <= until));
  const both = mapValues(settled, (items, flow) => {
    const names = new Set(items.map(({ name }) => name));
    return (board[flow] ?? []).filter(({ name }) => names.has(name));
  });
  const isSettled = Object.entries(own).every(([flow, items]) => settled[flow]?.length === items.length);
  const shards = await shardsOf(platform, until);
  const queues = await queuesOf(platform, until);
  const topics = await topicsOf(platform);
  return {
    own: { ...mapValues(settled, told), shards: shards.own, queues: queues.own, topics: topics.own },
    board: { ...mapValues(both, told), shards: shards.board, queues: queues.board, topics: topics.board },
    isSettled,
  };
}

/** The last change of each shard of schedules, as it tells it and as the board does. */
async function shardsOf(platform: Platform, until: number) {
  const [from, to] = [until, until + UNTOLD_MS].map((at) => new Date(at).toISOString());
  const path = `/v1/night?from=${from}&to=${to}`;
  const night = await insist<{ shards: readonly [number, number][] }>(platform, "GET", path);
  const known = await insist<{ shards: readonly number[] }>(platform, "GET", "/v1/board");
  const own = night.shards.filter(([, change]) => change <= until);
  return { own, board: own.map(([shard]) => [shard, known.shards[shard]]) };
}

interface QueueInList extends Named {
  readonly depth: object;
  readonly updatedAt: string;
}

/** How much is in each queue, as it tells it and as the board does. */
async function queuesOf(platform: Platform, until: number) {
  const [own, board] = await Promise.all([
    list<QueueInList>(platform, "queues"),
    list<QueueInList>(platform, "board/queues"),
  ]);
  const settled = own.filter(({ updatedAt }) => Date.parse(updatedAt) <= until);
  const names = new Set(settled.map(({ name }) => name));
  const depths = (items: readonly QueueInList[]) => items.map(({ name, depth }) => ({ name, depth }));
  return { own: depths(settled), board: depths(board.filter(({ name }) => names.has(name))) };
}

/** Which topics there are, as the directory tells it and as the board does. */
async function topicsOf(platform: Platform) {
  const names = async (what: string) => (await list<Named>(platform, what)).map(({ name }) => name);
  return { own: await names("topics"), board: await names("board/topics") };
}

type Newest = Record<string, readonly Listed[]>;

function mapValues<T>(
  newest: Newest,
  change: (items: readonly Listed[], flow: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(newest).map(([flow, items]) => [flow, change(items, flow)]));
}

function changedAt({ startedAt, endedAt = startedAt }: Listed): number {
  return Date.parse(endedAt);
}

/** Whatever their order: a flow has its own by their numbers, the board those of all flows by their starts. */
function told(items: readonly Listed[]): string[] {
  return items.map((one) => `${one.name} ${startedAs(one)} ${one.callbacks ?? 0}`).toSorted();
}

/** Flows that cannot be read, since a story spoilt them, are left out. */
async function newestOf(platform: Platform, flows: readonly Named[], path: string): Promise<Newest> {
  const newest: Newest = {};
  for (const { name: flow } of flows) {
    const { status, body } = await platform.fetch<{ items: readonly Listed[] }>(
      "GET",
      `/v1/${path.replace("{flow}", flow)}`,
    );
    if (status === 200) newest[flow] = body.items;
  }
  return newest;
}

function startedAs({ status }: Listed): string {
  return status === "Starting" ? "Running" : status;
}

/** Entries of the log on something that was parked. */
export function parkings({ logged }: Platform): Parking[] {
  return logged.map((line) => JSON.parse(line) as Parking).filter(({ event }) => event === "parked");
}

/** Nothing is parked without being shown, but for what may have been done meanwhile. */
export async function expectShown(
  platform: Platform,
  mayBeDone = (parking: Parking) => wasTriedAgain(platform, parking),
): Promise<void> {
  const parked = parkings(platform).filter((parking) => !mayBeDone(parking));
  if (parked.length === 0) return;
  expect(await allShown(platform)).toEqual(expect.arrayContaining(parked.map(({ id }) => id)));
}

/** By itself, or because somebody asked for it. */
function wasTriedAgain({ trace }: Platform, { object, id }: Parking): boolean {
  const { happenings } = trace;
  const parked = happenings.findLastIndex((one) => one.what === "parked" && one.object === `${object} ${id}`);
  const one = happenings[parked];
  if (one?.what !== "parked" || Date.now() - one.at >= PARKED_RETRY_FIRST_MS) return true;
  return happenings
    .slice(parked)
    .some((later) => later.what === "asked" && /^(?:PUT|DELETE|POST .*retry-effects)/.test(later.request));
}

/** The ids of all that heads and lists show as parked. */
async function allShown(platform: Platform): Promise<string[]> {
  const schedules = await list<Schedule>(platform, "schedules");
  const shown = schedules.flatMap(({ flow, name, parked }) => (parked ? [`${flow}/${name}`] : []));
  const paths = await Promise.all(["flows", "queues", "topics"].map((kind) => pathsOf(platform, kind)));
  const executions = await list<Listed>(platform, "executions");
  const more = executions.map(({ flow, name }) => `flows/${flow}/executions/${name}`);
  for (const path of [...paths.flat(), ...more]) {
    const { parked = [] } = await insist<Parked>(platform, "GET", `/v1/${path}`);
    shown.push(...parked.map(({ id }) => id));
  }
  return shown;
}

async function pathsOf(platform: Platform, kind: string): Promise<string[]> {
  return (await list<Named>(platform, kind)).map(({ name }) => `${kind}/${name}`);
}
