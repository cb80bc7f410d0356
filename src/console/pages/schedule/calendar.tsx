import { useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { CalendarAnswer } from "../../api/types.ts";
import { Card } from "../../components/card.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { type Square, SquareGrid } from "../../components/square-grid.tsx";
import { useIsPhone } from "../../frame/use-is-phone.ts";
import { useQuery } from "../../frame/use-query.ts";
import { type CalendarSquare, dayRows, hourRows, wallOf } from "../../model/calendar.ts";
import { day, zoneName } from "../../model/times.ts";
import { now } from "../../state/clock.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

const DAY_MS = 86_400_000;
const WEEKS = 27;
const WEEKS_ON_PHONE = 14;
const HOUR_DAYS = 10;
const POLL_MS = 60_000;
const DAY_LABEL = 34;
const HOUR_LABEL = 84;

export interface ScheduleCalendarProps {
  readonly base: string;
  readonly zone: string;
  /** By days for what runs daily or more rarely. */
  readonly unit: "day" | "hour";
}

/** How it went, day by day or hour by hour. */
export function ScheduleCalendar({ base, zone, unit }: ScheduleCalendarProps) {
  const { schedules: texts } = words();
  const [pointed, point] = useState<Square | undefined>(undefined);
  // Whole days of UTC around what is shown: the address stays the same all day.
  const today = Math.floor(now.peek() / DAY_MS) * DAY_MS;
  const days = unit === "day" ? WEEKS * 7 : HOUR_DAYS + 1;
  const query = {
    from: new Date(today - days * DAY_MS).toISOString(),
    to: new Date(today + 2 * DAY_MS).toISOString(),
    by: unit,
  };
  const calendar = useResource<CalendarAnswer>(address(`${base}/calendar`, query), { everyMs: POLL_MS });
  return (
    <Card title={unit === "day" ? texts.byDay : texts.byHour} note={zoneName(zone)}>
      <Loaded resource={calendar}>
        {(answer) => (
          <>
            <Grid answer={answer} unit={unit} onPoint={point} />
            <div class="squares-foot small">
              <span class="quiet-ink grow">{pointed?.says ?? texts.pointAtDay}</span>
              <Legend hasChanges={answer.clockChanges.length > 0} />
            </div>
          </>
        )}
      </Loaded>
    </Card>
  );
}

interface GridProps {
  readonly answer: CalendarAnswer;
  readonly unit: "day" | "hour";
  readonly onPoint: (square: Square | undefined) => void;
}

function Grid({ answer, unit, onPoint }: GridProps) {
  const { schedules: texts } = words();
  const [, change] = useQuery();
  const isPhone = useIsPhone();
  const wall = wallOf(now.peek(), answer.timeZone);
  const rows =
    unit === "day"
      ? dayRows(answer, wall, isPhone ? WEEKS_ON_PHONE : WEEKS)
      : hourRows(answer, wall, HOUR_DAYS);
  return (
    <SquareGrid
      label={unit === "day" ? texts.byDay : texts.byHour}
      labelWidth={unit === "day" ? DAY_LABEL : HOUR_LABEL}
      heads={headsOf(rows, unit)}
      rows={rows.map((squares, row) => ({
        label: unit === "day" ? weekday(squares, row) : dateLabel(squares[0]?.local ?? ""),
        squares: squares.map((square) => ({ ...square, key: square.local, says: saysOf(square) })),
      }))}
      // What a day is asked for is in the ledger.
      onChoose={(local) => change({ at: local, show: "all" })}
      onPoint={onPoint}
    />
  );
}

/** A calendar's dates are those of the schedule's zone: they are told as they are. */
function dated(local: string): number {
  return Date.parse(`${local.slice(0, 10)}T00:00:00Z`);
}

function utc() {
  return { ...reader.value, zone: "UTC" };
}

function dateLabel(local: string): string {
  return day(dated(local), utc());
}

/** Every second one: the rows are narrow. */
function weekday(squares: readonly CalendarSquare[], row: number): string {
  if (row % 2 === 1) return "";
  return new Intl.DateTimeFormat(reader.value.locale, { weekday: "short", timeZone: "UTC" }).format(
    dated(squares[0]?.local ?? ""),
  );
}

const SIXTH = 6;

function headsOf(rows: readonly (readonly CalendarSquare[])[], unit: "day" | "hour"): string[] {
  const [first = []] = rows;
  if (unit === "hour") return first.map((_, hour) => (hour % SIXTH === 0 ? `${hour}` : ""));
  const month = new Intl.DateTimeFormat(reader.value.locale, { month: "short", timeZone: "UTC" });
  return first.map(({ local }, week) => {
    const before = first[week - 1]?.local;
    return before !== undefined && before.slice(0, 7) !== local.slice(0, 7) ? month.format(dated(local)) : "";
  });
}

export function saysOf({ local, counts, isComing, hasClockChange }: CalendarSquare): string {
  const { schedules: texts, overview } = words();
  const when = local.length > 10 ? `${dateLabel(local)} ${clockOf(local)}` : dateLabel(local);
  const parts = Object.entries(counts).map(
    ([judgement, count]) => `${count} ${judgementWords(judgement, overview.tally, texts.tallyPaused)}`,
  );
  const nothing = isComing ? texts.stillToCome : texts.nothingThen;
  const told = parts.length === 0 ? nothing : words().common.list(parts);
  return `${when}: ${told}${hasClockChange ? `; ${texts.clockChanged}` : ""}`;
}

/** Of an hour, or of a minute. */
function clockOf(local: string): string {
  return local.slice(11).padEnd("18:05".length, ":00");
}

function judgementWords(judgement: string, tally: Readonly<Record<string, string>>, paused: string): string {
  return tally[judgement] ?? paused;
}

function Legend({ hasChanges }: { readonly hasChanges: boolean }) {
  const { overview, schedules: texts } = words();
  const kinds = [
    ["succeeded", "ok", overview.tally.well],
    ["late", "warn", overview.tally.late],
    ["failed", "bad", overview.tally.failed],
    ["missed", "miss", overview.tally.missed],
    ["paused", "idle", texts.pausedOrSkipped],
  ] as const;
  return (
    <span class="squares-legend quiet-ink">
      {kinds.map(([state, tone, title]) => (
        <span key={state}>
          <i class={`square square-${state} square-tone-${tone}`} aria-hidden="true" /> {title}
        </span>
      ))}
      {hasChanges && (
        <span>
          <i class="square has-change" aria-hidden="true" /> {texts.clockChanged}
        </span>
      )}
    </span>
  );
}
