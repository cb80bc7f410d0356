import { useEffect, useMemo, useState } from "preact/hooks";
import type { FlowGraph } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Diff } from "../../components/diff.tsx";
import { Graph } from "../../components/graph/graph.tsx";
import type { NodeMark } from "../../components/graph/node.tsx";
import { layOut } from "../../model/layout.ts";
import { words } from "../../words/index.ts";
import { NodeNote } from "../flow/graph-tab.tsx";
import { EXAMPLES } from "./examples.ts";

const PLAIN = { state: "pending" } as const;

export interface GraphPaneProps {
  readonly graph: FlowGraph | undefined;
  /** It is that of an older text. */
  readonly isOld: boolean;
  readonly chosen: string | undefined;
  readonly markOf: (path: string) => (NodeMark & { readonly message: string }) | undefined;
  readonly onChoose: (path: string) => void;
}

export function GraphPane({ graph, isOld, chosen, markOf, onChoose }: GraphPaneProps) {
  const { editor } = words();
  const layout = useMemo(() => graph && layOut(graph), [graph]);
  if (!layout) return <p class="empty quiet">{editor.noGraph}</p>;
  return (
    <>
      {isOld && <p class="pane-note tone-warn">{editor.graphOfBefore}</p>}
      <Graph
        layout={layout}
        lookAt={() => PLAIN}
        noteOf={(node) => {
          const mark = markOf(node.path);
          return mark ? <span class={`tone-${mark.tone}`}>{mark.message}</span> : <NodeNote node={node} />;
        }}
        edgeTone={() => undefined}
        chosen={chosen}
        isPlain
        markOf={markOf}
        onChoose={onChoose}
      />
    </>
  );
}

export function DiffPane({
  stored,
  text,
  label,
}: {
  readonly stored: string;
  readonly text: string;
  readonly label: string;
}) {
  return (
    <div class="pane-scroll">
      <Diff before={stored} after={text} label={label} />
    </div>
  );
}

/** The definitions of the examples, to begin with one of them. */
export function ExamplesPane({ onUse }: { readonly onUse: (text: string) => void }) {
  const { editor } = words();
  const [chosen, choose] = useState(EXAMPLES[0]);
  const [text, setText] = useState("");
  useEffect(() => {
    let isWanted = true;
    void chosen?.load().then((loaded) => isWanted && setText(loaded));
    return () => {
      isWanted = false;
    };
  }, [chosen]);
  return (
    <div class="pane-scroll examples">
      <ul class="example-names" aria-label={editor.panes.examples}>
        {EXAMPLES.map((example) => (
          <li key={example.name}>
            <button
              type="button"
              class="menu-item"
              aria-pressed={example === chosen}
              onClick={() => choose(example)}
            >
              {example.name}
            </button>
          </li>
        ))}
      </ul>
      <div class="example">
        <div class="example-head">
          <span class="quiet">{editor.exampleHint}</span>
          <Button isSmall icon="back" onPress={() => onUse(text)}>
            {editor.useExample}
          </Button>
        </div>
        <pre class="code" tabIndex={0} aria-label={chosen?.name}>
          {text}
        </pre>
      </div>
    </div>
  );
}
