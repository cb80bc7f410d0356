import type { MasterKey } from "../auth/master-key.ts";
import { carriedSize } from "../carry.ts";
import type { TaskWork } from "../core/engine/state/fact.ts";
import { given } from "../core/given.ts";
import type { BeatEntry, WorkOutcome, WorkRequest } from "../core/objects.ts";
import type {
  BuryEntry,
  Notice,
  QueueOutcome,
  ReceiptVerdict,
  ReleaseEntry,
  SessionCall,
} from "../core/queue/command.ts";
import { parseReceipt } from "../core/queue/message.ts";
import type { Stop } from "../core/queue/pollers.ts";
import { afterVerdicts } from "../core/queue/reported.ts";
import { REPORTS_PASSED_ON_BYTES } from "../core/report-limits.ts";
import { type Rejection, type Result, messageOf, reject } from "../core/result.ts";
import type { PassedReport, TaskVerdict } from "../core/task-reports.ts";
import { refuseUnreadable } from "../core/unreadable.ts";
import type { Env } from "../env.ts";
import { askQueue } from "./objects.ts";
import { queueNotExist } from "./queue-calls.ts";
import { type HandedMessage, handOut } from "./received.ts";
import {
  type Report,
  isRead,
  liveLog,
  readProgress,
  readReports,
  sendReports,
  verdictsOf,
} from "./reports.ts";

/** An entry of a list as it came: one that cannot be read costs the others nothing. */
export type Entry<T> = { readonly value: T } | { readonly invalid: string };

export interface WorkTurn {
  readonly queue: string;
  readonly session?: SessionCall;
  readonly reports: readonly (Report & { readonly receipt?: string | undefined })[];
  readonly beats: readonly Entry<BeatEntry>[];
  readonly remove: readonly Entry<string>[];
  readonly release: readonly Entry<ReleaseEntry>[];
  readonly bury: readonly Entry<BuryEntry>[];
  readonly leaseSeconds?: number;
  readonly receive?: NonNullable<WorkRequest["receive"]>;
  /** All that its session has, by receipts: what else was handed to it never arrived. */
  readonly holds?: readonly string[];
}

export interface WorkDone {
  /** One each, in order. */
  readonly verdicts: readonly TaskVerdict[];
  readonly beats: readonly ({ readonly ok: true; readonly leaseSeconds: number } | Rejection)[];
  /** Entries of the other lists that were not done, and why. */
  readonly refused: readonly RefusedEntry[];
  readonly messages: readonly HandedMessage[];
  readonly stop: readonly Stop[];
  readonly notices: readonly Notice[];
  readonly drain?: true;
}

export interface RefusedEntry {
  readonly list: "delete" | "release" | "bury";
  readonly position: number;
  readonly code: string;
  readonly detail: string;
}

type Accepted = Extract<QueueOutcome, { ok: true }>;

type AskQueue = (request: WorkRequest) => Promise<WorkOutcome>;

const OK = { ok: true } as const;

/**
 * One turn of a worker's loop: reports what is finished, extends what goes on, deletes, gives back or buries messages,
 * takes the next ones. A message whose report was refused because the task is over goes too; one whose token is not
 * valid stays. `ask` puts it to the queue: whoever is its object does so by himself.
 */
export async function workTurn(
  env: Env,
  masters: readonly MasterKey[],
  asked: WorkTurn,
  ask: AskQueue = (request) => askQueue(env, asked.queue, (queue) => queue.work(request)),
): Promise<Result<WorkDone>> {
  const turn = { ...asked, beats: asked.beats.map(withProgress) };
  const reports = await readTurnReports(masters, turn);
  const outcome = await takeTurn(env, turn, reports.filter(isRead), ask);
  // Reports that were committed must be told, even when their queue is gone or out of reach.
  if (!outcome.ok && reports.length === 0)
    return outcome.code === "QueueNotExist" ? queueNotExist(turn.queue) : outcome;
  const { messages = [], stop = [], notices = [], drain } = outcome.ok ? outcome : {};
  return {
    ok: true,
    verdicts: verdictsOf(reports, outcome.reportVerdicts ?? []),
    ...entryVerdicts(turn, outcome),
    messages: await handOut(masters, messages),
    stop,
    notices,
    ...given({ drain }),
  };
}

/** Each report as its queue passes it on, or why it cannot be. */
async function readTurnReports(
  masters: readonly MasterKey[],
  turn: WorkTurn,
): Promise<(PassedReport | Rejection)[]> {
  const reports = turn.reports.map((report) => ({ ...report, by: workOf(report.receipt, turn) }));
  const read = await readReports(masters, reports);
  return read.map((report, position) =>
    isRead(report) ? { ...report, ...given({ receipt: reports[position]?.receipt }) } : report,
  );
}

/**
 * The turn in the queue's object, which passes on its reports: so it is one call in all. Large reports go straight to their
 * executions, and so do all when the queue is out of reach.
 */
