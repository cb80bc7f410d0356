import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { Schedule } from "../api/types.ts";
import { Loaded } from "../components/loaded.tsx";
import { More } from "../components/more.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Tabs } from "../components/tabs.tsx";
import { useQuery } from "../frame/use-query.ts";
import { words } from "../words/index.ts";
import { ListCard } from "./list-page.tsx";
import { ScheduleRow, scheduleColumns } from "./schedule-rows.tsx";
import { SchedulesWeek } from "./schedules-week.tsx";

const PAGE = 30;
/** Of a week all of them count. */
const WEEK_PAGE = 1000;
const FIRST = ["npx millrace schedule put hello nightly --cron '0 2 * * *' --time-zone Asia/Shanghai"];
const TABS = ["list", "week"] as const;
const PANEL = "schedules-part";

export default function SchedulesPage() {
  const [query, change] = useQuery();
  const { schedules: texts, week } = words();
  const tab = TABS.find((id) => id === query.tab) ?? "list";
  const tabs = [
    { id: "list", title: texts.title },
    { id: "week", title: week.tab },
  ] as const;
  return (
    <>
      <PageHead
        title={texts.title}
        tabs={
          <Tabs
            label={texts.title}
            tabs={tabs}
            chosen={tab}
            panel={PANEL}
            onChoose={(id) => change({ tab: id === "list" ? undefined : id })}
          />
        }
      />
      <div class="page-body" id={PANEL} role="tabpanel">
        {tab === "week" ? <AllInAWeek /> : <All />}
      </div>
    </>
  );
}

function All() {
  const { schedules: texts } = words();
  const list = usePages<Schedule>(pathOf("schedules"), { limit: PAGE, include: "recent" });
  return (
    <ListCard
      label={texts.title}
      list={list}
      columns={scheduleColumns()}
      row={(schedule) => <ScheduleRow key={`${schedule.flow}/${schedule.name}`} schedule={schedule} />}
      empty={{ says: texts.empty, hint: texts.emptyHint, commands: FIRST }}
    />
  );
}

function AllInAWeek() {
  const list = usePages<Schedule>(pathOf("schedules"), { limit: WEEK_PAGE, include: "recentAt" });
  return (
    <>
      <Loaded resource={list}>{(schedules) => <SchedulesWeek schedules={schedules} />}</Loaded>
      <More list={list} />
    </>
  );
}
