import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Layout, PlacedEdge, PlacedNode } from "../../model/layout.ts";
import type { StepLook } from "../../model/looks.ts";
import { toneOfLook } from "../../model/looks.ts";
import type { Tone } from "../../model/states.ts";
import { words } from "../../words/index.ts";
import { Edges, Labels } from "./edges.tsx";
import { Minimap } from "./minimap.tsx";
import { Node, type NodeMark } from "./node.tsx";
import { Tools } from "./tools.tsx";
import { usePan } from "./use-pan.ts";
import { type View, centered, isInSight, isLarger, opened, useSize } from "./view.ts";

export interface GraphProps {
  readonly layout: Layout;
  readonly lookAt: (path: string) => StepLook;
  readonly noteOf: (node: PlacedNode) => ComponentChildren;
  readonly edgeTone: (edge: PlacedEdge) => Tone | undefined;
  readonly chosen: string | undefined;
  /** What should be in sight first. */
  readonly focus?: string | undefined;
  /** Only a definition, without states. */
  readonly isPlain?: boolean;
  /** Steps of a definition that something is wrong with. */
  readonly markOf?: (path: string) => NodeMark | undefined;
  readonly onChoose: (path: string) => void;
  /** An item of a foreach was chosen. */
  readonly onItem?: (path: string, index: number) => void;
}

const NEXT: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** A flow as nodes and lines, which can be moved, zoomed, and walked with arrow keys in the order of the flow. */
export function Graph(props: GraphProps) {
  const { layout, lookAt, edgeTone, focus, isPlain = false } = props;
  const { element, size } = useSize<HTMLDivElement>();
  const [view, setView] = useState<View | undefined>(undefined);
  const focused = useMemo(() => layout.nodes.find(({ path }) => path === focus), [layout, focus]);
  useEffect(() => {
    if (size.width > 0 && view === undefined) setView(opened(layout, size, focused));
  }, [size, layout, focused, view]);
  usePan(element, setView);
  const seen = view ?? { x: 0, y: 0, scale: 1 };

  function walk(event: KeyboardEvent): void {
    const next = nextOf(event, layout);
    if (!next) return;
    event.preventDefault();
    const selector = `[data-step="${CSS.escape(next.path)}"]`;
    element.current?.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
    if (!isInSight(next, seen, size)) setView(centered(next, size, seen.scale));
  }
  return (
    <div class="graph" ref={element} role="group" aria-label={words().graph.label} onKeyDown={walk}>
      <div
        class={`graph-plane ${view === undefined ? "is-hidden" : ""}`}
        style={{
          width: `${layout.width}px`,
          height: `${layout.height}px`,
          transform: `translate(${seen.x}px, ${seen.y}px) scale(${seen.scale})`,
        }}
      >
        {layout.nodes
          .filter(({ isGroup }) => isGroup)
          .map((node) => (
            <Step key={node.path} node={node} of={props} />
          ))}
        <Edges edges={layout.edges} width={layout.width} height={layout.height} toneOf={edgeTone} />
        {layout.nodes
          .filter(({ isGroup }) => !isGroup)
          .map((node) => (
            <Step key={node.path} node={node} of={props} />
          ))}
        <Labels edges={layout.edges} edgeTone={edgeTone} />
      </div>
      <Tools layout={layout} size={size} view={seen} focused={focused} onView={setView} />
      {view !== undefined && isLarger(layout, seen, size) && (
        <Minimap
          layout={layout}
          view={seen}
          box={size}
          toneOf={(node) => (isPlain ? "plain" : toneOfLook(lookAt(node.path)))}
          onGo={(x, y) => setView(centered({ x, y, width: 0, height: 0 }, size, seen.scale))}
        />
      )}
    </div>
  );
}

/** A step of the graph, as its page sees it. */
function Step({ node, of }: { readonly node: PlacedNode; readonly of: GraphProps }) {
  const { layout, lookAt, noteOf, chosen, isPlain = false, markOf, onChoose, onItem } = of;
  const { path } = node;
  return (
    <Node
      node={node}
      look={lookAt(path)}
      note={noteOf(node)}
      isChosen={path === chosen}
      isStop={path === (chosen ?? layout.nodes[0]?.path)}
      isPlain={isPlain}
      mark={markOf?.(path)}
      onChoose={() => onChoose(path)}
      onItem={onItem && ((index) => onItem(path, index))}
    />
  );
}

/** The neighbour, in the order of the flow, of the step that has the focus; undefined for other keys and at the ends. */
function nextOf({ key, target }: KeyboardEvent, { nodes }: Layout): PlacedNode | undefined {
  const step = NEXT[key];
  const path = target instanceof HTMLElement ? target.dataset.step : undefined;
  if (step === undefined || path === undefined) return undefined;
  return nodes[nodes.findIndex((node) => node.path === path) + step];
}
