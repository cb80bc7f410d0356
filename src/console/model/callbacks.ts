import { nearEndAt } from "../../core/callback.ts";
import type { Board, BoardCallback } from "../api/types.ts";

export type Asked = BoardCallback["asked"];

/** The same attempt has the same one. */
export function keyOfCallback({ flow, execution, path, attempt }: BoardCallback): string {
  return `${flow}/${execution}/${path} ${attempt}`;
}

/** Little of its time is left. */
export function isNearEnd({ since, dueAt }: Pick<BoardCallback, "since" | "dueAt">, now: number): boolean {
  return nearEndAt({ since: Date.parse(since), dueAt: Date.parse(dueAt) }) <= now;
}

/** Those that are nearly out of time, the next first; then the others as they come. */
export function nearFirst(open: readonly BoardCallback[], now: number): BoardCallback[] {
  const near = open.filter((one) => isNearEnd(one, now));
  const byDue = near.toSorted((a, b) => Date.parse(a.dueAt) - Date.parse(b.dueAt));
  return [...byDue, ...open.filter((one) => !isNearEnd(one, now))];
}

/** Callbacks that nobody looks after, and somebody should. */
export function pressingCallbacks({ needs }: Pick<Board, "needs">): number {
  return needs
    .filter(({ kind, acknowledged }) => kind === "person" && !acknowledged)
    .reduce((sum, { text: { values } }) => sum + Number(values.count ?? 1), 0);
}
