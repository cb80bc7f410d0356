import { useMemo } from "preact/hooks";
import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { ExecutionSummary } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { SelectChip, TextChip } from "../components/chip.tsx";
import { curlOf, copyText } from "../components/copy.ts";
import { Empty } from "../components/empty.tsx";
import { Loaded } from "../components/loaded.tsx";
import { Menu, MenuItem } from "../components/menu.tsx";
import { PageHead } from "../components/page-head.tsx";
import { useQuery } from "../frame/use-query.ts";
import { stateOfStatus } from "../model/states.ts";
import { words } from "../words/index.ts";
import { ExecutionRows } from "./execution-rows.tsx";

const POLL_MS = 10_000;
const PAGE = 50;
const STATUSES = ["Running", "Succeeded", "Failed", "TimedOut", "Stopped"] as const;
const TIMES: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
const MINUTE_MS = 60_000;

/** Only what the list can be asked for. */
function useFilters() {
  const [query, change] = useQuery();
  const { status, prefix, flow, startedBy, label, time } = query;
  // To the minute, and once for each choice: else each look would be at another address.
  const from = useMemo(() => {
    const span = TIMES[time ?? ""];
    if (span === undefined) return undefined;
    return new Date(Math.floor((Date.now() - span) / MINUTE_MS) * MINUTE_MS).toISOString();
  }, [time]);
  const path = flow === undefined ? pathOf("executions") : pathOf("flows", flow, "executions");
  return { query, change, path, asked: { limit: PAGE, status, prefix, startedBy, label, from } };
}

export default function Executions() {
  const { executions: texts, common } = words();
  const { query, change, path, asked } = useFilters();
  const list = usePages<ExecutionSummary>(path, asked, { everyMs: POLL_MS });
  const isFiltered = Object.keys(query).length > 0;
  const clear = () => change(Object.fromEntries(Object.keys(query).map((key) => [key, undefined])));
  return (
    <>
      <PageHead
        title={texts.title}
        actions={
          <Menu>
            <MenuItem icon="copy" onPress={() => void copyText(curlOf("GET", path))}>
              {common.copyCurl}
            </MenuItem>
          </Menu>
        }
      />
      <div class="page-body">
        <Filters query={query} change={change} />
        <Loaded resource={list}>
          {(items) =>
            items.length === 0 ? (
              <div class="card">
                {isFiltered ? (
                  <div class="empty">
                    <p>{texts.nothingFound}</p>
                    <Button onPress={clear}>{texts.clearFilters}</Button>
                  </div>
                ) : (
                  <Empty
                    says={texts.empty}
                    hint={texts.emptyHint}
                    commands={["npx millrace flows put hello --file hello.yaml", "npx millrace start hello"]}
                  />
                )}
              </div>
            ) : (
              <ExecutionRows list={list} items={items} of={JSON.stringify([path, asked])} />
            )
          }
        </Loaded>
      </div>
    </>
  );
}

type FiltersProps = Pick<ReturnType<typeof useFilters>, "query" | "change">;

function Filters({ query, change }: FiltersProps) {
  const { executions: texts, state } = words();
  const statuses = [
    { value: "", title: texts.anyStatus },
    ...STATUSES.map((value) => ({ value, title: state[stateOfStatus(value)] })),
  ];
  const times = [
    { value: "", title: texts.times.all },
    { value: "hour", title: texts.times.hour },
    { value: "day", title: texts.times.day },
    { value: "week", title: texts.times.week },
  ];
  const text = (key: string) => (value: string) => change({ [key]: value });
  return (
    <search class="filters">
      <TextChip label={texts.prefix} value={query.prefix ?? ""} onChange={text("prefix")} />
      <SelectChip
        label={texts.status}
        value={query.status ?? ""}
        choices={statuses}
        onChange={text("status")}
      />
      <SelectChip label={texts.time} value={query.time ?? ""} choices={times} onChange={text("time")} />
      <TextChip
        label={texts.flow}
        value={query.flow ?? ""}
        placeholder={texts.anyFlow}
        onChange={text("flow")}
      />
      <TextChip
        label={texts.startedBy}
        value={query.startedBy ?? ""}
        placeholder="schedule:nightly"
        onChange={text("startedBy")}
      />
      <TextChip
        label={texts.label}
        value={query.label ?? ""}
        placeholder="team:night"
        onChange={text("label")}
      />
    </search>
  );
}
