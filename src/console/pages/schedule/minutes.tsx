import { useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { CalendarAnswer } from "../../api/types.ts";
import { Card } from "../../components/card.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { type Square, SquareGrid } from "../../components/square-grid.tsx";
import { useIsPhone } from "../../frame/use-is-phone.ts";
import { useQuery } from "../../frame/use-query.ts";
import { hourBefore, instantOf, minuteRows, wallOf } from "../../model/calendar.ts";
import { zoneName } from "../../model/times.ts";
import { now } from "../../state/clock.ts";
import { words } from "../../words/index.ts";
import { saysOf } from "./calendar.tsx";

const HOURS = 3;
const HOUR_MS = 3_600_000;
const POLL_MS = 60_000;
const LABEL = 46;
const TENTH = 10;
const MINUTES = 60;
const MINUTES_ON_PHONE = 30;

/** For what runs more often than each hour: the last hours, or those up to the one that was chosen, a minute a square. */
export function ScheduleMinutes({ base, zone }: { readonly base: string; readonly zone: string }) {
  const { schedules: texts } = words();
  const [pointed, point] = useState<Square | undefined>(undefined);
  const [{ at }, change] = useQuery();
  const perRow = useIsPhone() ? MINUTES_ON_PHONE : MINUTES;
  const wall = wallOf(now.peek(), zone);
  const last = chosenHour(at) ?? wall.slice(0, HOUR);
  const query = {
    from: new Date(instantOf(hourBefore(last, HOURS - 1), zone)).toISOString(),
    to: new Date(instantOf(last, zone) + HOUR_MS - 1).toISOString(),
    by: "minute",
  };
  const calendar = useResource<CalendarAnswer>(address(`${base}/calendar`, query), { everyMs: POLL_MS });
  const heads = Array.from({ length: perRow }, (_, minute) => (minute % TENTH === 0 ? `:${minute}` : ""));
  return (
    <Card title={texts.byMinute} note={`${zoneName(zone)}, ${last.slice(0, DATE)}`}>
      <Loaded resource={calendar}>
        {(answer) => (
          <div class="minutes">
            <SquareGrid
              label={texts.byMinute}
              labelWidth={LABEL}
              heads={heads.map((head) => (perRow === MINUTES ? head : ""))}
              rows={minuteRows(answer, wall, last, HOURS, perRow).map((squares) => ({
                label: squares[0]?.local.slice(DATE + 1) ?? "",
                squares: squares.map((square) => ({ ...square, key: square.local, says: saysOf(square) })),
              }))}
              onChoose={(local) => change({ at: local, show: "all" })}
              onPoint={point}
            />
            <p class="small quiet-ink">{pointed?.says ?? texts.pointAtDay}</p>
          </div>
        )}
      </Loaded>
    </Card>
  );
}

const DATE = "2026-11-25".length;
const HOUR = "2026-11-25T18".length;

function chosenHour(at: string | undefined): string | undefined {
  return at !== undefined && /^\d{4}-\d{2}-\d{2}T\d{2}/.test(at) ? at.slice(0, HOUR) : undefined;
}
