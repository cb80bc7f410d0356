import type { FlowWithGraph } from "../../api/types.ts";
import { Icon } from "../../components/icon.tsx";
import { clockSeconds } from "../../model/times.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import type { DraftState as Draft } from "./use-draft.ts";
import { type Checked, countProblems } from "./use-validation.ts";

export interface EditorState {
  readonly stored?: FlowWithGraph;
  readonly draft: Draft;
  readonly checked: Checked;
}

/** Whether what one sees is what is stored. */
export function DraftState({ stored, draft: { base, isChanged } }: EditorState) {
  const { editor } = words();
  const text = stored
    ? isChanged
      ? editor.draftOn(base)
      : editor.unchanged(stored.version)
    : editor.draftOfNew;
  return (
    <span class="state pill soft-idle tone-idle">
      {(isChanged || !stored) && <Icon name="edit" size={13} />}
      {text}
    </span>
  );
}

export function EditorMeta({ draft, checked }: EditorState) {
  const { editor } = words();
  const { savedAt, isChanged, isLost } = draft;
  return (
    <>
      <Verdict draft={draft} checked={checked} />
      {isChanged && savedAt !== undefined && (
        <span>
          {editor.kept} <b>{clockSeconds(savedAt, reader.value)}</b>
        </span>
      )}
      {isLost && <span class="tone-warn">{editor.notKept}</span>}
    </>
  );
}

function Verdict({ draft, checked }: EditorState) {
  const { editor } = words();
  const { errors, warnings } = countProblems(checked.problems);
  if (checked.error !== undefined) return <span class="tone-bad">{editor.unchecked}</span>;
  if (checked.text === undefined) return <span>{editor.checking}</span>;
  const isOld = checked.text !== draft.text;
  const [tone, says] =
    errors > 0
      ? ["tone-bad", editor.wrong(errors, warnings)]
      : warnings > 0
        ? ["tone-warn", editor.doubtful(warnings)]
        : ["tone-ok", editor.sound];
  return (
    <span class={`verdict ${tone} ${isOld ? "is-old" : ""}`} role="status">
      {says}
    </span>
  );
}
