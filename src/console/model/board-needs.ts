import type { BoardNeed } from "../api/types.ts";
import { addresses } from "../frame/addresses.ts";
import type { NeedValues } from "../words/en/needs.ts";
import type { State } from "./states.ts";

const LOOKS: Readonly<Record<BoardNeed["kind"], State>> = {
  failed: "failed",
  missed: "missed",
  late: "late",
  worker: "failed",
  messages: "late",
  deadLetters: "failed",
  person: "line",
  schedule: "missed",
  finding: "late",
};

const BY_NIGHT: ReadonlySet<BoardNeed["kind"]> = new Set(["failed", "missed", "late"]);

export function stateOfNeed({ kind, text: { code } }: BoardNeed): State {
  if (code === "executionTimedOut") return "timedOut";
  return code === "workerSilent" ? "late" : LOOKS[kind];
}

/** What it is about, and what that belongs to. */
export function placeOf(need: BoardNeed): readonly [string, string] {
  const { flow, schedule, execution, queue, worker, topic, subscription } = need;
  if (flow !== undefined) return [flow, schedule ?? execution ?? ""];
  if (topic !== undefined) return subscription === undefined ? [topic, ""] : [subscription, topic];
  // It is called so in all languages, and there is one.
  if (need.text.code === "deadNotices") return ["Webhook", ""];
  // Its code, as the API calls it.
  if (need.kind === "finding") return [String(need.text.values.code ?? ""), ""];
  return worker === undefined ? [queue ?? "", ""] : [worker, queue ?? ""];
}

/** Where somebody sees more of it. */
export function addressOf(need: BoardNeed): string {
  const { flow, schedule, execution, queue, worker, topic, subscription } = need;
  if (need.kind === "person" && flow !== undefined)
    return `${addresses.callbacks}?${new URLSearchParams({ contains: flow }).toString()}`;
  if (flow !== undefined && execution !== undefined) return addresses.execution(flow, execution);
  if (flow !== undefined)
    return schedule === undefined ? addresses.flow(flow) : addresses.schedule(flow, schedule);
  if (topic !== undefined)
    return addresses.topic(topic, need.kind === "deadLetters" ? subscription : undefined);
  if (need.text.code === "deadNotices") return addresses.deadLetters;
  if (need.kind === "finding") return addresses.doctor;
  if (queue === undefined) return addresses.overview;
  return worker === undefined ? addresses.queue(queue) : addresses.worker(queue, worker);
}

export function valuesOf({ text: { values } }: BoardNeed): NeedValues {
  return { count: 1, failed: 0, of: 0, step: "", asked: "", ...values };
}

/** What a night tells. */
interface ToldByNight {
  readonly item: { readonly flow: string; readonly schedule: string };
  readonly run?: { readonly executionName?: string | undefined };
}

/** What the board tells of that, too. */
export function boardNeedOf(needs: readonly BoardNeed[], told: ToldByNight): BoardNeed | undefined {
  return needs.find((need) => isTold(need, told));
}

/** Those that a night does not tell already: what became of schedules it tells itself. */
export function besidesNight(needs: readonly BoardNeed[], told: readonly ToldByNight[]): BoardNeed[] {
  return needs.filter((need) => !told.some((one) => isTold(need, one)));
}

/** A flow may have told of its execution before its schedule did. */
function isTold({ kind, flow, schedule, execution }: BoardNeed, { item, run }: ToldByNight): boolean {
  if (!BY_NIGHT.has(kind) || flow !== item.flow) return false;
  return schedule === undefined
    ? execution !== undefined && execution === run?.executionName
    : schedule === item.schedule;
}
