import { useComputed } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import {
  type Stretch,
  nightBefore,
  stretchAfter,
  stretchAt,
  stretchOf,
} from "../../../core/schedule/nights.ts";
import { address, pathOf } from "../../api/client.ts";
import { type Resource, useResource } from "../../api/resource.ts";
import type { Night } from "../../api/types.ts";
import { isWhole, movedShards, withPart } from "../../model/night-parts.ts";
import { board } from "../../state/board.ts";
import { useQuery } from "../../frame/use-query.ts";
import { now } from "../../state/clock.ts";
import { reader } from "../../state/settings.ts";

const MINUTE_MS = 60_000;
/** All shards are asked so often even if nobody tells of a change. */
const WHOLE_MS = 10 * MINUTE_MS;

export interface ChosenNight {
  readonly stretch: Stretch;
  /** The one that somebody wants to see who looks now. */
  readonly isUsual: boolean;
  readonly earlier: () => void;
  /** Absent when no later one has begun. */
  readonly later?: () => void;
  readonly night: Resource<Night> & { readonly reload: () => void };
}

/** The night or day that the address names; without one the night that was last, and after noon the day. */
export function useNight(): ChosenNight {
  const [{ night: date, day }, change] = useQuery();
  const { zone } = reader.value;
  // Within an hour it is the same one: the page is not drawn each second.
  const hour = useComputed(() => Math.floor(now.value / HOUR_MS)).value;
  const at = Math.max(now.peek(), hour * HOUR_MS);
  const usual = stretchAt(at, zone);
  const stretch = named(date, day, zone) ?? usual;
  const go = (to: Stretch) => {
    const isUsual = to.from === usual.from;
    change({
      night: !isUsual && to.kind === "night" ? to.date : undefined,
      day: !isUsual && to.kind === "day" ? to.date : undefined,
    });
  };
  const after = stretchAfter(stretch, at, zone);
  const query = { from: new Date(stretch.from).toISOString(), to: new Date(stretch.to).toISOString() };
  // What is over changes seldom, when somebody makes good what went wrong.
  const night = useParts(query);
  return {
    stretch,
    isUsual: stretch.from === usual.from,
    earlier: () => go(nightBefore(stretch, zone)),
    ...(after && { later: () => go(after) }),
    night,
  };
}

const HOUR_MS = 3_600_000;

/** A night that is asked for once, and then at most once a minute, of those alone whose schedules changed since. */
function useParts(query: { readonly from: string; readonly to: string }): ChosenNight["night"] {
  const everyMs = (night?: Night) => (night && !isWhole(night) ? MINUTE_MS : WHOLE_MS);
  const known = useRef<{ from?: string; whole?: Night; part?: Night; night?: Night }>({});
  if (known.current.from !== query.from) known.current = { from: query.from };
  const kept = known.current;
  const whole = useResource<Night>(address(pathOf("night"), query), { everyMs: everyMs(kept.whole) });
  const minute = useComputed(() => Math.floor(now.value / MINUTE_MS)).value;
  const moved = useMemo(
    () => (kept.night ? movedShards(kept.night, board.peek()?.shards).join(",") : ""),
    [minute, kept.night],
  );
  const isAsked = moved !== "" && kept.night !== undefined && isWhole(kept.night);
  const partUrl = isAsked ? address(pathOf("night"), { ...query, shards: moved }) : undefined;
  const { data: part } = useResource<Night>(partUrl, { everyMs: MINUTE_MS });
  if (whole.data && whole.data !== kept.whole) Object.assign(kept, { whole: whole.data, night: whole.data });
  if (part && kept.night && part !== kept.part)
    Object.assign(kept, { part, night: withPart(kept.night, part) });
  return { ...whole, ...(kept.night && { data: kept.night }) };
}

function named(night: string | undefined, day: string | undefined, zone: string): Stretch | undefined {
  if (night !== undefined) return stretchOf("night", night, zone);
  return day === undefined ? undefined : stretchOf("day", day, zone);
}
