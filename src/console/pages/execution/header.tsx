import type { ExecutionHead } from "../../api/types.ts";
import { PageHead } from "../../components/page-head.tsx";
import { StarterName } from "../../components/starter.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { Elapsed, Time } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { type State, isOver, stateOfExecution } from "../../model/states.ts";
import { words } from "../../words/index.ts";
import { ExecutionActions } from "./actions.tsx";
import type { ExecutionView } from "./context.ts";
import { Retried } from "./redrive.tsx";
import { type HeaderProps, PANEL_ID, tabsOf } from "./tabs.ts";

export function Header({ view, tab, onTab }: HeaderProps) {
  const { head } = view.snapshot;
  const { frame } = words();
  const state = stateOfExecution(head);
  return (
    <PageHead
      title={view.name}
      crumbs={[
        { title: frame.flows, href: addresses.flows },
        { title: view.flow, href: addresses.flow(view.flow) },
        { title: frame.executions, href: `${addresses.executions}?flow=${encodeURIComponent(view.flow)}` },
      ]}
      state={
        <>
          <StateMark state={state} isPill />
          {head.paused && <StateMark state="paused" isPill />}
        </>
      }
      meta={<Meta view={view} />}
      actions={<ExecutionActions head={head} onGoesOn={view.goesOn} />}
      tabs={<Tabs label={view.name} tabs={tabsOf(view)} chosen={tab} panel={PANEL_ID} onChoose={onTab} />}
    />
  );
}

/** The execution that this one was made of. */
export function Origin({
  flow,
  name,
  step,
}: { readonly flow: string } & NonNullable<ExecutionHead["forkedFrom"]>) {
  const { again } = words();
  return (
    <span>
      {again.madeOf}{" "}
      <a class="link origin" href={addresses.execution(flow, name)} title={name}>
        {name}
      </a>
      {step !== undefined && ` ${again.fromStep(step)}`}
    </span>
  );
}

/** What its time is called: it ran, it runs, it waits for its start. */
export function spanWord(state: State): string {
  const { execution: texts } = words();
  if (state === "line") return texts.waits;
  return isOver(state) ? texts.ran : texts.runs;
}

function Meta({ view: { snapshot, flow, link } }: { readonly view: ExecutionView }) {
  const { head } = snapshot;
  const { execution: texts } = words();
  const state = stateOfExecution(head);
  const hasEnded = isOver(state);
  return (
    <>
      <span>
        {texts.startedBy}{" "}
        <b>
          <StarterName flow={flow} startedBy={head.startedBy} />
        </b>
      </span>
      <span>
        <b>
          <Time at={head.startedAt} />
        </b>
      </span>
      <span>
        {spanWord(state)}{" "}
        <b>
          <Elapsed from={head.startedAt} to={head.endedAt} />
        </b>
      </span>
      <span>
        {texts.definition} <b>v{head.version}</b>
      </span>
      {head.forkedFrom && <Origin flow={flow} {...head.forkedFrom} />}
      <Retried {...head} />
      {Object.entries(head.labels ?? {}).map(([key, value]) => (
        <span key={key}>
          {texts.label}{" "}
          <b>
            {key}={value}
          </b>
        </span>
      ))}
      {!hasEnded && (
        <span class="link-state">
          <span class={`dot ${link === "live" ? "" : "waiting"}`} /> {texts[link]}
        </span>
      )}
    </>
  );
}
