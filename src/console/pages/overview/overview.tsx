import "../../styles/overview.css";
import type { Stretch } from "../../../core/schedule/nights.ts";
import type { Night } from "../../api/types.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { copyText } from "../../components/copy.ts";
import { Empty } from "../../components/empty.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { reportOf } from "../../model/report.ts";
import { runsIn } from "../../model/night.ts";
import { clock, day, zoneName } from "../../model/times.ts";
import { board } from "../../state/board.ts";
import { now } from "../../state/clock.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import { Lanes } from "./lanes.tsx";
import { Needs } from "./needs.tsx";
import { NowAndNext } from "./now-next.tsx";
import { Tally } from "./tally.tsx";
import { type ChosenNight, useNight } from "./use-night.ts";

const FIRST = ["npx millrace schedule put hello nightly --cron '0 2 * * *' --time-zone Asia/Shanghai"];

/** Did last night go well? */
export default function Overview() {
  const chosen = useNight();
  const { stretch, isUsual, night } = chosen;
  const { overview: texts } = words();
  const title = titleOf(stretch, isUsual);
  return (
    <>
      <PageHead
        title={title}
        state={<Stepper {...chosen} />}
        actions={
          night.data && (
            <Button icon="copy" onPress={() => night.data && copyReport(night.data)}>
              {texts.copyReport}
            </Button>
          )
        }
      />
      <div class="page-body">
        <Loaded resource={night}>
          {(known) =>
            isUsual && isNothing(known) ? (
              <div class="card">
                <Empty says={texts.empty} hint={words().schedules.emptyHint} commands={FIRST} />
              </div>
            ) : (
              <Known night={known} stretch={stretch} isUsual={isUsual} onChanged={night.reload} />
            )
          }
        </Loaded>
      </div>
    </>
  );
}

/** Neither schedules, nor anything else that somebody has to look after. */
function isNothing({ counts, next }: Night): boolean {
  return counts.schedules === 0 && next.length === 0 && (board.value?.needs.length ?? 0) === 0;
}

function copyReport(night: Night): void {
  void copyText(reportOf(night, words(), reader.value, now.peek()));
}

interface KnownProps {
  readonly night: Night;
  readonly stretch: Stretch;
  readonly isUsual: boolean;
  readonly onChanged: () => void;
}

function Known({ night, stretch, isUsual, onChanged }: KnownProps) {
  const { overview: texts } = words();
  const { counts } = night;
  const { running = 0 } = counts;
  const said = [texts.runs(runsIn(night)), running > 0 ? texts.stillRun(running) : ""];
  return (
    <>
      <div class="verdict">
        <div>
          <h2 class="headline">{texts.headline(counts)}</h2>
          {counts.schedules > 0 && (
            <p class="quiet-ink">{words().common.list(said.filter((part) => part !== ""))}</p>
          )}
        </div>
        <Tally counts={counts} />
      </div>
      <div class="columns overview-columns">
        <Needs night={night} isUsual={isUsual} onChanged={onChanged} />
        <NowAndNext night={night} />
      </div>
      {night.items.length > 0 && <Lanes night={night} stretch={stretch} />}
    </>
  );
}

function titleOf({ kind, to }: Stretch, isUsual: boolean): string {
  const { title } = words().overview;
  if (!isUsual) return title[kind];
  if (kind === "day") return title.today;
  return to > now.peek() ? title.now : title.last;
}

function Stepper({ stretch: { from, to }, earlier, later }: ChosenNight) {
  const { overview: texts } = words();
  return (
    <>
      <div class="stepper">
        <IconButton icon="left" label={texts.earlier} onPress={earlier} />
        <span class="range">{texts.range(dayAndClock(from), dayAndClock(to))}</span>
        {later && <IconButton icon="right" label={texts.later} onPress={later} />}
      </div>
      <span class="quiet" title={reader.value.zone}>
        {zoneName(reader.value.zone)}
      </span>
    </>
  );
}

function dayAndClock(at: number): string {
  return `${day(at, reader.value)} ${clock(at, reader.value)}`;
}
