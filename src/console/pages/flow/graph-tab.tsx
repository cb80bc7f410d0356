import { useMemo, useState } from "preact/hooks";
import type { FlowWithGraph } from "../../api/types.ts";
import { Graph } from "../../components/graph/graph.tsx";
import { iconOfType } from "../../components/graph/node.tsx";
import { Icon } from "../../components/icon.tsx";
import type { GraphStep } from "../../api/types.ts";
import { type PlacedNode, layOut } from "../../model/layout.ts";
import { stepsOf } from "../../model/looks.ts";
import { words } from "../../words/index.ts";

const PLAIN = { state: "pending" } as const;

/** The steps of a flow, without an execution. */
export function FlowGraphTab({ flow: { graph } }: { readonly flow: FlowWithGraph }) {
  const [chosen, choose] = useState<string | undefined>(undefined);
  const layout = useMemo(() => graph && layOut(graph), [graph]);
  const steps = useMemo(() => graph && stepsOf(graph), [graph]);
  if (!layout) return <p class="empty quiet">{words().execution.noGraph}</p>;
  const step = chosen === undefined ? undefined : steps?.get(chosen);
  return (
    <div class="graph-tab">
      <Graph
        layout={layout}
        lookAt={() => PLAIN}
        noteOf={(node) => <NodeNote node={node} />}
        edgeTone={() => undefined}
        chosen={chosen}
        isPlain
        onChoose={choose}
      />
      {step && <StepPanel step={step} onClose={() => choose(undefined)} />}
    </div>
  );
}

export function NodeNote({ node: { step } }: { readonly node: PlacedNode }) {
  const type = words().stepType[step.type];
  const told = step.queue ?? step.label;
  return <>{told === undefined ? type : `${type} · ${told}`}</>;
}

function StepPanel({ step, onClose }: { readonly step: GraphStep; readonly onClose: () => void }) {
  const { panel, stepType, graph, frame } = words();
  const { name, type, label, queue, concurrency, retries } = step;
  const facts = [
    label !== undefined && ([stepType[type], <code key="label">{label}</code>] as const),
    queue !== undefined && ([frame.queues, queue] as const),
    concurrency !== undefined && ([panel.items, graph.atOnce(concurrency)] as const),
    retries !== undefined && ([panel.attempts, words().number(retries + 1)] as const),
    ...(step.catch ?? []).map(({ errors, goto }) => [graph.catch(errors.join(", ")), goto] as const),
  ].filter((fact) => fact !== false);
  return (
    <aside class="panel" aria-label={panel.label}>
      <div class="panel-head">
        <Icon name={iconOfType(type)} />
        <h2 class="cut">{name}</h2>
        <span class="quiet panel-type">{stepType[type]}</span>
        <button
          type="button"
          class="foot-button"
          aria-label={panel.close}
          title={panel.close}
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <dl class="facts panel-part">
        {facts.map(([title, value]) => (
          <>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
    </aside>
  );
}
