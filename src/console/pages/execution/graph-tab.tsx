import { useLocation } from "preact-iso";
import { Graph, type GraphProps } from "../../components/graph/graph.tsx";
import { Skeleton } from "../../components/loaded.tsx";
import { addresses } from "../../frame/addresses.ts";
import { useIsPhone } from "../../frame/use-is-phone.ts";
import { Duration, Elapsed } from "../../components/times.tsx";
import type { PlacedNode } from "../../model/layout.ts";
import { edgeTone, lookOf } from "../../model/looks.ts";
import type { Snapshot } from "../../model/snapshot.ts";
import { words } from "../../words/index.ts";
import type { ExecutionView } from "./context.ts";
import { Panel } from "./panel.tsx";
import { TimelineCard } from "./timeline.tsx";

export interface GraphTabProps {
  readonly view: ExecutionView;
  readonly chosen: string | undefined;
  readonly onChoose: (path: string | undefined) => void;
}

const NONE = "none";

/** The graph, and beside it the chosen step: at first the one that failed or runs. */
export function GraphTab({ view, chosen, onChoose }: GraphTabProps) {
  const { layout, snapshot, trouble } = view;
  const isPhone = useIsPhone();
  const { route } = useLocation();
  if (!layout) return <Skeleton />;
  const openItem = (path: string, index: number) => {
    const visited = snapshot.steps.get(path)?.[0];
    if (visited !== undefined) route(addresses.item(view.flow, view.name, visited, index));
  };
  const shown = chosen === undefined ? trouble : chosen === NONE ? undefined : chosen;
  return (
    <>
      <div class="graph-tab">
        <SnapshotGraph
          layout={layout}
          snapshot={snapshot}
          chosen={shown}
          focus={shown ?? trouble}
          onChoose={onChoose}
          onItem={openItem}
        />
        {shown !== undefined && (
          <Panel view={view} path={shown} onChoose={onChoose} onClose={() => onChoose(NONE)} />
        )}
      </div>
      {!isPhone && <TimelineCard isFoot view={view} onChoose={onChoose} />}
    </>
  );
}

type SnapshotGraphProps = Omit<GraphProps, "lookAt" | "noteOf" | "edgeTone"> & {
  readonly snapshot: Snapshot;
};

/** A graph whose steps stand as a snapshot tells. */
export function SnapshotGraph({ snapshot, ...graph }: SnapshotGraphProps) {
  const lookAt = (path: string) => lookOf(path, snapshot);
  return (
    <Graph
      {...graph}
      lookAt={lookAt}
      noteOf={(node) => <Note snapshot={snapshot} node={node} />}
      edgeTone={(edge) => edgeTone(edge, lookAt)}
    />
  );
}

/** Behind a step's name: what it is, and how long it took or takes. */
function Note({ snapshot, node }: { readonly snapshot: Snapshot; readonly node: PlacedNode }) {
  const { stepType, graph } = words();
  const { step, path } = node;
  const look = lookOf(path, snapshot);
  const type = stepType[step.type];
  if (look.states !== undefined) {
    // What somebody said while it runs counts.
    const { concurrency = step.concurrency } = look.limits ?? {};
    const items = graph.items(look.states.length);
    return <>{concurrency === undefined ? items : `${items}, ${graph.atOnce(concurrency)}`}</>;
  }
  if (!look.visit) return look.state === "pending" ? <>{`${type} · ${graph.notReached}`}</> : <>{type}</>;
  const [, , attempts, enteredAt, endedAt] = look.visit;
  return (
    <>
      {type} · {endedAt === 0 ? <Elapsed from={enteredAt} /> : <Duration ms={endedAt - enteredAt} />}
      {attempts > 1 && ` · ${graph.attempt(attempts)}`}
    </>
  );
}
