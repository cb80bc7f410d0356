import { useMemo } from "preact/hooks";
import { type DiffLine, folded, lineDiff } from "../model/line-diff.ts";
import "../styles/diff.css";
import { words } from "../words/index.ts";

export interface DiffProps {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}

const SIGNS = { same: " ", added: "+", removed: "−" } as const;

/** Two texts by their lines: what went, what came, and a little around it. */
export function Diff({ before, after, label }: DiffProps) {
  const lines = useMemo(() => lineDiff(before, after), [before, after]);
  const { editor } = words();
  const count = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  const [added, removed] = [count("added"), count("removed")];
  if (added + removed === 0) return <p class="empty quiet">{editor.same}</p>;
  return (
    <section class="diff" aria-label={label}>
      <p class="diff-counts">
        <span class="tone-ok">{editor.added(added)}</span>{" "}
        <span class="tone-bad">{editor.removed(removed)}</span>
      </p>
      <div class="diff-lines" role="region" aria-label={label} tabIndex={0}>
        <div class="diff-text">
          {folded(lines).map((part) =>
            part.kind === "gap" ? <Gap lines={part.lines} /> : <Line line={part} />,
          )}
        </div>
      </div>
    </section>
  );
}

function Gap({ lines }: { readonly lines: readonly DiffLine[] }) {
  return (
    <details class="diff-gap">
      <summary>{words().editor.sameLines(lines.length)}</summary>
      {lines.map((line) => (
        <Line line={line} />
      ))}
    </details>
  );
}

function Line({ line: { kind, text, before, after } }: { readonly line: DiffLine }) {
  return (
    <div class={`diff-line diff-${kind}`}>
      <span class="diff-number" aria-hidden="true">
        {before}
      </span>
      <span class="diff-number" aria-hidden="true">
        {after}
      </span>
      <span class="diff-sign">{SIGNS[kind]}</span>
      <code>{text}</code>
    </div>
  );
}
