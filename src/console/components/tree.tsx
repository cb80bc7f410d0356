import { useState } from "preact/hooks";
import type { Mark } from "../model/changed-keys.ts";
import { isSecretName } from "../model/secret-names.ts";
import { words } from "../words/index.ts";

/** What is deeper opens with a click. */
const OPEN_DEPTH = 2;
const SHOWN_MAX = 100;

export interface TreeProps {
  readonly value: unknown;
  /** Keys of the outermost object that are not as they were before. */
  readonly marks?: ReadonlyMap<string, Mark> | undefined;
}

/** A JSON value that folds; values of names that tell of secrets are covered until they are asked for. */
export function Tree({ value, marks }: TreeProps) {
  return (
    <div class="tree">
      <Value value={value} depth={0} marks={marks} />
    </div>
  );
}

function Value({
  value,
  marks,
  depth,
  name = "",
}: TreeProps & { readonly depth: number; readonly name?: string }) {
  const [isShown, show] = useState(!isSecretName(name));
  if (!isShown)
    return (
      <button type="button" onClick={() => show(true)}>
        •••• {words().common.show}
      </button>
    );
  if (Array.isArray(value)) return <Branch entries={[...value.entries()]} brackets="[]" depth={depth} />;
  if (typeof value === "object" && value !== null)
    return <Branch entries={Object.entries(value)} brackets="{}" depth={depth} marks={marks} />;
  if (typeof value === "string") return <span class="string">{JSON.stringify(value)}</span>;
  return <span class={value === null ? "null" : "other"}>{String(value)}</span>;
}

interface BranchProps {
  readonly entries: readonly (readonly [string | number, unknown])[];
  readonly brackets: "[]" | "{}";
  readonly depth: number;
  readonly marks?: TreeProps["marks"];
}

function Branch({ entries, brackets, depth, marks }: BranchProps) {
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
  const [most, setMost] = useState(SHOWN_MAX);
  const { number, common } = words();
  if (entries.length === 0) return <span class="null">{brackets}</span>;
  const [open, end] = [brackets[0], brackets[1]];
  return (
    <>
      <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {open}
        {!isOpen && ` ${number(entries.length)} ${end}`}
      </button>
      {isOpen && (
        <>
          <ul>
            {entries.slice(0, most).map(([key, value]) => (
              <li key={key} class={marks?.has(String(key)) ? "is-changed" : undefined}>
                {brackets === "{}" && <span class="key">{key}: </span>}
                {marks?.has(String(key)) && (
                  <span class="hidden-text">{common.mark[marks.get(String(key)) ?? "new"]} </span>
                )}
                <Value value={value} depth={depth + 1} name={String(key)} />
              </li>
            ))}
            {entries.length > most && (
              <li>
                <button type="button" onClick={() => setMost(most + SHOWN_MAX)}>
                  {common.loadMore} ({common.of(most, entries.length)})
                </button>
              </li>
            )}
          </ul>
          <span class="null">{end}</span>
        </>
      )}
    </>
  );
}
