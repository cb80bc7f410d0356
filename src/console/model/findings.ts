import type { Finding } from "../api/types.ts";
import { addresses } from "../frame/addresses.ts";

/** Names of findings of these begin with that of an execution. */
const OF_EXECUTIONS: ReadonlySet<Finding["code"]> = new Set([
  "lostEnd",
  "lostStart",
  "pausedLong",
  "lostAlarm",
  "queueMissing",
]);

/** What a finding is about, in the order of its owners, and where somebody sees more of it; absent: nowhere else. */
export interface FindingPlace {
  readonly parts: readonly string[];
  readonly href?: string;
}

export function placeOfFinding({ code, kind, object, name }: Finding): FindingPlace {
  if (kind === "queue") return { parts: [object], href: addresses.queue(object) };
  if (kind === "topic") {
    const subscription = code === "deadLetters" ? name : undefined;
    return {
      parts: subscription === undefined ? [object] : [object, subscription],
      href: addresses.topic(object, subscription),
    };
  }
  if (code === "deadLetters") return { parts: [], href: addresses.deadLetters };
  const [first = "", second] = (name ?? "").split(" ");
  if (kind === "flow") {
    const isExecution =
      first !== "" && (OF_EXECUTIONS.has(code) || (code === "stuckEffect" && second !== undefined));
    return isExecution
      ? { parts: [object, first], href: addresses.execution(object, first) }
      : { parts: [object], href: addresses.flow(object) };
  }
  const [flow = "", schedule] = first.split("/");
  if (schedule === undefined) return { parts: [] };
  return second === undefined
    ? { parts: [flow, schedule], href: addresses.schedule(flow, schedule) }
    : { parts: [flow, second], href: addresses.execution(flow, second) };
}
