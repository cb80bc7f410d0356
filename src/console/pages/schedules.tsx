import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { Schedule } from "../api/types.ts";
import { PageHead } from "../components/page-head.tsx";
import { words } from "../words/index.ts";
import { ListCard } from "./list-page.tsx";
import { ScheduleRow, scheduleColumns } from "./schedule-rows.tsx";

const PAGE = 100;
const FIRST = ["npx millrace schedule put hello nightly --cron '0 2 * * *' --time-zone Asia/Shanghai"];

export default function Schedules() {
  const { schedules: texts } = words();
  const list = usePages<Schedule>(pathOf("schedules"), { limit: PAGE, include: "recent" });
  return (
    <>
      <PageHead title={texts.title} />
      <div class="page-body">
        <ListCard
          label={texts.title}
          list={list}
          columns={scheduleColumns()}
          row={(schedule) => <ScheduleRow key={`${schedule.flow}/${schedule.name}`} schedule={schedule} />}
          empty={{ says: texts.empty, hint: texts.emptyHint, commands: FIRST }}
        />
      </div>
    </>
  );
}
