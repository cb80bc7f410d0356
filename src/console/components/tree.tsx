import { useState } from "preact/hooks";
import { words } from "../words/index.ts";

const SECRET = /secret|password|token|authorization/i;
/** What is deeper opens with a click. */
const OPEN_DEPTH = 2;
const SHOWN_MAX = 100;

export interface TreeProps {
  readonly value: unknown;
}

/** A JSON value that folds; values of names that tell of secrets are covered until they are asked for. */
export function Tree({ value }: TreeProps) {
  return (
    <div class="tree">
      <Value value={value} depth={0} />
    </div>
  );
}

function Value({ value, depth, name = "" }: TreeProps & { readonly depth: number; readonly name?: string }) {
  const [isShown, show] = useState(!SECRET.test(name));
  if (!isShown)
    return (
      <button type="button" onClick={() => show(true)}>
        •••• {words().common.show}
      </button>
    );
  if (Array.isArray(value)) return <Branch entries={[...value.entries()]} marks="[]" depth={depth} />;
  if (typeof value === "object" && value !== null)
    return <Branch entries={Object.entries(value)} marks="{}" depth={depth} />;
  if (typeof value === "string") return <span class="string">{JSON.stringify(value)}</span>;
  return <span class={value === null ? "null" : "other"}>{String(value)}</span>;
}

interface BranchProps {
  readonly entries: readonly (readonly [string | number, unknown])[];
  readonly marks: "[]" | "{}";
  readonly depth: number;
}

function Branch({ entries, marks, depth }: BranchProps) {
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
  const [most, setMost] = useState(SHOWN_MAX);
  const { number, common } = words();
  if (entries.length === 0) return <span class="null">{marks}</span>;
  const [open, end] = [marks[0], marks[1]];
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
              <li key={key}>
                {marks === "{}" && <span class="key">{key}: </span>}
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
