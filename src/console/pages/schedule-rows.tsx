import type { Schedule } from "../api/types.ts";
import { CronWords } from "../components/cron-words.tsx";
import { StateMark } from "../components/state-mark.tsx";
import type { Column } from "../components/table.tsx";
import { Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { cronsOf } from "../model/cron.ts";
import { zoneName } from "../model/times.ts";
import { words } from "../words/index.ts";

export function scheduleColumns(): readonly Column[] {
  const { schedules: texts } = words();
  return [
    { title: texts.state },
    { title: texts.name },
    { title: texts.when, isWide: true },
    { title: texts.zone, isWide: true },
    { title: texts.next },
  ];
}

export function ScheduleRow({ schedule }: { readonly schedule: Schedule }) {
  const { flow, name, timeZone = "UTC", nextAt } = schedule;
  return (
    <tr class="linked">
      <td>
        <ScheduleState schedule={schedule} />
      </td>
      <td>
        <span class="two">
          <a class="row-link cut" href={addresses.schedule(flow, name)} title={name}>
            <b>{name}</b>
          </a>
          <span class="quiet small cut">{flow}</span>
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
      <td class="nowrap">
        {nextAt === undefined ? <span class="quiet">–</span> : <Time at={nextAt} isRelative />}
      </td>
    </tr>
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
