import { useLocation, useRoute } from "preact-iso";
import { useEffect, useMemo, useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { FlowGraph, Page, StepView } from "../../api/types.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { copyText, curlOf, quoted } from "../../components/copy.ts";
import { Skeleton } from "../../components/loaded.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StateMark, StateShape } from "../../components/state-mark.tsx";
import { Elapsed, Time } from "../../components/times.tsx";
import { Trouble } from "../../components/trouble.tsx";
import { addresses } from "../../frame/addresses.ts";
import { bodyOf, placeIn } from "../../model/flow-graph.ts";
import { failedBeside, pathOfItem, snapshotOfItem } from "../../model/item.ts";
import { layOut } from "../../model/layout.ts";
import { lookOf, stepInTrouble, stepsOf } from "../../model/looks.ts";
import { type State, isOver, stateOfStatus } from "../../model/states.ts";
import { words } from "../../words/index.ts";
import type { ExecutionView } from "../execution/context.ts";
import { SnapshotGraph } from "../execution/graph-tab.tsx";
import { ItemStep } from "../execution/panel.tsx";
import { ValueBox } from "../execution/step-data.tsx";
import { useExecution } from "../execution/use-execution.ts";
import { useInside } from "./use-inside.ts";
import "../../styles/graph.css";
import "../../styles/execution.css";
import "../../styles/item.css";

/** One item of a foreach: what it is, and how it went through each step of the body. */
export default function ItemPage() {
  const { flow = "", name = "", step = "", index = "" } = useRoute().params;
  const { watched, view, reload } = useExecution(flow, name);
  if (!view) {
    return watched.error === undefined ? <Skeleton /> : <Trouble error={watched.error} onRetry={reload} />;
  }
  return <Item key={`${step} ${index}`} view={view} step={step} index={Number(index)} />;
}

interface ItemProps {
  readonly view: ExecutionView;
  readonly step: string;
  readonly index: number;
}

const POLL_MS = 5000;

function Item({ view, step, index }: ItemProps) {
  const { item: texts } = words();
  const isRunning = !isOver(stateOfStatus(view.snapshot.head.status));
  const url = address(`${view.base}/steps`, { parent: step, from: index, limit: 1 });
  const page = useResource<Page<StepView>>(url, { everyMs: isRunning ? POLL_MS : undefined });
  const found = page.data?.items[0];
  const own = found?.index === index ? found : undefined;
  const state: State = own ? stateOfStatus(own.status) : "pending";
  return (
    <div class="execution-page">
      <PageHead
        title={texts.title(index)}
        crumbs={crumbsOf(view, step)}
        state={page.data && <StateMark state={state} isPill />}
        meta={own && <Meta item={own} />}
        actions={<Ways view={view} step={step} index={index} />}
      />
      {page.error !== undefined && !page.data ? (
        <Trouble error={page.error} onRetry={page.reload} />
      ) : own ? (
        <Body view={view} item={own} step={step} />
      ) : page.data ? (
        <p class="empty quiet">{isRunning ? texts.notStarted : texts.neverStarted}</p>
      ) : (
        <Skeleton />
      )}
    </div>
  );
}

function crumbsOf(view: ExecutionView, step: string) {
  const { flow, name } = view;
  const { frame } = words();
  const execution = addresses.execution(flow, name);
  return [
    { title: frame.executions, href: `${addresses.executions}?flow=${encodeURIComponent(flow)}` },
    { title: name, href: execution },
    { title: step, href: `${execution}?step=${encodeURIComponent(placeIn(view.graph, step))}` },
  ];
}

function Meta({ item }: { readonly item: StepView }) {
  const { item: texts } = words();
  const { enteredAt, endedAt, worker, error, cause } = item;
  return (
    <>
      <span>
        {texts.began}{" "}
        <b>
          <Time at={enteredAt} />
        </b>
      </span>
      <span>
        {texts.took}{" "}
        <b>
          <Elapsed from={enteredAt} to={endedAt} />
        </b>
      </span>
      {worker !== undefined && (
        <span>
          {texts.worker} <b>{worker}</b>
        </span>
      )}
      {error !== undefined && (
        <span class="item-error">
          <code class="tone-bad">{error}</code> {cause}
        </span>
      )}
    </>
  );
}

/** To the items beside it, and to the failed ones by `[` and `]`. */
function Ways({ view, step, index }: ItemProps) {
  const { route } = useLocation();
  const { item: texts, common } = words();
  const known = view.snapshot.foreach.get(placeIn(view.graph, step));
  const states = known?.states ?? "";
  const before = failedBeside(states, index, -1);
  const after = failedBeside(states, index, 1);
  const go = (to: number | undefined) => {
    if (to !== undefined) route(addresses.item(view.flow, view.name, step, to));
  };
  useEffect(() => {
    const pressed = ({ key, target }: KeyboardEvent) => {
      if (target instanceof Element && target.closest("input, textarea, select, dialog")) return;
      if (key === "[") go(before);
      if (key === "]") go(after);
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  });
  const steps = `${view.base}/steps?parent=${encodeURIComponent(pathOfItem({ step, index }))}`;
  const cli = `npx millrace steps ${quoted(view.flow)} ${quoted(view.name)} --parent ${quoted(pathOfItem({ step, index }))}`;
  return (
    <>
      <IconButton icon="link" label={common.copyLink} onPress={() => void copyText(location.href)} />
      <Menu>
        {index > 0 && (
          <MenuItem icon="left" onPress={() => go(index - 1)}>
            {texts.previous}
          </MenuItem>
        )}
        {(known === undefined || index + 1 < known.n) && (
          <MenuItem icon="right" onPress={() => go(index + 1)}>
            {texts.next}
          </MenuItem>
        )}
        <MenuItem icon="copy" onPress={() => void copyText(curlOf("GET", steps))}>
          {common.copyCurl}
        </MenuItem>
        <MenuItem icon="copy" onPress={() => void copyText(cli)}>
          {common.copyCli}
        </MenuItem>
      </Menu>
      {before !== undefined && (
        <Button icon="left" onPress={() => go(before)}>
          {texts.failed(before)} <kbd>[</kbd>
        </Button>
      )}
      {after !== undefined && (
        <Button icon="right" onPress={() => go(after)}>
          {texts.failed(after)} <kbd>]</kbd>
        </Button>
      )}
    </>
  );
}

function Body({ view, item, step }: Pick<ItemProps, "view" | "step"> & { readonly item: StepView }) {
  const { panel, item: texts } = words();
  const isRunning = item.status === "Running";
  const inside = useInside(view.base, item.path, isRunning);
  const body = useMemo(() => view.graph && bodyOf(view.graph, placeIn(view.graph, step)), [view.graph, step]);
  return (
    <div class="item-page">
      <section class="item-value">
        <ValueBox base={view.base} title={texts.item} value={item.item} large={item.itemValue} />
      </section>
      {inside.error !== undefined && !inside.steps ? (
        <Trouble error={inside.error} onRetry={inside.reload} />
      ) : inside.steps && body ? (
        <Steps view={view} item={item.path} body={body} steps={inside.steps} />
      ) : (
        <Skeleton />
      )}
      {inside.steps?.length === 0 && <p class="panel-part quiet">{panel.notReached}</p>}
    </div>
  );
}

interface StepsProps {
  readonly view: ExecutionView;
  readonly item: string;
  readonly body: FlowGraph;
  readonly steps: readonly StepView[];
}

/** The body's graph, and the step that failed or runs. */
function Steps({ view, item, body, steps }: StepsProps) {
  const [chosen, choose] = useState<string | undefined>(undefined);
  const snapshot = useMemo(() => snapshotOfItem(view.snapshot.head, item, steps), [view, item, steps]);
  const sizes = JSON.stringify([...snapshot.foreach].map(([path, { n }]) => [path, n]));
  const layout = useMemo(() => layOut(body, (path) => snapshot.foreach.get(path)?.n ?? 0), [body, sizes]);
  const known = useMemo(() => stepsOf(body), [body]);
  const first = stepInTrouble([...known.keys()], snapshot) ?? [...snapshot.steps.keys()].at(-1);
  const shown = chosen ?? first;
  const visit = shown === undefined ? undefined : snapshot.steps.get(shown)?.[0];
  const own = steps.findLast(({ path }) => path === visit);
  return (
    <div class="item-graph">
      <SnapshotGraph layout={layout} snapshot={snapshot} chosen={shown} focus={shown} onChoose={choose} />
      {shown !== undefined && (
        <aside class="panel" aria-label={words().panel.label}>
          <div class="panel-head">
            <StateShape state={lookOf(shown, snapshot).state} />
            <h2 class="cut">{known.get(shown)?.name}</h2>
          </div>
          {own ? (
            <ItemStep key={own.path} base={view.base} step={own} isRunning={own.status === "Running"} />
          ) : (
            <p class="panel-part quiet">{words().panel.notReached}</p>
          )}
        </aside>
      )}
    </div>
  );
}
