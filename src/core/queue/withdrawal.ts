import type { Withdraw } from "./command.ts";
import type { Queue } from "./queue.ts";

/** Numbers of the messages that a withdrawal means, those left out that are withdrawn already. */
export function meantBy(queue: Queue, { execution, tasks, ...place }: Withdraw): number[] {
  const found = tasks
    ? tasks.flatMap((task) => queue.taskMessage({ execution, ...task }) ?? [])
    : Array.from(queue.taskMessages(execution, isInside(place)));
  return found.filter(({ withdrawn }) => !withdrawn).map(({ number }) => number);
}

/** Which steps of an execution are meant, by their paths. */
function isInside({ inside = "", items }: Pick<Withdraw, "inside" | "items">) {
  return (path: string): boolean => {
    if (!path.startsWith(inside)) return false;
    const index = Number.parseInt(path.slice(inside.length), 10);
    return !items || items.some(([first, count]) => first <= index && index < first + count);
  };
}
