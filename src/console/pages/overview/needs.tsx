import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { pathOf } from "../../api/client.ts";
import type { Night } from "../../api/types.ts";
import { useBoard } from "../../components/board-note.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { Icon } from "../../components/icon.tsx";
import { addresses } from "../../frame/addresses.ts";
import { besidesNight } from "../../model/board-needs.ts";
import { type Need, STATE_OF, needsOf, stateOfRun, timeOf } from "../../model/night.ts";
import { clock } from "../../model/times.ts";
import { whyOf } from "../../model/why.ts";
import { now } from "../../state/clock.ts";
import { mayChange } from "../../state/session.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import { RunDialog } from "../schedule/run-dialog.tsx";
import { BoardNeedRow } from "./board-needs.tsx";

const SHOWN = 6;
const MINUTE_MS = 60_000;

interface NeedsProps {
  readonly night: Night;
  /** The night that somebody wants to see who looks now. */
  readonly isUsual: boolean;
  readonly onChanged: () => void;
}

/** What somebody should look at, each with its cause and one thing to do about it. */
export function Needs({ night, isUsual, onChanged }: NeedsProps) {
  const { overview: texts, common } = words();
  const [isAll, showAll] = useState(false);
  const board = useBoard();
  const needs = needsOf(night);
  // What is so now is told where now is looked at.
  const others = isUsual ? besidesNight(board?.needs ?? [], needs) : [];
  const count = needs.length + others.length;
  const shown = isAll ? needs : needs.slice(0, SHOWN);
  const shownOthers = isAll ? others : others.slice(0, Math.max(0, SHOWN - shown.length));
  return (
    <Card title={texts.needsYou} isFlush note={count > 0 && words().number(count)}>
      {count === 0 ? (
        <p class="nothing-needed">
          <Icon name="succeeded" class="tone-ok" /> {texts.nothingNeeded}
        </p>
      ) : (
        <ul class="needs">
          {shown.map((need, at) => (
            <Row
              key={`${need.item.flow}/${need.item.schedule}`}
              need={need}
              isFirst={at === 0}
              onChanged={onChanged}
            />
          ))}
          {shownOthers.map((need) => (
            <BoardNeedRow key={need.id} need={need} />
          ))}
        </ul>
      )}
      {shown.length + shownOthers.length < count && (
        <div class="more-row">
          <Button onPress={() => showAll(true)}>{common.loadMore}</Button>
        </div>
      )}
    </Card>
  );
}

interface RowProps {
  readonly need: Need;
  readonly isFirst: boolean;
  readonly onChanged: () => void;
}

function Row({ need, isFirst, onChanged }: RowProps) {
  const { item, run } = need;
  const { flow, schedule } = item;
  const { overview: texts, schedules } = words();
  const [isAsked, ask] = useState(false);
  const minute = useComputed(() => Math.floor(now.value / MINUTE_MS) * MINUTE_MS).value;
  const why = whyOf(item, run, words(), minute);
  const href =
    run?.executionName === undefined
      ? addresses.schedule(flow, schedule)
      : addresses.execution(flow, run.executionName);
  return (
    <li class="need">
      <StateShape state={run ? stateOfRun(run) : STATE_OF[item.worst]} size={18} />
      <div class="says">
        <div class="need-name">
          <b class="cut" title={flow}>
            {flow}
          </b>
          <span class="quiet cut" title={schedule}>
            {schedule}
          </span>
          <span class="quiet nowrap">{told(need)}</span>
        </div>
        <div class="need-why quiet-ink">
          {why.error !== undefined && <code class="tone-bad">{why.error}</code>} {why.says}
        </div>
      </div>
      <div class="need-actions">
        {mayChange() && item.worst !== "late" && (
          <Button icon="start" kind={isFirst ? "solid" : "plain"} onPress={() => ask(true)}>
            {schedules.runNow}
          </Button>
        )}
        <a class="button" href={href} aria-label={`${texts.open} ${flow} ${schedule}`}>
          {texts.open}
        </a>
      </div>
      {isAsked && (
        <RunDialog
          flow={flow}
          name={schedule}
          base={pathOf("flows", flow, "schedules", schedule)}
          onChanged={onChanged}
          onClose={() => ask(false)}
        />
      )}
    </li>
  );
}

function told({ item: { worst }, run }: Need): string {
  const { overview: texts, state } = words();
  if (!run) return state[STATE_OF[worst]];
  const time = clock(Date.parse(timeOf(run)), reader.value);
  return texts.when[run.verdict === "failed" || run.verdict === "missed" ? run.verdict : "late"](time);
}
