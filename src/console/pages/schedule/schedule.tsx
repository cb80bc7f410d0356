import "../../styles/schedule.css";
import { useRoute } from "preact-iso";
import { address, pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Firing, Page, Schedule } from "../../api/types.ts";
import { CronWords } from "../../components/cron-words.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { addresses } from "../../frame/addresses.ts";
import { cronsOf } from "../../model/cron.ts";
import { duration } from "../../model/durations.ts";
import { words } from "../../words/index.ts";
import { ScheduleState } from "../schedule-rows.tsx";
import { ScheduleActions } from "./actions.tsx";
import { ScheduleCalendar } from "./calendar.tsx";
import { LastRuns } from "./last-runs.tsx";
import { Ledger } from "./ledger.tsx";
import { ScheduleMinutes } from "./minutes.tsx";
import { NextInstants } from "./next-instants.tsx";
import type { ScheduleActionsProps } from "./props.ts";
import { RunTimes } from "./run-times.tsx";

const POLL_MS = 30_000;
const SECOND_MS = 1000;

/** A schedule: what it did, and what it will do. */
export default function SchedulePage() {
  const { flow = "", schedule = "" } = useRoute().params;
  const base = pathOf("flows", flow, "schedules", schedule);
  const stored = useResource<Schedule>(base, { everyMs: POLL_MS });
  const { frame } = words();
  const { data } = stored;
  return (
    <>
      <PageHead
        title={schedule}
        crumbs={[
          { title: frame.schedules, href: addresses.schedules },
          { title: flow, href: addresses.flow(flow) },
        ]}
        state={data && <ScheduleState schedule={data} isPill />}
        meta={data && <Meta schedule={data} />}
        actions={data && <ScheduleActions schedule={data} base={base} onChanged={stored.reload} />}
      />
      <div class="page-body">
        <Loaded resource={stored}>
          {(known) => (
            <>
              {known.parked && (
                <div class="note soft-bad">
                  <span class="says">
                    <b class="tone-bad">{words().schedules.parked}:</b> {known.parked.reason}
                  </span>
                </div>
              )}
              <Columns schedule={known} base={base} onChanged={stored.reload} />
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}

/** What it did on the left, what it will do on the right. */
function Columns({ schedule, base, onChanged }: ScheduleActionsProps) {
  const { flow, timeZone: zone = "UTC", expect, counts = {} } = schedule;
  const query = { limit: NEWEST, kind: "scheduled" };
  const newest = useResource<Page<Firing>>(address(`${base}/firings`, query), { everyMs: POLL_MS });
  const promise = expect?.endWithinSeconds;
  const firings = newest.data?.items ?? [];
  const unit = unitOf(firings);
  return (
    <div class="columns">
      <div class="stack">
        <ScheduleCalendar base={base} zone={zone} unit={unit === "day" ? "day" : "hour"} />
        {unit === "minute" && <ScheduleMinutes base={base} zone={zone} />}
        <RunTimes
          flow={flow}
          zone={zone}
          promiseMs={promise === undefined ? undefined : promise * SECOND_MS}
          firings={newest}
        />
        <Ledger
          flow={flow}
          base={base}
          zone={zone}
          total={Object.values(counts).reduce((sum, count) => sum + count, 0)}
        />
      </div>
      <div class="stack">
        {firings.length > 0 && <LastRuns firings={firings} />}
        <NextInstants schedule={schedule} base={base} onChanged={onChanged} />
      </div>
    </div>
  );
}

/** By hours what runs more often than twice a day, by minutes, too, what runs more often than each hour. */
function unitOf(firings: readonly Firing[]): "day" | "hour" | "minute" {
  const [first, last] = [firings[0], firings.at(-1)];
  if (!first || !last || firings.length < OFTEN) return "day";
  const gap = (Date.parse(first.at) - Date.parse(last.at)) / (firings.length - 1);
  if (gap < NEARLY_HOUR_MS) return "minute";
  return gap < HALF_DAY_MS ? "hour" : "day";
}

const NEWEST = 30;
const OFTEN = 6;
const HALF_DAY_MS = 43_200_000;
/** Jitter brings some instants of an hourly one nearer to each other. */
const NEARLY_HOUR_MS = 3_000_000;

function Meta({ schedule }: { readonly schedule: Schedule }) {
  const { schedules: texts, units } = words();
  const { timeZone = "UTC", overlap, catchUp, expect, pauseReason, description = "" } = schedule;
  const crons = cronsOf(schedule);
  const within = (seconds: number) => duration(seconds * SECOND_MS, units);
  return (
    <>
      {description !== "" && <span class="quiet-ink">{description}</span>}
      <span>
        <b>
          <CronWords crons={crons} />
        </b>{" "}
        <code>{crons.join(" | ")}</code>
      </span>
      <span>
        {texts.zone} <b>{timeZone}</b>
      </span>
      {overlap !== undefined && (
        <span>
          {texts.overlap} <b>{texts.overlaps[overlap]}</b>
        </span>
      )}
      {catchUp !== undefined && (
        <span>
          {texts.catchUp} <b>{texts.catchUps[catchUp.mode]}</b>
        </span>
      )}
      {expect?.startWithinSeconds !== undefined && (
        <span>
          {texts.promise} <b>{texts.startsWithin(within(expect.startWithinSeconds))}</b>
        </span>
      )}
      {expect?.endWithinSeconds !== undefined && (
        <span>
          {texts.promise} <b>{texts.endsWithin(within(expect.endWithinSeconds))}</b>
        </span>
      )}
      {pauseReason !== undefined && <span>{pauseReason}</span>}
    </>
  );
}
