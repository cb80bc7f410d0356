import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentUnit } from "@codemirror/language";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { useEffect, useRef } from "preact/hooks";
import { looks } from "./theme.ts";
import "../../styles/code.css";

export interface CodeEditorProps {
  /** What it begins with; what is typed is told by `onChange`. */
  readonly text: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
  readonly more?: Extension;
  /** Is given the editor once it is there. */
  readonly onReady?: (view: EditorView) => void;
}

/**
 * YAML, or JSON, which is some of it. It lives in a root of its own, since it makes its styles while it runs: there they
 * are no part of the page that the policy could forbid.
 */
export function CodeEditor({ text, label, onChange, more = [], onReady }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const tell = useRef(onChange);
  tell.current = onChange;
  useEffect(() => {
    const host = place.current;
    if (!host) return undefined;
    const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
    const extensions = [more, shared, named(label), listener((changed) => tell.current(changed))];
    const view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({ doc: text, extensions }),
    });
    onReady?.(view);
    return () => view.destroy();
  }, []);
  return <div class="code-editor" ref={place} />;
}

/** Escape, then Tab leaves: the library sees to that. */
const keys = keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]);

/**
 * What replaces something, or has several lines, is put there by us: the browser would bring styles of its own along, which
 * the policy forbids.
 */
const replacing = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType, isComposing } = event;
    const { from, to } = view.state.selection.main;
    if (isComposing || inputType !== "insertText" || data === null) return false;
    if (from === to && !data.includes("\n")) return false;
    event.preventDefault();
    const insert = () =>
      view.state.update({
        changes: { from, to, insert: data },
        selection: { anchor: from + data.length },
        userEvent: "input.type",
        scrollIntoView: true,
      });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
    return true;
  },
});

const shared: Extension = [
  lineNumbers(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  highlightSelectionMatches(),
  history(),
  bracketMatching(),
  closeBrackets(),
  indentUnit.of("  "),
  yaml(),
  keys,
  replacing,
  looks,
];

function named(label: string): Extension {
  return EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" });
}

function listener(tell: (text: string) => void): Extension {
  return EditorView.updateListener.of(({ docChanged, state }) => {
    if (docChanged) tell(state.doc.toString());
  });
}
