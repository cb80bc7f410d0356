import { useMemo, useState } from "preact/hooks";
import type { Judged } from "../../core/schedule/judgement.ts";
import type { Schedule } from "../api/types.ts";
import { Card } from "../components/card.tsx";
import { IconButton } from "../components/button.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { type Square, SquareGrid } from "../components/square-grid.tsx";
import { Table } from "../components/table.tsx";
import { addresses } from "../frame/addresses.ts";
import { useIsPhone } from "../frame/use-is-phone.ts";
import { useQuery } from "../frame/use-query.ts";
import { wallOf } from "../model/calendar.ts";
import { STATE_OF } from "../model/night.ts";
import { day, instantClock, zoneName } from "../model/times.ts";
import { type Week, type WeekHour, levelOf, mondayOf, weekOf } from "../model/week.ts";
import { now } from "../state/clock.ts";
import { reader, zone } from "../state/settings.ts";
import { words } from "../words/index.ts";
import "../styles/schedule.css";
import "../styles/week.css";

const HOUR_LABEL = 46;
const LISTED = 100;

/** What schedules start in a week, hour by hour: where it is crowded, and who starts when. */
export function SchedulesWeek({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const { week: texts } = words();
  const [query, change] = useQuery();
  const today = wallOf(now.peek(), zone.value);
  const monday = mondayOf(query.week ?? today);
  const week = useMemo(() => weekOf(schedules, monday, zone.value), [schedules, monday, zone.value]);
  const go = (weeks: number) => {
    const to = mondayOf(monday, weeks);
    change({ week: to === mondayOf(today) ? undefined : to, hour: undefined });
  };
  return (
    <>
      <Card
        title={texts.title(dateOf(week.days[0]), dateOf(week.days.at(-1)))}
        note={words().common.inZone(zoneName(zone.value))}
        actions={
          <span class="week-arrows">
            <IconButton icon="left" label={texts.before} onPress={() => go(-1)} isSmall />
            <IconButton icon="right" label={texts.after} onPress={() => go(1)} isSmall />
          </span>
        }
      >
        <Hours week={week} today={today} onChoose={(hour) => change({ hour })} />
      </Card>
      <Starts week={week} chosen={query.hour} />
      {week.often.length > 0 && <Often schedules={week.often} />}
    </>
  );
}

/** A local date is told as it is, in whatever zone. */
function dateOf(local = ""): string {
  return local === ""
    ? ""
    : day(Date.parse(`${local.slice(0, 10)}T00:00:00Z`), { ...reader.value, zone: "UTC" });
}

/** As short as seven columns of a phone want it. */
function headOf(local: string, isPhone: boolean): string {
  const weekday = new Intl.DateTimeFormat(reader.value.locale, { weekday: "short", timeZone: "UTC" });
  const name = weekday.format(Date.parse(`${local}T00:00:00Z`));
  return isPhone ? name : `${name} ${Number(local.slice(8))}`;
}

function inOrder(week: Week): readonly WeekHour[] {
  return week.hours.flat().filter((hour) => hour !== undefined);
}

interface HoursProps {
  readonly week: Week;
  /** The reader's clocks. */
  readonly today: string;
  readonly onChoose: (local: string) => void;
}

function Hours({ week, today, onChoose }: HoursProps) {
  const { week: texts } = words();
  const isPhone = useIsPhone();
  const [pointed, point] = useState<Square | undefined>(undefined);
  const most = Math.max(1, ...inOrder(week).map(({ starts }) => starts.length));
  const thisHour = `${today.slice(0, 13)}:00`;
  const squareOf = (hour: WeekHour | undefined, key: string): Square => {
    if (!hour) return { key, says: texts.noHour };
    const { local, starts, went } = hour;
    const when = texts.hour(`${dateOf(local)} ${local.slice(11)}`, starts.length);
    // In colour and shape what it came to, as far as that is known; else how crowded it is.
    const shown = went
      ? { says: `${when}; ${wentWords(went.counts)}`, state: STATE_OF[went.worst] }
      : {
          says: when,
          level: levelOf(starts.length, most),
          text: starts.length === 0 ? "" : words().number(starts.length),
        };
    return {
      key: local,
      ...shown,
      isNow: local === thisHour,
      isOver: local < thisHour,
    };
  };
  return (
    <div class="week">
      <SquareGrid
        label={texts.label}
        labelWidth={HOUR_LABEL}
        heads={week.days.map((local) => headOf(local, isPhone))}
        rows={week.hours.map((row, hour) => ({
          label: `${String(hour).padStart(2, "0")}:00`,
          squares: row.map((one, nth) => squareOf(one, `none ${hour} ${nth}`)),
        }))}
        onChoose={onChoose}
        onPoint={point}
      />
      <p class="quiet-ink week-says" role="status">
        {pointed?.says ?? texts.point}
      </p>
    </div>
  );
}

function wentWords(counts: Judged): string {
  const { overview, schedules: texts, common } = words();
  const tally: Readonly<Record<string, string>> = overview.tally;
  const parts = Object.entries(counts).map(
    ([judgement, count]) => `${count} ${tally[judgement] ?? texts.tallyPaused}`,
  );
  return common.list(parts);
}

/** Who starts in the hour that was chosen; in the most crowded one, as long as none was. */
function Starts({ week, chosen }: { readonly week: Week; readonly chosen: string | undefined }) {
  const { week: texts, schedules } = words();
  const hours = inOrder(week);
  const fullest = hours.toSorted((a, b) => b.starts.length - a.starts.length)[0];
  const hour = hours.find(({ local }) => local === chosen) ?? fullest;
  if (!hour || hour.starts.length === 0) return <p class="empty quiet">{texts.nothing}</p>;
  const when = `${dateOf(hour.local)} ${hour.local.slice(11)}`;
  const columns = [
    { title: schedules.instant },
    { title: schedules.name },
    { title: schedules.flow, isWide: true },
    ...(hour.went ? [{ title: schedules.verdict }] : []),
  ];
  return (
    <Card
      title={hour === fullest && chosen === undefined ? texts.fullest(when) : when}
      note={texts.starts(hour.starts.length)}
      isFlush
    >
      <Table label={when} columns={columns}>
        {hour.starts.slice(0, LISTED).map(({ flow, schedule, at, went }) => (
          <tr key={`${flow}/${schedule} ${at}`} class="linked">
            <td class="nowrap">{instantClock(at, reader.value)}</td>
            <td>
              <a
                class="row-link cut block name-cell"
                href={addresses.schedule(flow, schedule)}
                title={schedule}
              >
                <b>{schedule}</b>
              </a>
              <span class="narrow-only small quiet cut block name-cell">{flow}</span>
            </td>
            <td class="wide-only">
              <span class="cut block name-cell" title={flow}>
                {flow}
              </span>
            </td>
            {hour.went && <td>{went && <StateMark state={STATE_OF[went]} />}</td>}
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Often({ schedules }: { readonly schedules: readonly Schedule[] }) {
  const { week: texts } = words();
  return (
    <Card title={texts.often} note={texts.oftenNote}>
      <ul class="week-often">
        {schedules.slice(0, LISTED).map(({ flow, name }) => (
          <li key={`${flow}/${name}`}>
            <a class="link" href={addresses.schedule(flow, name)}>
              {name}
            </a>{" "}
            <span class="quiet">{flow}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
