import type { BoardMachine } from "../../core/board/board-machine.ts";
import type { BoardEntry, FlowTelling } from "../../core/flow/digest.ts";
import type { Acknowledgement } from "../../core/directory/acknowledgements.ts";
import type { Need } from "../../core/board-views.ts";
import { given } from "../../core/given.ts";
import { needsOfCallbacks } from "./callback-needs.ts";
import { needsOfQueue } from "./queue-needs.ts";
import { needsOfTopic } from "./topic-needs.ts";
import type { ScheduleProblem } from "../../core/schedule/digest.ts";

/** What somebody has to look after, newest first. */
export function needsOf(machine: BoardMachine, now: number): Need[] {
  const problems = Array.from(machine.tellings("shard")).flatMap(({ digest }) => digest?.problems ?? []);
  const scheduled = new Map(
    problems.map(({ flow, schedule, executionName }) => [`${flow}/${executionName ?? ""}`, schedule]),
  );
  const needs = [
    ...Array.from(machine.tellings("flow")).flatMap((telling) => needsOfFlow(telling, scheduled)),
    ...Array.from(machine.tellings("flow")).flatMap((telling) => needsOfCallbacks(telling, now)),
    ...problems.flatMap(needOfSchedule),
    ...needsOfNotices(machine),
    ...needsOfFindings(machine),
    ...Array.from(machine.sources()).flatMap((source) => needsOfQueue(source, machine.settledMs, now)),
    ...Array.from(machine.sources()).flatMap((source) => needsOfTopic(source, machine.settledMs, now)),
  ];
  const acknowledged = new Map(
    Array.from(machine.tellings("directory"))
      .flatMap(({ digest }) => digest?.acknowledged ?? [])
      .map((one) => [one.id, one]),
  );
  return needs
    .toSorted((a, b) => b.since - a.since)
    .map((need) => withAcknowledgement(need, acknowledged.get(need.id)));
}

/** One for all shards: there is one webhook. */
function needsOfNotices(machine: BoardMachine): Need[] {
  const dead = Array.from(machine.tellings("shard")).flatMap(({ digest }) => digest?.deadNotices ?? []);
  if (dead.length === 0) return [];
  const count = dead.reduce((sum, one) => sum + one.dead, 0);
  const since = dead.reduce((newest, { diedAt }) => Math.max(newest, diedAt), 0);
  const text = { code: "deadNotices", values: { count } };
  return [{ id: "deadNotices", kind: "deadLetters", since, text }];
}

/** One a code: the page of inspections has all of them. */
function needsOfFindings(machine: BoardMachine): Need[] {
  return Array.from(machine.tellings("directory"))
    .flatMap(({ digest }) => digest?.findings ?? [])
    .map(({ code, count, since }) => {
      const text = { code: "finding", values: { code, count } };
      return { id: `finding:${code}`, kind: "finding", since, text };
    });
}

/** What began after it was said is news. */
function withAcknowledgement(need: Need, said: Acknowledgement | undefined): Need {
  if (!said || said.at < need.since) return need;
  const { id: _, ...acknowledged } = said;
  return { ...need, acknowledged };
}

/** One for a flow whose last failures nobody made good: no execution that was started later has succeeded. */
function needsOfFlow(
  { name: flow, generation, digest, entries }: FlowTelling,
  scheduled: ReadonlyMap<string, string>,
): Need[] {
  const { failing } = digest ?? {};
  const number = failing?.newest.at(-1);
  const entry = entries.find((one) => one.number === number);
  if (!failing || !entry) return [];
  return [
    {
      id: `failed:${flow}:${generation}:${entry.number}`,
      kind: "failed",
      since: entry.endedAt ?? entry.startedAt,
      flow,
      ...given({ schedule: scheduled.get(`${flow}/${entry.name}`) }),
      execution: entry.name,
      text: {
        code: codeOf(entry),
        values: { count: failing.count, ...whatFailed(entry) },
      },
    },
  ];
}

/** The error, how many items of its fan-outs failed of how many, and the step that it failed by, with its machine. */
function whatFailed({ error, cause, items, failedStep }: BoardEntry) {
  const { path, worker } = failedStep ?? {};
  const ofItems = items && items.failed > 0 ? { failed: items.failed, of: items.total } : {};
  return { ...given({ error, cause, path, worker }), ...ofItems };
}

function codeOf({ status }: BoardEntry): string {
  return status === "TimedOut" ? "executionTimedOut" : "executionFailed";
}

const OF_SCHEDULE = {
  missed: { kind: "missed", code: "scheduleMissed" },
  late: { kind: "late", code: "scheduleLate" },
  noFuture: { kind: "schedule", code: "scheduleNoFuture" },
  parked: { kind: "schedule", code: "scheduleParked" },
} as const;

/** That its execution failed the flow tells, which knows of all of them. */
function needOfSchedule(problem: ScheduleProblem): Need[] {
  const { kind, flow, schedule, since, at = since, executionName, ...values } = problem;
  if (kind === "failed") return [];
  const { why, reason, count } = values;
  return [
    {
      id: `${kind}:${flow}:${schedule}:${at}`,
      kind: OF_SCHEDULE[kind].kind,
      since,
      flow,
      schedule,
      ...given({ execution: executionName }),
      text: { code: OF_SCHEDULE[kind].code, values: given({ why, reason, count }) },
    },
  ];
}
