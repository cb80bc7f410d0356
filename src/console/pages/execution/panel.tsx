import { useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { ExecutionHead, Page, StepView, WaitingFor } from "../../api/types.ts";
import { CountMarks } from "../../components/counts.tsx";
import { iconOfType } from "../../components/graph/node.tsx";
import { Icon } from "../../components/icon.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { addresses } from "../../frame/addresses.ts";
import type { GraphStep } from "../../api/types.ts";
import { foreachAround, placeIn, withoutRounds } from "../../model/flow-graph.ts";
import { type StepLook, lookOf } from "../../model/looks.ts";
import { canGoOn } from "../../model/redrive-plan.ts";
import { isOver, stateOfStatus } from "../../model/states.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { StartHere } from "./again.tsx";
import { AnswerButtons } from "./answer.tsx";
import { Attempts } from "./attempts.tsx";
import type { ExecutionView } from "./context.ts";
import { type FailureGroup, FailuresList } from "./failures.tsx";
import { FanChanges, RetryItems, fanOf } from "./fan-changes.tsx";
import { Items } from "./items.tsx";
import { RedriveButton } from "./redrive.tsx";
import { StepData } from "./step-data.tsx";
import { WaitSentence } from "./waits.tsx";

type PartId = "failures" | "items" | "data" | "attempts";
const PART_ID = "panel-part";

export interface PanelProps {
  readonly view: ExecutionView;
  readonly path: string;
  readonly onClose: () => void;
  readonly onChoose: (path: string) => void;
}

/** Everything about one step, beside the graph. */
export function Panel({ view, path, onClose, onChoose }: PanelProps) {
  const { panel, stepType, graph } = words();
  const step = view.steps.get(path);
  const look = lookOf(path, view.snapshot);
  const [isWide, widen] = useState(false);
  if (!step) return null;
  const fan = fanOf(view, step, look);
  const sizeWord = isWide ? panel.narrow : panel.widen;
  return (
    <aside class={`panel ${isWide ? "is-wide" : ""}`} aria-label={panel.label}>
      <div class="panel-head">
        <Icon name={iconOfType(step.type)} />
        <h2 class="cut" title={step.name}>
          {step.name}
        </h2>
        <StateMark state={look.state} isPill />
        <span class="quiet panel-type">{stepType[step.type]}</span>
        <button
          type="button"
          class="foot-button panel-widen"
          aria-label={sizeWord}
          title={sizeWord}
          aria-pressed={isWide}
          onClick={() => widen(!isWide)}
        >
          <Icon name="wide" />
        </button>
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
      <Waits view={view} path={path} />
      {fan && <FanChanges key={path} {...fan} hasRetry />}
      {look.visit?.[5]?.child && <Child {...look.visit[5].child} />}
      {look.visit?.[5]?.goto !== undefined && (
        <p class="panel-part quiet-ink">{graph.goesOn(look.visit[5].goto)}</p>
      )}
      {look.visit && <StartHere view={view} path={path} />}
      <Parts key={path} view={view} path={path} step={step} look={look} onChoose={onChoose} />
    </aside>
  );
}

const STEP_POLL_MS = 5000;

function Waits({ view, path }: Pick<PanelProps, "view" | "path">) {
  const state = lookOf(path, view.snapshot).state;
  const isOpen = state === "running" || state === "retrying";
  const head = useResource<ExecutionHead>(isOpen ? view.base : undefined, { everyMs: STEP_POLL_MS });
  if (!isOpen) return null;
  const waiting: readonly WaitingFor[] = head.data?.waitingFor ?? [];
  const own = waiting.filter((one) => placeIn(view.graph, one.path) === path);
  const isAround = waiting.some((one) => placeIn(view.graph, one.path).startsWith(`${path}[`));
  if (own.length === 0 && !isAround) return null;
  return (
    <div class="panel-part note soft-run waits">
      {own.slice(0, 3).map((one) => (
        <div key={one.path} class="wait">
          <WaitSentence waiting={one} />
          <AnswerButtons place={view} waiting={one} />
        </div>
      ))}
      {own.length === 0 && <span>{words().panel.waitsInside}</span>}
    </div>
  );
}

function Child({ flow, execution }: { readonly flow: string; readonly execution: string }) {
  return (
    <p class="panel-part">
      {words().panel.child}{" "}
      <a class="link" href={addresses.execution(flow, execution)}>
        {execution}
      </a>
    </p>
  );
}

interface PartsProps extends Omit<PanelProps, "onClose"> {
  readonly step: GraphStep;
  readonly look: StepLook;
}

function partsOf({ type }: GraphStep, { counts }: StepLook): readonly PartId[] {
  if (type === "foreach")
    return (counts?.failed ?? 0) > 0 ? ["failures", "items", "data"] : ["items", "failures", "data"];
  return type === "task" ? ["data", "attempts"] : ["data", "attempts"];
}

function Parts({ view, path, step, look, onChoose }: PartsProps) {
  const { panel } = words();
  const isRunning = !isOver(stateOfStatus(view.snapshot.head.status));
  const parts = partsOf(step, look);
  const [part, setPart] = useState<PartId>(parts[0] ?? "data");
  const [status, setStatus] = useState("");
  const around = foreachAround(path);
  if (around) return <BodyStep look={look} foreach={around.foreach} onChoose={onChoose} />;
  if (!look.visit) {
    return <p class="panel-part quiet">{isRunning ? panel.notReached : panel.notReachedOver}</p>;
  }
  const total = look.states?.length;
  const counts: Readonly<Record<PartId, number | undefined>> = {
    failures: look.counts?.failed,
    items: total,
    data: undefined,
    attempts: undefined,
  };
  const [visited] = look.visit;
  const tabs = parts.map((id) => ({ id, title: panel[id], count: counts[id] }));
  const showItems = () => {
    setStatus("Failed");
    setPart("items");
  };
  return (
    <>
      <div class="panel-tabs">
        <Tabs label={step.name} tabs={tabs} chosen={part} panel={PART_ID} onChoose={setPart} />
      </div>
      <div id={PART_ID} role="tabpanel" class="panel-scroll" tabIndex={0}>
        {part === "failures" && (
          <FailuresList
            base={view.base}
            path={visited}
            isRunning={isRunning}
            act={<RetryAll view={view} />}
            actOf={(group) => <RetryGroup view={view} step={step} look={look} group={group} />}
            onShowItems={showItems}
          />
        )}
        {part === "items" && (
          <Items
            base={view.base}
            path={visited}
            isRunning={isRunning}
            status={status}
            hrefOf={(index) => addresses.item(view.flow, view.name, visited, index)}
            onStatus={setStatus}
          />
        )}
        {part === "data" && <Data view={view} path={visited} />}
        {part === "attempts" && <Attempts base={view.base} path={visited} isOver={!isRunning} />}
      </div>
    </>
  );
}

interface RetryGroupProps extends Pick<PartsProps, "view" | "step" | "look"> {
  readonly group: FailureGroup;
}

/** While the foreach runs, the group alone; after the end everything that failed, which is said first. */
function RetryGroup({ view, step, look, group }: RetryGroupProps) {
  const { flow, name, snapshot, goesOn } = view;
  const { fan: texts } = words();
  const { runs = [], indexes = [], count } = group;
  const fan = fanOf(view, step, look);
  if (fan) return <RetryItems view={view} path={fan.path} runs={runs} />;
  if (!canGoOn(snapshot.head.status) || !mayChange() || indexes.length === 0) return null;
  const { act, notAlone } = texts.retry;
  const target = { flow, name, onGoesOn: goesOn };
  return <RedriveButton {...target} title={act(count)} note={notAlone(count)} isSmall />;
}

/** No group goes on without the others: so it says. */
function RetryAll({ view }: Pick<PanelProps, "view">) {
  const { flow, name, snapshot, goesOn } = view;
  if (!canGoOn(snapshot.head.status) || !mayChange()) return null;
  return (
    <p class="panel-part">
      <RedriveButton flow={flow} name={name} title={words().redrive.retryAll} isSmall onGoesOn={goesOn} />
    </p>
  );
}

/** A step inside a foreach: how it went in all iterations; the items tell each of them. */
function BodyStep({
  look,
  foreach,
  onChoose,
}: {
  readonly look: StepLook;
  readonly foreach: string;
  readonly onChoose: (path: string) => void;
}) {
  const { panel } = words();
  return (
    <div class="panel-part stack">
      {look.counts ? <CountMarks counts={look.counts} /> : <p class="quiet">{panel.notReached}</p>}
      <p>
        {panel.items}:{" "}
        <button type="button" class="text-button" onClick={() => onChoose(foreach)}>
          {foreach}
        </button>
      </p>
    </div>
  );
}

const LIST_PAGE = 500;

/** The list that a step stands in, such as `par[0]` of `par[0]/a`. */
function listOf(path: string): string {
  const at = path.lastIndexOf("/");
  return at < 0 ? "" : path.slice(0, at);
}

function Data({ view, path }: Pick<PanelProps, "view" | "path">) {
  const { snapshot, base } = view;
  const isRunning = !isOver(stateOfStatus(snapshot.steps.get(withoutRounds(path))?.[1]));
  const url = address(`${base}/steps`, { parent: listOf(path), limit: LIST_PAGE });
  const steps = useResource<Page<StepView>>(url, { everyMs: isRunning ? STEP_POLL_MS : undefined });
  return (
    <Loaded resource={steps}>
      {({ items }) => {
        const step = items.findLast((one) => withoutRounds(one.path) === withoutRounds(path));
        return step ? (
          <div class="panel-part">
            <StepData base={base} step={step} />
          </div>
        ) : (
          <p class="panel-part quiet">{words().panel.notReached}</p>
        );
      }}
    </Loaded>
  );
}

/** A step of one item: the same two tabs. */
export function ItemStep({
  base,
  step,
  isRunning,
}: {
  readonly base: string;
  readonly step: StepView;
  readonly isRunning: boolean;
}) {
  const { panel } = words();
  const [part, setPart] = useState<PartId>("data");
  const tabs = (["data", "attempts"] as const).map((id) => ({ id, title: panel[id] }));
  return (
    <>
      <div class="panel-tabs">
        <Tabs label={step.name} tabs={tabs} chosen={part} panel={PART_ID} onChoose={setPart} />
      </div>
      <div id={PART_ID} role="tabpanel" class="panel-scroll" tabIndex={0}>
        {part === "data" ? (
          <div class="panel-part">
            <StepData base={base} step={step} />
          </div>
        ) : (
          <Attempts
            key={isRunning ? "open" : "over"}
            base={base}
            path={step.path}
            isOver={step.status === "Stopped"}
          />
        )}
      </div>
    </>
  );
}
