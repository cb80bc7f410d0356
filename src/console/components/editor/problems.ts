import {
  type Diagnostic as Marked,
  lintGutter,
  lintKeymap,
  previousDiagnostic,
  setDiagnostics,
} from "@codemirror/lint";
import type { EditorState, Extension, Text } from "@codemirror/state";
import { type EditorView, keymap } from "@codemirror/view";
import type { Diagnostic } from "../../api/types.ts";

/** Marks at the places of problems, and F8 from one to the next. */
export const problemMarks: Extension = [
  lintGutter(),
  keymap.of([{ key: "Shift-F8", run: previousDiagnostic }, ...lintKeymap]),
];

/** Where a problem begins; the text may be shorter by now. */
export function offsetOf(doc: Text, { line, column }: Diagnostic): number {
  if (line > doc.lines) return doc.length;
  const { from, to } = doc.line(line);
  return Math.min(to, from + column - 1);
}

export function showProblems(
  view: EditorView,
  problems: readonly Diagnostic[],
  texts: { readonly fix: (text: string) => string; readonly own: (code: string) => string | undefined },
): void {
  const marks = problems.map((problem): Marked => {
    const { severity, code, suggestion } = problem;
    const message = [texts.own(code), problem.message].filter(Boolean).join("\n");
    const from = offsetOf(view.state.doc, problem);
    const actions =
      suggestion === undefined
        ? []
        : [{ name: texts.fix(suggestion), apply: (own: EditorView) => applyFix(own, problem) }];
    return { from, to: wordEnd(view.state, from), severity, message, actions };
  });
  view.dispatch(setDiagnostics(view.state, marks));
}

/** Puts what was probably meant in the place of what stands there. */
export function applyFix(view: EditorView, problem: Diagnostic): void {
  const { suggestion: insert = "" } = problem;
  const from = offsetOf(view.state.doc, problem);
  view.dispatch({ changes: { from, to: wordEnd(view.state, from), insert }, userEvent: "input.complete" });
}

/** The end of the key or of the value that begins somewhere. */
function wordEnd({ doc }: EditorState, from: number): number {
  const rest = doc.lineAt(from).to - from;
  const text = doc.sliceString(from, from + rest);
  const [word = ""] =
    /^(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,:{}[\]]+(?::(?!\s|$)[^\s,{}[\]]*)*)/.exec(text) ?? [];
  return from + Math.max(word.length, Math.min(1, rest));
}
