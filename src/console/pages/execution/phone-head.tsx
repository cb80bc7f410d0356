import { useEffect } from "preact/hooks";
import { Icon } from "../../components/icon.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { Ago, Elapsed, Time } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { stateOfExecution } from "../../model/states.ts";
import { words } from "../../words/index.ts";
import { ExecutionActions } from "./actions.tsx";
import { Origin, spanWord } from "./header.tsx";
import { Retried } from "./redrive.tsx";
import { type HeaderProps, PANEL_ID, tabsOf } from "./tabs.ts";

/** The same as the wide one, for one hand: where it is, how it is, since when; what can be done lies at the bottom. */
export function PhoneHead({ view, tab, onTab }: HeaderProps) {
  const { head } = view.snapshot;
  const { common } = words();
  const state = stateOfExecution(head);
  const list = `${addresses.executions}?flow=${encodeURIComponent(view.flow)}`;
  useEffect(() => {
    document.title = `${view.name} · Millrace`;
  }, [view.name]);
  return (
    <header class="page-head">
      <div class="phone-title">
        <a class="phone-back" href={list} aria-label={common.back}>
          <Icon name="back" size={22} />
        </a>
        <div class="two">
          <h1 class="cut">{view.flow}</h1>
          <span class="quiet small cut">{view.name}</span>
        </div>
      </div>
      <div class="phone-state">
        <StateMark state={state} isPill />
        {head.paused && <StateMark state="paused" isPill />}
        <span>
          <Time at={head.endedAt ?? head.startedAt} /> · {spanWord(state)}{" "}
          <b>
            <Elapsed from={head.startedAt} to={head.endedAt} />
          </b>
        </span>
        <span class="quiet">
          <Ago at={head.endedAt ?? head.startedAt} />
        </span>
      </div>
      {head.forkedFrom && (
        <p class="quiet small cut phone-origin">
          <Origin flow={view.flow} {...head.forkedFrom} />
        </p>
      )}
      {head.redrives !== undefined && (
        <p class="quiet small phone-origin">
          <Retried {...head} />
        </p>
      )}
      <div class="phone-actions">
        <ExecutionActions isTight head={head} onGoesOn={view.goesOn} />
      </div>
      <Tabs label={view.name} tabs={tabsOf(view)} chosen={tab} panel={PANEL_ID} onChoose={onTab} />
    </header>
  );
}
