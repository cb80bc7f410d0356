import { useMemo } from "preact/hooks";
import { address, pathOf } from "../api/client.ts";
import { type Paged, usePages } from "../api/pages.ts";
import { useResource } from "../api/resource.ts";
import type { BoardExecution, PeekedExecutions } from "../api/types.ts";
import { BoardNote, useBoard } from "../components/board-note.tsx";
import { Button } from "../components/button.tsx";
import { SelectChip, TextChip } from "../components/chip.tsx";
import { curlOf, copyText } from "../components/copy.ts";
import { Empty } from "../components/empty.tsx";
import { Icon } from "../components/icon.tsx";
import { Loaded } from "../components/loaded.tsx";
import { Menu, MenuItem } from "../components/menu.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Tabs } from "../components/tabs.tsx";
import { useQuery } from "../frame/use-query.ts";
import { runningOf, withNewest } from "../model/newest.ts";
import { starterWord } from "../model/started-by.ts";
import { stateOfStatus } from "../model/states.ts";
import { clock, shortTime } from "../model/times.ts";
import { now } from "../state/clock.ts";
import { session } from "../state/session.ts";
import { reader } from "../state/settings.ts";
import "../styles/board.css";
import "../styles/executions.css";
import { words } from "../words/index.ts";
import { Histogram } from "./executions-histogram.tsx";
import { ExecutionRows } from "./execution-rows.tsx";

const POLL_MS = 10_000;
const PAGE = 20;
/** So many are looked at in one call. */
const PEEKED = 8;
const PANEL = "executions-list";
const STATUSES = ["Running", "Succeeded", "Failed", "TimedOut", "Stopped"] as const;
const TIMES: Readonly<Record<string, number>> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const VIEWS = ["all", "running", "unwell", "waiting", "mine"] as const;
type View = (typeof VIEWS)[number];

/** What a view adds to the filters. */
function asked(view: View) {
  if (view === "running") return { status: "Running" };
  if (view === "unwell") return { unwell: true };
  if (view === "waiting") return { callbacks: true };
  return view === "mine" ? { startedBy: starterWord(session.value?.accessKeyId ?? "") } : {};
}

/** Only what the list can be asked for. Of one flow without more than that the flow's own list has the older ones, too. */
function useFilters() {
  const [query, change] = useQuery();
  const { status, prefix, contains, flow, startedBy, label, time } = query;
  const view = VIEWS.find((one) => one === query.view) ?? "all";
  // To the minute, and once for each choice: else each look would be at another address.
  const from = useMemo(() => {
    const span = TIMES[time ?? ""];
    if (span === undefined) return undefined;
    return instant(Math.floor((Date.now() - span) / MINUTE_MS) * MINUTE_MS);
  }, [time]);
  const hour = hourOf(query.hour);
  const filters = { limit: PAGE, status, prefix, startedBy, label, from, ...asked(view) };
  const isOwnList = flow !== undefined && view !== "unwell" && contains === undefined && hour === undefined;
  const path = isOwnList ? pathOf("flows", flow, "executions") : pathOf("board", "executions");
  const ended = hour === undefined ? {} : { endedFrom: instant(hour), endedTo: instant(hour + HOUR_MS) };
  const all = isOwnList ? filters : { ...filters, flow, contains, ...ended };
  return { query, change, view, path, hour, asked: all };
}

/** The beginning of an hour, as an address names it; undefined for what is none. */
function hourOf(text = ""): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.floor(at / HOUR_MS) * HOUR_MS;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}

/** The board hears of an end a moment later: what runs by what it knows is asked for itself. */
function useNewest(list: Paged<BoardExecution>): Paged<BoardExecution> {
  const { data } = list;
  const of = data && runningOf(data, PEEKED);
  const url = of === undefined ? undefined : address(pathOf("executions", "peek"), { of });
  const peeked = useResource<PeekedExecutions>(url, { everyMs: POLL_MS });
  return data && peeked.data ? { ...list, data: withNewest(data, peeked.data.items) } : list;
}

export default function Executions() {
  const { executions: texts, common } = words();
  const { query, change, view, path, hour, asked: filters } = useFilters();
  const list = useNewest(usePages<BoardExecution>(path, filters, { everyMs: POLL_MS }));
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
        tabs={
          <Views view={view} onChoose={(chosen) => change({ view: chosen === "all" ? undefined : chosen })} />
        }
      />
      <div class="page-body" id={PANEL} role="tabpanel">
        <div class="filters-row">
          <Filters query={query} change={change} hour={hour} />
          {list.data !== undefined && (
            <span class="list-count">
              {words().board.count(list.data.length, list.loadMore !== undefined)}
            </span>
          )}
        </div>
        <Histogram
          flow={query.flow}
          chosen={hour}
          onChoose={(at) => change({ hour: at === undefined ? undefined : instant(at) })}
        />
        <BoardNote />
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
                    commands={["npx millrace flow put hello hello.yaml", "npx millrace run hello"]}
                  />
                )}
              </div>
            ) : (
              <ExecutionRows list={list} items={items} of={JSON.stringify([path, filters])} />
            )
          }
        </Loaded>
      </div>
    </>
  );
}

function Views({ view, onChoose }: { readonly view: View; readonly onChoose: (view: View) => void }) {
  const { board: texts } = words();
  const { running = 0 } = useBoard()?.now ?? {};
  const tabs = VIEWS.map((id) => ({
    id,
    title: texts.views[id],
    ...(id === "running" && running > 0 && { count: running }),
  }));
  return <Tabs label={texts.views.label} tabs={tabs} chosen={view} panel={PANEL} onChoose={onChoose} />;
}

type FiltersProps = Pick<ReturnType<typeof useFilters>, "query" | "change" | "hour">;

function Filters({ query, change, hour }: FiltersProps) {
  const { executions: texts, state, board } = words();
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
      {hour !== undefined && (
        <HourChip from={hour} to={hour + HOUR_MS} onClear={() => change({ hour: undefined })} />
      )}
      <TextChip label={board.contains} value={query.contains ?? ""} onChange={text("contains")} />
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

/** The hour that was chosen among the last ones; pressed, it is no filter any more. */
function HourChip({
  from,
  to,
  onClear,
}: {
  readonly from: number;
  readonly to: number;
  readonly onClear: () => void;
}) {
  const { executions: texts } = words();
  const first = shortTime(from, now.peek(), reader.value);
  return (
    <button type="button" class="chip is-set" title={texts.clearFilters} onClick={onClear}>
      <span class="label">{texts.ended}</span>
      <span>
        {first} – {clock(to, reader.value)}
      </span>
      <Icon name="close" size={14} />
    </button>
  );
}
