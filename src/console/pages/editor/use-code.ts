import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useMemo, useRef, useState } from "preact/hooks";
import { pathOf, read } from "../../api/client.ts";
import { address } from "../../api/client.ts";
import type { Diagnostic, Page } from "../../api/types.ts";
import { changedMarks, showChanged } from "../../components/editor/changed.ts";
import { fdl, placesIn } from "../../components/editor/fdl.ts";
import { applyFix, offsetOf, problemMarks, showProblems } from "../../components/editor/problems.ts";
import { stepAt } from "../../model/yaml-places.ts";
import { words } from "../../words/index.ts";
import { fdlHelp } from "./help.ts";

/** Asking for more would cost more than a page may. */
const QUEUES = 19;

/** Where the caret is. */
export interface Caret {
  readonly line: number;
  /** Of the innermost step around it. */
  readonly step?: string;
}

/** The page's hold on its editor. */
export interface Code {
  readonly more: Extension;
  readonly caret: Caret;
  readonly onReady: (view: EditorView) => void;
  readonly isReady: boolean;
  /** Puts another text in the place of all; undo brings back what was. */
  readonly replace: (text: string) => void;
  readonly goTo: (problem: Diagnostic) => void;
  readonly fix: (problem: Diagnostic) => void;
  readonly goToStep: (path: string) => void;
  readonly show: (problems: readonly Diagnostic[], changed: readonly number[]) => void;
  /** The path of the step around each problem. */
  readonly stepOf: (problem: Diagnostic) => string | undefined;
}

export function useCode(): Code {
  const [caret, setCaret] = useState<Caret>({ line: 1 });
  const [view, setView] = useState<EditorView | undefined>(undefined);
  const queues = useRef<Promise<readonly string[]> | undefined>(undefined);
  const more = useMemo(
    () => [
      fdl({ help: fdlHelp, queues: () => (queues.current ??= readQueues()) }),
      problemMarks,
      changedMarks,
      caretListener(setCaret),
    ],
    [],
  );
  const select = (at: number) =>
    view?.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
  return {
    more,
    caret,
    onReady: setView,
    isReady: view !== undefined,
    replace(text) {
      if (!view || view.state.doc.toString() === text) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    goTo(problem) {
      if (view) select(offsetOf(view.state.doc, problem));
      view?.focus();
    },
    fix(problem) {
      if (view) applyFix(view, problem);
      view?.focus();
    },
    goToStep(path) {
      const place = view && placesIn(view.state).find((one) => one.path === path);
      if (place) select(place.at);
    },
    show(problems, changed) {
      if (!view) return;
      const { editor, service } = words();
      showProblems(view, problems, { fix: editor.fix, own: service.diagnostic });
      showChanged(view, changed);
    },
    stepOf: (problem) => view && stepAt(placesIn(view.state), offsetOf(view.state.doc, problem))?.path,
  };
}

function caretListener(tell: (caret: Caret) => void): Extension {
  return EditorView.updateListener.of(({ selectionSet, docChanged, state }) => {
    if (!selectionSet && !docChanged) return;
    const { head } = state.selection.main;
    const step = stepAt(placesIn(state), head)?.path;
    tell({ line: state.doc.lineAt(head).number, ...(step !== undefined && { step }) });
  });
}

/** Names to complete with: without them the editor offers none. */
async function readQueues(): Promise<readonly string[]> {
  try {
    const answer = await read<Page<{ readonly name: string }>>(address(pathOf("queues"), { limit: QUEUES }));
    return answer?.data.items.map(({ name }) => name) ?? [];
  } catch {
    return [];
  }
}