async function takeTurn(
  env: Env,
  turn: WorkTurn,
  reports: readonly PassedReport[],
  ask: AskQueue,
): Promise<WorkOutcome> {
  const isLarge = carriedSize(reports, REPORTS_PASSED_ON_BYTES) > REPORTS_PASSED_ON_BYTES;
  const sent = isLarge ? await sendReports(env, reports) : undefined;
  const passed = reports.length > 0 && { reports };
  const whole = { ...requestOf(turn), ...(sent ? afterVerdicts(reports, sent) : passed) };
  try {
    const asked = isNothing(whole) ? OK : await ask(whole);
    return { ...asked, ...(sent && { reportVerdicts: sent }) };
  } catch (error) {
    if (turn.reports.length === 0) throw error;
    const refused = refuseUnreadable(error) ?? reject("InternalError", messageOf(error));
    return { ...refused, reportVerdicts: sent ?? (await sendReports(env, reports)) };
  }
}

/** Who did the work of a report, as its receipt tells. */
function workOf(receipt: string | undefined, { session, receive }: WorkTurn): TaskWork {
  const worker = session?.worker ?? receive?.worker;
  const work = receipt === undefined ? undefined : parseReceipt(receipt)?.work;
  return { ...given({ worker }), ...work };
}

function withProgress(entry: Entry<BeatEntry>): Entry<BeatEntry> {
  if ("invalid" in entry) return entry;
  const { progress, log, ...beat } = entry.value;
  const read = readProgress(progress);
  if (!read.ok) return { invalid: read.detail };
  return { value: { ...beat, ...read.progress, ...given({ log: liveLog(log) }) } };
}

/** All but the reports. */
function requestOf(turn: WorkTurn): WorkRequest {
  const { session, leaseSeconds, receive, reports, holds } = turn;
  const lists = [turn.beats, turn.remove, turn.release, turn.bury];
  const hasInvalid = lists.some((list) => list.some((entry) => "invalid" in entry));
  // Whoever reports has work to go on with, and what could not be read is told at once: nobody waits for more.
  const isHeld = reports.length === 0 && !hasInvalid;
  return {
    beats: valid(turn.beats),
    remove: valid(turn.remove),
    removeDone: [],
    release: valid(turn.release),
    bury: valid(turn.bury),
    ...(session && { session }),
    ...(holds && { holds }),
    ...(leaseSeconds !== undefined && { beatSeconds: leaseSeconds }),
    ...(receive && { receive: isHeld ? receive : { ...receive, waitSeconds: 0 } }),
  };
}

function isNothing({
  receive,
  session,
  reports = [],
  beats = [],
  remove,
  removeDone,
  release = [],
  bury = [],
}: WorkRequest) {
  const entries = [reports, beats, remove, removeDone, release, bury].reduce(
    (sum, list) => sum + list.length,
    0,
  );
  const tells = session && (session.about || session.bye || session.takesOver !== undefined);
  return !receive && !tells && entries === 0;
}

function valid<T>(entries: readonly Entry<T>[]): T[] {
  return entries.flatMap((entry) => ("value" in entry ? [entry.value] : []));
}

/** The queue's verdicts on what could be read, each at its entry's position. */
function entryVerdicts(turn: WorkTurn, outcome: QueueOutcome): Pick<WorkDone, "beats" | "refused"> {
  const of = <V>(pick: (accepted: Accepted) => readonly V[] | undefined) =>
    outcome.ok ? (pick(outcome) ?? []) : outcome;
  const beats = inOrder(
    turn.beats,
    of((accepted) => accepted.beats),
  ).map((verdict) => (verdict.ok ? { ok: true as const, leaseSeconds: verdict.leaseSeconds } : verdict));
  const refused = [
    ...refusals(
      "delete",
      inOrder(
        turn.remove,
        of((accepted) => accepted.verdicts),
      ),
    ),
    ...refusals(
      "release",
      inOrder(
        turn.release,
        of((accepted) => accepted.released),
      ),
    ),
    ...refusals(
      "bury",
      inOrder(
        turn.bury,
        of((accepted) => accepted.buried),
      ),
    ),
  ];
  return { beats, refused };
}

function inOrder<T, V>(entries: readonly Entry<T>[], verdicts: readonly V[] | Rejection): (V | Rejection)[] {
  let next = 0;
  return entries.map((entry) => {
    if ("invalid" in entry) return reject("InvalidRequest", entry.invalid);
    if ("code" in verdicts) return verdicts;
    return verdicts[next++] ?? reject("InternalError", "the queue gave no verdict: repeat it shortly");
  });
}

function refusals(list: RefusedEntry["list"], verdicts: readonly ReceiptVerdict[]): RefusedEntry[] {
  return verdicts.flatMap((verdict, position) =>
    verdict.ok ? [] : { list, position, code: verdict.code, detail: verdict.detail },
  );
}
