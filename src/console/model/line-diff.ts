import { diffLines } from "diff";

/** Lines of two texts side by side: numbers are those of each side, from 1. */
export interface DiffLine {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

/** Lines in a row that are the same on both sides, too far from a change to be shown. */
export interface DiffGap {
  readonly kind: "gap";
  readonly lines: readonly DiffLine[];
}

const AROUND = 3;
/** Fewer are shown: a line that says so would take as much room. */
const GAP_MIN = 4;
/** Texts that differ more are shown as one taken away and one added: to find less takes the browser long, as the square of them. */
const EDITS_MAX = 1500;

export function lineDiff(before: string, after: string): DiffLine[] {
  const parts = diffLines(ended(before), ended(after), { maxEditLength: EDITS_MAX }) ?? [
    { value: ended(before), removed: true, added: false },
    { value: ended(after), added: true, removed: false },
  ];
  let [old, now] = [1, 1];
  return parts.flatMap(({ value, added, removed }) =>
    value
      .split("\n")
      .slice(0, -1)
      .map((text): DiffLine => {
        if (added) return { kind: "added", text, after: now++ };
        if (removed) return { kind: "removed", text, before: old++ };
        return { kind: "same", text, before: old++, after: now++ };
      }),
  );
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** With what did not change folded, but for some lines around each change. */
export function folded(lines: readonly DiffLine[]): (DiffLine | DiffGap)[] {
  const isNear = (at: number) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== "same");
  const found: (DiffLine | { kind: "gap"; lines: DiffLine[] })[] = [];
  for (const [at, line] of lines.entries()) {
    const last = found.at(-1);
    if (isNear(at)) found.push(line);
    else if (last?.kind === "gap") last.lines.push(line);
    else found.push({ kind: "gap", lines: [line] });
  }
  return found.flatMap((part) => (part.kind === "gap" && part.lines.length < GAP_MIN ? part.lines : part));
}

/** Numbers of the lines of `after` that are not as they were. */
export function changedLines(before: string, after: string): number[] {
  return lineDiff(before, after).flatMap(({ kind, after: line }) =>
    kind === "added" && line !== undefined ? [line] : [],
  );
}
