import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { pathOf } from "../../api/client.ts";
import { given } from "../../../core/given.ts";
import type { BoardNeed, Night } from "../../api/types.ts";
import { useBoard } from "../../components/board-note.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { Icon } from "../../components/icon.tsx";
import { addresses } from "../../frame/addresses.ts";
import { besidesNight, boardNeedOf } from "../../model/board-needs.ts";
import { type Need, STATE_OF, needsOf, stateOfRun, timeOf } from "../../model/night.ts";
import { clock } from "../../model/times.ts";
import { whyOf } from "../../model/why.ts";
import { now } from "../../state/clock.ts";
import { mayChange } from "../../state/session.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import { RedriveButton } from "../execution/redrive.tsx";
import { RunDialog } from "../schedule/run-dialog.tsx";
import { AcknowledgeButton, Said } from "./acknowledge.tsx";
import { BoardNeedRow, NeedDetail } from "./board-needs.tsx";

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
  const { overview: texts, needs: says, common, number } = words();
  const [isAll, showAll] = useState(false);
  const board = useBoard()?.needs ?? [];
  const ofNight = needsOf(night);
  const all: Shown[] = [
    ...ofNight.map((need) => ({ need, ...given({ board: boardNeedOf(board, need) }) })),
    // What is so now is told where now is looked at.
    ...(isUsual ? besidesNight(board, ofNight).map((one) => ({ board: one })) : []),
  ];
  const open = all.filter((one) => !one.board?.acknowledged);
  const handled = all.filter((one) => one.board?.acknowledged);
  const shown = isAll ? open : open.slice(0, SHOWN);
  return (
    <Card title={texts.needsYou} isFlush note={open.length > 0 && number(open.length)}>
      {open.length === 0 ? (
        <p class="nothing-needed">
          <Icon name="succeeded" class="tone-ok" /> {texts.nothingNeeded}
        </p>
      ) : (
        <List needs={shown} onChanged={onChanged} />
      )}
      {shown.length < open.length && (
        <div class="more-row">
          <Button onPress={() => showAll(true)}>{common.loadMore}</Button>
        </div>
      )}
      {handled.length > 0 && (
        <details class="handled">
          <summary>{says.handled(handled.length)}</summary>
          <List needs={handled} isHandled onChanged={onChanged} />
        </details>
      )}
    </Card>
  );
}

/** Something of the night, or of now; the board knows whether somebody looks after it. */
interface Shown {
  readonly need?: Need;
  readonly board?: BoardNeed;
}

interface ListProps extends Pick<NeedsProps, "onChanged"> {
  readonly needs: readonly Shown[];
  readonly isHandled?: boolean;
}

function List({ needs, isHandled = false, onChanged }: ListProps) {
  return (
    <ul class="needs">
      {needs.map(({ need, board }, at) => {
        if (!need) return board && <BoardNeedRow key={board.id} need={board} />;
        const { flow, schedule } = need.item;
        const isFirst = at === 0 && !isHandled;
        const key = `${flow}/${schedule}`;
        return <Row key={key} need={need} {...given({ board })} isFirst={isFirst} onChanged={onChanged} />;
      })}
    </ul>
  );
}

interface RowProps {
  readonly need: Need;
  readonly board?: BoardNeed;
  readonly isFirst: boolean;
  readonly onChanged: () => void;
}

function Row({ need, board, isFirst, onChanged }: RowProps) {
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
  const failed = item.worst === "failed" ? run?.executionName : undefined;
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
          {why.error !== undefined && <code class="tone-bad">{why.error}</code>} {why.says}{" "}
          {board && <NeedDetail need={board} />}
        </div>
        {board && <Said need={board} />}
      </div>
      <div class="need-actions">
        {board && <AcknowledgeButton need={board} />}
        {failed !== undefined && (
          <RedriveButton
            flow={flow}
            name={failed}
            kind={isFirst ? "solid" : "plain"}
            hasLink
            onGoesOn={onChanged}
          />
        )}
        {mayChange() && item.worst !== "late" && (
          <Button
            icon="start"
            kind={isFirst && failed === undefined ? "solid" : "plain"}
            onPress={() => ask(true)}
          >
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
