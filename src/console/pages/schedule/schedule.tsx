import { useRoute } from "preact-iso";
import { pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Schedule } from "../../api/types.ts";
import { CronWords } from "../../components/cron-words.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { addresses } from "../../frame/addresses.ts";
import { cronsOf } from "../../model/cron.ts";
import { duration } from "../../model/durations.ts";
import { words } from "../../words/index.ts";
import { ScheduleState } from "../schedule-rows.tsx";
import { ScheduleActions } from "./actions.tsx";
import { Ledger } from "./ledger.tsx";
import { NextInstants } from "./next-instants.tsx";

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
              <div class="columns">
                <Ledger flow={flow} base={base} zone={known.timeZone ?? "UTC"} />
                <NextInstants schedule={known} base={base} onChanged={stored.reload} />
              </div>
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}

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
