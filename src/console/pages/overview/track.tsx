import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { NightItem, NightRun } from "../../api/types.ts";
import { addresses } from "../../frame/addresses.ts";
import { duration } from "../../model/durations.ts";
import { type Bar, STATE_OF, barsOf } from "../../model/night.ts";
import { type Tone, toneOf } from "../../model/states.ts";
import { clock, instantClock } from "../../model/times.ts";
import { whyOf } from "../../model/why.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

/** More of them are drawn as one: a lane stays a few elements, however often its schedule runs. */
const LINKS_MAX = 6;

export interface LaneProps {
  readonly item: NightItem;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/** When a schedule's runs began and ended; each leads to its execution. */
export function Track(props: LaneProps) {
  const { item, from, to, now } = props;
  const bars = barsOf(item, from, to, now);
  const isFew = item.runs !== undefined && bars.length <= LINKS_MAX;
  const { promisedEndAt } = item;
  const promised = promisedEndAt === undefined ? undefined : (Date.parse(promisedEndAt) - from) / (to - from);
  return (
    <div class="track">
      {isFew ? <FewBars item={item} bars={bars} now={now} /> : <ManyBars item={item} bars={bars} now={now} />}
      {isFew && promised !== undefined && promised <= 1 && (
        <span class="hook" style={{ left: `${promised * 100}%` }} title={words().overview.promisedEnd} />
      )}
      {isFew && <Label {...props} bars={bars} promised={promised} />}
    </div>
  );
}

interface BarsProps {
  readonly item: NightItem;
  readonly bars: readonly Bar[];
  readonly now: number;
}

function FewBars({ item, bars, now }: BarsProps) {
  return (
    <>
      {bars.map(({ left, width, state, run }) => (
        <a
          key={`${run?.at} ${run?.kind}`}
          class={`lane-bar mark-${toneOf(state)} state-${state}`}
          href={hrefOf(item, run)}
          aria-label={tellBar(item, state, run, now)}
          title={tellBar(item, state, run, now)}
          style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
        />
      ))}
    </>
  );
}

const WIDTH = 1000;
const HEIGHT = 10;
const NARROWEST = 2.5;
/** How far from a bar it can still be meant. */
const NEAR = 0.006;

/** As one picture: what lies under the pointer is told and opened. */
function ManyBars({ item, bars, now }: BarsProps) {
  const { route } = useLocation();
  const [under, point] = useState<Bar | undefined>(undefined);
  const move = ({ offsetX, currentTarget }: MouseEvent) => {
    if (currentTarget instanceof Element) point(barAt(bars, offsetX / currentTarget.clientWidth));
  };
  const tones = new Map<Tone, string>();
  for (const bar of bars) {
    const tone = toneOf(bar.state);
    tones.set(tone, (tones.get(tone) ?? "") + pathOf(bar, item.runs === undefined));
  }
  const title = under && tellBar(item, under.state, under.run, now);
  return (
    // The schedule's own page tells the same to who has no pointer: its name leads there.
    <div
      class={`track-picture ${under ? "pointing" : ""}`}
      title={title}
      onMouseMove={move}
      onMouseLeave={() => point(undefined)}
      onClick={() => under && route(hrefOf(item, under.run))}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {Array.from(tones, ([tone, path]) => (
          <path key={tone} class={`fill-${tone}`} d={path} />
        ))}
      </svg>
    </div>
  );
}

/** Half hours lie side by side, with a gap between them. */
function pathOf({ left, width }: Bar, isBucket: boolean): string {
  const wide = Math.max(NARROWEST, width * WIDTH - (isBucket ? NARROWEST : 0));
  return `M${(left * WIDTH).toFixed(1)} 0h${wide.toFixed(1)}v${HEIGHT}h-${wide.toFixed(1)}z`;
}

function barAt(bars: readonly Bar[], part: number): Bar | undefined {
  return bars.findLast(({ left, width }) => part >= left - NEAR && part <= left + width + NEAR);
}

function hrefOf({ flow, schedule }: NightItem, run: NightRun | undefined): string {
  const name = run?.executionName;
  return name === undefined ? addresses.schedule(flow, schedule) : addresses.execution(flow, name);
}

function tellBar(item: NightItem, state: Bar["state"], run: NightRun | undefined, now: number): string {
  const { state: states, units } = words();
  if (!run) return states[state];
  const { at, startedAt, endedAt } = run;
  const { error, says } = whyOf(item, run, words(), now);
  const begin = startedAt === undefined ? undefined : Date.parse(startedAt);
  const took =
    begin === undefined || endedAt === undefined ? "" : duration(Date.parse(endedAt) - begin, units);
  const parts = [instantClock(Date.parse(at), reader.value), states[state], took, error ?? "", says];
  return parts.filter((part) => part !== "").join(" · ");
}

interface LabelProps extends LaneProps {
  readonly bars: readonly Bar[];
  readonly promised: number | undefined;
}

/** A label needs about so much of the width. */
const ROOM = 0.28;

/** Behind the last bar, or before the first when there is no room. */
function Label({ item, bars, promised = 0, now }: LabelProps) {
  const run = item.runs?.findLast(({ verdict }) => verdict === item.worst);
  const { error, says } = whyOf(item, run, words(), now);
  const isTold = run !== undefined && ["failed", "missed", "late"].includes(item.worst);
  if (!isTold || (error === undefined && says === "")) return null;
  const end = Math.max(...bars.map(({ left, width }) => left + width), promised <= 1 ? promised : 0);
  const begin = Math.min(...bars.map(({ left }) => left));
  const tone = `tone-${toneOf(STATE_OF[item.worst])}`;
  const text = error === undefined ? says : `${error} ${says}`;
  const title = `${clock(Date.parse(run.at), reader.value)} ${text}`;
  if (end <= 1 - ROOM) {
    const style = { left: `calc(${end * 100}% + 18px)`, right: 0 };
    return (
      <span class={`lane-label cut ${tone}`} style={style} title={title}>
        {text}
      </span>
    );
  }
  if (begin < ROOM) return null;
  return (
    <span
      class={`lane-label before cut ${tone}`}
      style={{ left: 0, right: `calc(${(1 - begin) * 100}% + 8px)` }}
      title={title}
    >
      {text}
    </span>
  );
}
