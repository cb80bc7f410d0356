import { type Extension, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

const setLines = StateEffect.define<readonly number[]>();

/** Marks lines that are not as they were stored. */
export const changedMarks: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { effects, changes, state }) {
    const told = effects.find((effect) => effect.is(setLines));
    if (!told?.is(setLines)) return marks.map(changes);
    const lines = told.value.filter((line) => line <= state.doc.lines);
    return Decoration.set(
      lines.map((line) => Decoration.line({ class: "cm-changed" }).range(state.doc.line(line).from)),
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Numbers of lines, from 1, in their order. */
export function showChanged(view: EditorView, lines: readonly number[]): void {
  view.dispatch({ effects: setLines.of(lines) });
}
