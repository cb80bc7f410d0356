import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { Decoration, EditorView, MatchDecorator, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Colours come from the page's own, which reach into the shadow root. */
const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", backgroundColor: "var(--sunken)", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "18px", fontVariantLigatures: "none" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--accent)" },
  ".cm-line": { padding: "0 16px 0 10px" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-3)", border: "none" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 4px", minWidth: "28px" },
  ".cm-gutter-lint": { width: "20px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0 2px 0 6px" },
  ".cm-lint-marker.cm-lint-marker": { width: "9px", height: "9px", margin: "4px 0 0 4px" },
  ".cm-lint-marker-error": { content: '""', borderRadius: "50%", backgroundColor: "var(--bad-mark)" },
  ".cm-lint-marker-warning": {
    content: '""',
    clipPath: "polygon(50% 0, 100% 100%, 0 100%)",
    backgroundColor: "var(--warn-mark)",
  },
  ".cm-lint-marker-info": { content: '""', borderRadius: "2px", backgroundColor: "var(--run-mark)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--accent-soft)" },
  ".cm-activeLineGutter": { color: "var(--ink)" },
  "&:not(.cm-focused) .cm-activeLine, &:not(.cm-focused) .cm-activeLineGutter": {
    backgroundColor: "var(--idle-soft)",
  },
  ".cm-changed": { boxShadow: "inset 2px 0 var(--accent)" },
  ".cm-path": { color: "var(--miss)" },
  ".cm-amount": { color: "var(--warn)" },
  ".cm-selectionMatch, .cm-searchMatch": { backgroundColor: "var(--warn-soft)" },
  ".cm-searchMatch-selected": { outline: "1px solid var(--warn-mark)" },
  ".cm-tooltip": {
    maxWidth: "480px",
    border: "1px solid var(--line-strong)",
    borderRadius: "8px",
    overflow: "hidden",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    boxShadow: "var(--shadow)",
    font: "12.5px/18px var(--sans)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { maxHeight: "216px", font: "12.5px/18px var(--mono)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { background: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-completionDetail": { marginLeft: "12px", color: "var(--ink-3)", fontStyle: "normal" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--accent)" },
  ".cm-tooltip.cm-completionInfo": { padding: "8px 12px" },
  ".cm-help": { padding: "8px 12px" },
  ".cm-help b": { fontWeight: "600", fontFamily: "var(--mono)" },
  ".cm-diagnostic": { padding: "8px 12px", borderLeft: "none" },
  ".cm-diagnosticAction": {
    marginLeft: "10px",
    padding: "3px 10px",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    backgroundColor: "var(--surface)",
    color: "var(--ink)",
    font: "500 12.5px/18px var(--sans)",
    cursor: "pointer",
  },
  ".cm-panels": { borderColor: "var(--line)", backgroundColor: "var(--surface)", color: "var(--ink)" },
  ".cm-textfield, .cm-button": {
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    background: "var(--surface)",
    color: "var(--ink)",
    font: "12.5px/18px var(--sans)",
  },
  ".cm-lintRange": {
    backgroundImage: "none",
    textDecoration: "underline wavy 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-error": { textDecorationColor: "var(--bad-mark)" },
  ".cm-lintRange-warning": { textDecorationColor: "var(--warn-mark)" },
  ".cm-lintRange-info": { textDecorationColor: "var(--run-mark)" },
  ".cm-lintRange-active": { backgroundColor: "transparent" },
});

const colours = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--run)" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: tags.comment, color: "var(--ink-3)" },
  { tag: [tags.labelName, tags.typeName, tags.keyword], color: "var(--accent)" },
]);

/** Paths, resources and numbers stand out, which the grammar of YAML calls plain text. */
const matches = new MatchDecorator({
  regexp:
    /\$(?:input|local|context)?(?:[.[][\w.[\]*'"-]*)?(?![\w])|(?<=[:,[-] )-?\d+(?:\.\d+)?(?=\s*(?:$|[,}\]]))/g,
  decoration: ([found]) => Decoration.mark({ class: found.startsWith("$") ? "cm-path" : "cm-amount" }),
});

const matched = ViewPlugin.define(
  (view) => ({
    marks: matches.createDeco(view),
    update(update) {
      this.marks = matches.updateDeco(update, this.marks);
    },
  }),
  { decorations: ({ marks }) => marks },
);

export const looks = [theme, syntaxHighlighting(colours), matched];
