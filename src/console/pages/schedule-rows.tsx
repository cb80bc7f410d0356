import "../styles/recent.css";
import type { Schedule } from "../api/types.ts";
import { CronWords } from "../components/cron-words.tsx";
import { StateMark } from "../components/state-mark.tsx";
import type { Column } from "../components/table.tsx";
import { Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { cronsOf } from "../model/cron.ts";
import { STATE_OF } from "../model/night.ts";
import { toneOf } from "../model/states.ts";
import { zoneName } from "../model/times.ts";
import { words } from "../words/index.ts";

export function scheduleColumns(): readonly Column[] {
  const { schedules: texts } = words();
  return [
    { title: texts.state, isWide: true },
    { title: texts.name },
    { title: texts.when, isWide: true },
    { title: texts.zone, isWide: true },
    { title: texts.recent, isWide: true },
    { title: texts.lastResult },
    { title: texts.next },
  ];
}

export function ScheduleRow({ schedule }: { readonly schedule: Schedule }) {
  const { flow, name, timeZone = "UTC", nextAt, recent = [] } = schedule;
  const last = recent.at(-1);
  return (
    <tr class="linked">
      <td class="wide-only">
        <ScheduleState schedule={schedule} />
      </td>
      <td class="name-cell">
        <span class="two">
          <a class="row-link cut" href={addresses.schedule(flow, name)} title={name}>
            <b>{name}</b>
          </a>
          <span class="quiet small cut">{flow}</span>
          {(!schedule.enabled || schedule.parked) && (
            <span class="narrow-only">
              <ScheduleState schedule={schedule} />
            </span>
          )}
        </span>
      </td>
      <td class="wide-only why">
        <span class="cut block">
          <CronWords crons={cronsOf(schedule)} />
        </span>
      </td>
      <td class="wide-only nowrap" title={timeZone}>
        {zoneName(timeZone)}
      </td>
      <td class="wide-only">
        <RecentRuns recent={recent} />
      </td>
      <td class="nowrap">
        {last === undefined ? <span class="quiet">–</span> : <StateMark state={STATE_OF[last]} />}
      </td>
      <td class="next-cell">
        {nextAt === undefined ? <span class="quiet">–</span> : <Time at={nextAt} isRelative />}
      </td>
    </tr>
  );
}

/** How the newest firings went, the newest last: a bar each. */
function RecentRuns({ recent }: { readonly recent: NonNullable<Schedule["recent"]> }) {
  const { state: states, common } = words();
  const says = common.list(recent.map((one) => states[STATE_OF[one]]));
  return (
    <span class="recent-runs" title={says}>
      <span class="hidden-text">{says}</span>
      {recent.map((one, at) => (
        <i key={at} class={`recent-${toneOf(STATE_OF[one])}`} aria-hidden="true" />
      ))}
    </span>
  );
}

export function ScheduleState({
  schedule,
  isPill = false,
}: {
  readonly schedule: Schedule;
  readonly isPill?: boolean;
}) {
  const { enabled, parked } = schedule;
  if (parked) return <StateMark state="failed" word={words().schedules.parked} isPill={isPill} />;
  return <StateMark state={enabled ? "on" : "paused"} isPill={isPill} />;
}
