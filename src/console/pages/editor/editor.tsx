import { useEffect, useMemo, useState } from "preact/hooks";
import type { FlowWithGraph } from "../../api/types.ts";
import { CodeEditor } from "../../components/editor/code-editor.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { Segment } from "../../components/segment.tsx";
import { addresses } from "../../frame/addresses.ts";
import { useIsPhone } from "../../frame/use-is-phone.ts";
import { changedLines } from "../../model/line-diff.ts";
import { mayChange } from "../../state/session.ts";
import { NEW_FLOW } from "../../state/drafts.ts";
import { words } from "../../words/index.ts";
import { EditorActions, MovedNote } from "./actions.tsx";
import { FIRST } from "./examples.ts";
import { DraftState as Badge, EditorMeta } from "./meta.tsx";
import { ProblemList } from "./problem-list.tsx";
import { DiffPane, ExamplesPane, GraphPane } from "./side.tsx";
import { type Code, useCode } from "./use-code.ts";
import { type DraftState, useDraft } from "./use-draft.ts";
import { type Checked, useValidation } from "./use-validation.ts";
import "../../styles/graph.css";
import "../../styles/execution.css";
import "../../styles/editor.css";

const PANES = ["graph", "diff", "examples"] as const;
type Pane = (typeof PANES)[number];

export interface EditorProps {
  /** Absent: a new flow. */
  readonly stored?: FlowWithGraph;
  readonly onStored: (flow: string) => void;
}

/** A definition as text, with what the service says of it, its graph, and what changed. */
export function Editor({ stored, onStored }: EditorProps) {
  const { editor, frame } = words();
  const { name = NEW_FLOW, version = 0, definition = "" } = stored ?? {};
  const draft = useDraft(name, definition, version, stored ? definition : FIRST);
  const checked = useValidation(draft.text);
  const code = useCode();
  const [pane, setPane] = useState<Pane>("graph");
  useEffect(() => code.replace(draft.text), [draft.revision]);
  useEffect(() => {
    const isCurrent = checked.text === draft.text;
    if (isCurrent) code.show(checked.problems, stored ? changedLines(definition, draft.text) : []);
  }, [checked, code.isReady, definition]);
  const crumbs = [
    { title: frame.flows, href: addresses.flows },
    ...(stored ? [{ title: name, href: addresses.flow(name) }] : []),
  ];
  const panes = PANES.filter((id) => stored !== undefined || id !== "diff");
  const all = { ...(stored && { stored }), draft, checked };
  const isReadOnly = useIsPhone() || !mayChange();
  if (isReadOnly) return <ReadOnly crumbs={crumbs} text={draft.text} />;
  return (
    <div class="editor-page">
      <PageHead
        title={stored ? editor.title : editor.newFlow}
        crumbs={crumbs}
        state={<Badge {...all} />}
        meta={<EditorMeta {...all} />}
        actions={
          <>
            <Segment
              label={editor.side}
              choices={panes.map((id) => ({
                id,
                title: id === "diff" ? editor.diffTo(version) : editor.panes[id],
              }))}
              chosen={pane}
              onChoose={setPane}
            />
            <EditorActions {...all} onStored={onStored} />
          </>
        }
      />
      {stored && draft.isChanged && draft.base !== version && (
        <MovedNote draft={draft} stored={stored} onDiff={() => setPane("diff")} />
      )}
      <div class="editor-grid">
        <div class="editor-code">
          <CodeEditor
            text={draft.text}
            label={editor.code}
            more={code.more}
            onChange={draft.type}
            onReady={code.onReady}
          />
          <p class="hidden-text">{editor.leave}</p>
        </div>
        <section class="editor-side" aria-label={editor.side}>
          {pane === "graph" && <Drawn code={code} checked={checked} draft={draft} />}
          {pane === "diff" && (
            <DiffPane stored={definition} text={draft.text} label={editor.diffTo(version)} />
          )}
          {pane === "examples" && <ExamplesPane onUse={code.replace} />}
        </section>
      </div>
      <ProblemList problems={checked.problems} line={code.caret.line} onGo={code.goTo} onFix={code.fix} />
    </div>
  );
}

interface DrawnProps {
  readonly code: Code;
  readonly checked: Checked;
  readonly draft: DraftState;
}

/** The graph, whose steps tell what is wrong with them. */
function Drawn({ code, checked }: DrawnProps) {
  const { editor, service } = words();
  const { severity: names } = editor;
  const marks = useMemo(() => {
    const found = new Map<string, { tone: "bad" | "warn"; word: string; message: string }>();
    for (const problem of checked.problems) {
      const step = code.stepOf(problem);
      const { severity } = problem;
      const message = service.diagnostic(problem.code) ?? problem.message;
      const isError = severity === "error";
      if (step === undefined || severity === "info" || (found.has(step) && !isError)) continue;
      if (found.get(step)?.tone !== "bad")
        found.set(step, { tone: isError ? "bad" : "warn", word: names[severity], message });
    }
    return found;
  }, [checked, code.isReady, names, service]);
  return (
    <GraphPane
      graph={checked.graph}
      isOld={checked.problems.some(({ severity }) => severity === "error")}
      chosen={code.caret.step}
      markOf={(path) => marks.get(path)}
      onChoose={code.goToStep}
    />
  );
}

interface ReadOnlyProps {
  readonly crumbs: readonly { readonly title: string; readonly href: string }[];
  readonly text: string;
}

/** On a phone, and for whoever may only look. */
function ReadOnly({ crumbs, text }: ReadOnlyProps) {
  const { editor, flows } = words();
  return (
    <>
      <PageHead title={flows.tabs.definition} crumbs={crumbs} />
      <div class="page-body">
        <p class="quiet">{mayChange() ? editor.phone : editor.mayNot}</p>
        <pre class="code framed" tabIndex={0} aria-label={editor.code}>
          {text}
        </pre>
      </div>
    </>
  );
}
