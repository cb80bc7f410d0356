import { useEffect, useMemo } from "preact/hooks";
import { address, pathOf } from "../../api/client.ts";
import { LiveExecution, type Watched } from "../../api/live.ts";
import { useResource } from "../../api/resource.ts";
import type { FlowWithGraph } from "../../api/types.ts";
import { layOut } from "../../model/layout.ts";
import { stepInTrouble, stepsOf } from "../../model/looks.ts";
import type { ExecutionView } from "./context.ts";

export interface Opened {
  readonly watched: Watched;
  readonly reload: () => void;
  /** Absent until there is a snapshot. */
  readonly view?: ExecutionView;
  readonly definition?: string | undefined;
}

/** Everything that the page of an execution needs at once: two calls, and a socket while it runs. */
export function useExecution(flow: string, name: string): Opened {
  const base = pathOf("flows", flow, "executions", name);
  const live = useMemo(() => new LiveExecution(base), [base]);
  useEffect(() => live.begin(), [live]);
  const watched = live.state.value;
  const { snapshot, link } = watched;
  const version = snapshot?.head.version;
  const stored = useResource<FlowWithGraph>(
    version === undefined ? undefined : address(pathOf("flows", flow), { version, graph: true }),
  );
  const graph = stored.data?.graph;
  // How many iterations there are changes the layout; which state they are in does not.
  const sizes = snapshot === undefined ? "" : sizesOf(snapshot.foreach);
  const layout = useMemo(
    () => graph && layOut(graph, (path) => snapshot?.foreach.get(path)?.n ?? 0),
    [graph, sizes],
  );
  const steps = useMemo(() => (graph ? stepsOf(graph) : new Map<string, never>()), [graph]);
  if (!snapshot) return { watched, reload: live.reload };
  const trouble = stepInTrouble([...steps.keys()], snapshot);
  const view: ExecutionView = {
    flow,
    name,
    base,
    snapshot,
    link,
    goesOn: live.goesOn,
    steps,
    ...(graph && { graph }),
    ...(layout && { layout }),
    ...(trouble !== undefined && { trouble }),
  };
  return { watched, reload: live.reload, view, definition: stored.data?.definition };
}

function sizesOf(foreach: ReadonlyMap<string, { readonly n: number }>): string {
  return JSON.stringify([...foreach].map(([path, { n }]) => [path, n]));
}
