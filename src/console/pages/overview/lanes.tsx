import "../../styles/lanes.css";
import { useComputed } from "@preact/signals";
import { useState } from "preact/hooks";
import { offsetAt } from "../../../core/schedule/timetable/zone.ts";
import type { Stretch } from "../../../core/schedule/nights.ts";
import type { Night, NightItem } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { addresses } from "../../frame/addresses.ts";
import { STATE_OF, rhythmOf, ticksOf } from "../../model/night.ts";
import { clock, day } from "../../model/times.ts";
import { now } from "../../state/clock.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import { type LaneProps, Track } from "./track.tsx";

const SHOWN = 12;
const MORE = 48;
const MINUTE_MS = 60_000;

export interface LanesProps {
  readonly night: Night;
  readonly stretch: Stretch;
}

/** A lane for each schedule, problems first: what ran when, and what did not. */
export function Lanes({ night: { items }, stretch }: LanesProps) {
  const { overview: texts } = words();
  const [most, show] = useState(SHOWN);
  const { from, to, kind } = stretch;
  const minute = useComputed(() => Math.floor(now.value / MINUTE_MS) * MINUTE_MS).value;
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  const title = kind === "night" ? texts.theNight : texts.theDay;
  return (
    <Card
      title={title}
      isFlush
      note={<span class="note-wide">{texts.problemsFirst(shown.length, items.length)}</span>}
      actions={
        <>
          <Legend />
          {rest > 0 && (
            <Button isSmall onPress={() => show(most + MORE)}>
              {rest > MORE ? texts.showMore(MORE) : texts.showAll(items.length)}
            </Button>
          )}
        </>
      }
    >
      <div class="lanes">
        <Grid from={from} to={to} now={minute} />
        <ul>
          {shown.map((item) => (
            <Lane key={`${item.flow}/${item.schedule}`} item={item} from={from} to={to} now={minute} />
          ))}
        </ul>
        <Axis from={from} to={to} />
      </div>
    </Card>
  );
}

function Legend() {
  const { overview: texts } = words();
  return (
    <span class="lane-legend quiet-ink">
      <span>
        <i class="hook" aria-hidden="true" /> {texts.promisedEnd}
      </span>
      <span>
        <i class="hatch" aria-hidden="true" /> {texts.tally.missed}
      </span>
    </span>
  );
}

function Lane(props: LaneProps) {
  const { item } = props;
  const { flow, schedule, worst, isCut = false } = item;
  const { overview: texts, state: states } = words();
  const state = STATE_OF[worst];
  return (
    <li class="lane">
      <a class="lane-name" href={addresses.schedule(flow, schedule)} title={`${flow} / ${schedule}`}>
        <StateShape state={state} size={15} />
        <span class="hidden-text">{states[state]}: </span>
        <span class="cut">
          {flow} <span class="quiet">{schedule}</span>
        </span>
      </a>
      <span class="lane-when quiet nowrap" title={isCut ? texts.isCut : undefined}>
        {whenOf(item)}
        {isCut && "+"}
      </span>
      <Track {...props} />
    </li>
  );
}

/** When, or how often it runs. */
function whenOf(item: NightItem): string {
  const { overview: texts } = words();
  const { runs = [], counts } = item;
  const [first, second] = runs;
  if (first && !second) return clockAt(first.at);
  const rhythm = rhythmOf(item);
  if (rhythm !== undefined) return rhythmIn(rhythm);
  if (first && second && runs.length === 2) return `${clockAt(first.at)}, ${clockAt(second.at)}`;
  return texts.runs(Object.values(counts).reduce((sum, count) => sum + count, 0));
}

function clockAt(instant: string): string {
  return clock(Date.parse(instant), reader.value);
}

const HOUR_MS = 3_600_000;
const SECOND_MS = 1000;

function rhythmIn(ms: number): string {
  const { every } = words().overview;
  if (ms === HOUR_MS) return every.hour;
  if (ms % HOUR_MS === 0) return every.hours(ms / HOUR_MS);
  return ms % MINUTE_MS === 0 ? every.minutes(ms / MINUTE_MS) : every.seconds(Math.round(ms / SECOND_MS));
}

function ticks(from: number, to: number) {
  const { zone } = reader.value;
  return ticksOf(from, to, offsetAt(zone, from)).map((at) => ({ at, part: (at - from) / (to - from) }));
}

function Grid({ from, to, now: at }: Omit<LaneProps, "item">) {
  return (
    <div class="lane-grid" aria-hidden="true">
      {ticks(from, to).map(({ at: tick, part }) => (
        <span key={tick} style={{ left: `${part * 100}%` }} />
      ))}
      {at > from && at < to && (
        <span class="lane-now" style={{ left: `${((at - from) / (to - from)) * 100}%` }} />
      )}
    </div>
  );
}

function Axis({ from, to }: { readonly from: number; readonly to: number }) {
  return (
    <div class="lane-axis quiet small" aria-hidden="true">
      {ticks(from, to).map(({ at, part }) => (
        <span key={at} class={edgeOf(part)} style={{ left: `${part * 100}%` }}>
          {clock(at, reader.value)}
          {isDayTold(at, from) && <span class="axis-day"> {day(at, reader.value)}</span>}
        </span>
      ))}
    </div>
  );
}

/** The first and the last do not stick out. */
function edgeOf(part: number): string {
  if (part < 0.02) return "first";
  return part > 0.98 ? "last" : "";
}

function isDayTold(at: number, from: number): boolean {
  return at === from || clock(at, reader.value) === "00:00";
}
