import type { Withdraw } from "./command.ts";

/** Which steps of an execution a withdrawal means, by their paths. */
export function isInside({ inside = "", items }: Pick<Withdraw, "inside" | "items">) {
  return (path: string): boolean => {
    if (!path.startsWith(inside)) return false;
    const index = Number.parseInt(path.slice(inside.length), 10);
    return !items || items.some(([first, count]) => first <= index && index < first + count);
  };
}
