import { pathOf } from "../../api/client.ts";
import { usePages } from "../../api/pages.ts";
import type { ExecutionSummary, FlowVersion, Schedule } from "../../api/types.ts";
import { Empty } from "../../components/empty.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Time } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { words } from "../../words/index.ts";
import { ExecutionRows } from "../execution-rows.tsx";
import { CompareVersions } from "./compare.tsx";
import { ListCard } from "../list-page.tsx";
import { ScheduleRow, scheduleColumns } from "../schedule-rows.tsx";

const PAGE = 20;
const POLL_MS = 10_000;

export function FlowExecutions({ flow }: { readonly flow: string }) {
  const path = pathOf("flows", flow, "executions");
  const list = usePages<ExecutionSummary>(path, { limit: PAGE }, { everyMs: POLL_MS });
  return (
    <div class="page-body">
      <Loaded resource={list}>
        {(items) =>
          items.length === 0 ? (
            <div class="card">
              <Empty says={words().flows.noExecutions} />
            </div>
          ) : (
            <ExecutionRows list={list} items={items} of={path} isOneFlow />
          )
        }
      </Loaded>
    </div>
  );
}

export function FlowSchedules({ flow }: { readonly flow: string }) {
  const list = usePages<Schedule>(pathOf("flows", flow, "schedules"), { limit: PAGE, include: "recent" });
  const { schedules, flows } = words();
  return (
    <div class="page-body">
      <ListCard
        label={schedules.title}
        list={list}
        columns={scheduleColumns()}
        row={(schedule) => <ScheduleRow key={schedule.name} schedule={schedule} />}
        empty={{ says: flows.noSchedules }}
      />
    </div>
  );
}

export function FlowVersions({
  flow,
  chosen,
}: {
  readonly flow: string;
  readonly chosen: string | undefined;
}) {
  const list = usePages<FlowVersion>(pathOf("flows", flow, "versions"), { limit: PAGE });
  const { flows: texts } = words();
  const columns = [{ title: texts.version }, { title: texts.made }, { title: texts.description }];
  return (
    <div class="page-body">
      <ListCard
        label={texts.tabs.versions}
        list={list}
        columns={columns}
        row={({ version, createdAt, description }) => (
          <tr key={version} class="linked">
            <td>
              <a
                class="row-link"
                href={`${addresses.flow(flow)}?version=${version}`}
                aria-current={String(version) === chosen ? "true" : undefined}
              >
                <b>v{version}</b>
              </a>
            </td>
            <td class="nowrap">
              <Time at={createdAt} isRelative />
            </td>
            <td class="quiet-ink">{description}</td>
          </tr>
        )}
        empty={{ says: texts.noExecutions }}
      />
      {list.data && list.data.length > 1 && <CompareVersions flow={flow} versions={list.data} />}
    </div>
  );
}
