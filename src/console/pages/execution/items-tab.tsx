import { usePages } from "../../api/pages.ts";
import type { StepView } from "../../api/types.ts";
import { SelectChip, TextChip } from "../../components/chip.tsx";
import { HeatMap } from "../../components/heat-map.tsx";
import { CountMarks } from "../../components/counts.tsx";
import { useSize } from "../../components/graph/view.ts";
import { Loaded } from "../../components/loaded.tsx";
import { More } from "../../components/more.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Table } from "../../components/table.tsx";
import { Elapsed, Time } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { useQuery } from "../../frame/use-query.ts";
import { lookOf } from "../../model/looks.ts";
import { isOver, stateOfStatus } from "../../model/states.ts";
import { words } from "../../words/index.ts";
import { useLocation } from "preact-iso";
import type { ExecutionView } from "./context.ts";
import { STATUSES, previewOf } from "./items.tsx";

const PAGE = 100;
const POLL_MS = 5000;

/** The items of a foreach: all at a glance, then a row for each that was looked for. */
export function ItemsTab({ view }: { readonly view: ExecutionView }) {
  const [query, change] = useQuery();
  const { route } = useLocation();
  const { element, size } = useSize<HTMLDivElement>();
  const { item: texts } = words();
  const foreachs = [...view.snapshot.foreach.keys()];
  const path = foreachs.find((one) => one === query.each) ?? foreachs[0];
  const visited = path === undefined ? undefined : view.snapshot.steps.get(path)?.[0];
  if (path === undefined || visited === undefined) return <p class="empty quiet">{texts.none}</p>;
  const look = lookOf(path, view.snapshot);
  const open = (index: number) => route(addresses.item(view.flow, view.name, visited, index));
  return (
    <div class="page-body">
      <section class="card items-heat" aria-label={path}>
        <div class="card-head">
          <h2 class="grow cut">{path}</h2>
          {look.counts && <CountMarks counts={look.counts} />}
        </div>
        <div class="card-body" ref={element}>
          {size.width > 0 && <HeatMap states={look.states ?? ""} width={size.width} onChoose={open} />}
        </div>
      </section>
      <Filters query={query} foreachs={foreachs} path={path} onChange={change} />
      <List key={visited} view={view} step={visited} query={query} />
    </div>
  );
}

interface FiltersProps {
  readonly query: Readonly<Record<string, string>>;
  readonly foreachs: readonly string[];
  readonly path: string;
  readonly onChange: (changes: Readonly<Record<string, string | undefined>>) => void;
}

function Filters({ query, foreachs, path, onChange }: FiltersProps) {
  const { item: texts, panel, state, executions } = words();
  const choices = [
    { value: "", title: panel.anyState },
    ...STATUSES.map((value) => ({ value, title: state[stateOfStatus(value)] })),
  ];
  return (
    <search class="filters">
      {foreachs.length > 1 && (
        <SelectChip
          label={texts.of}
          value={path}
          choices={foreachs.map((value) => ({ value, title: value }))}
          onChange={(each) => onChange({ each })}
        />
      )}
      <SelectChip
        label={executions.status}
        value={query.status ?? ""}
        choices={choices}
        onChange={(status) => onChange({ status })}
      />
      <TextChip label={texts.search} value={query.has ?? ""} onChange={(has) => onChange({ has })} />
    </search>
  );
}

interface ListProps {
  readonly view: ExecutionView;
  readonly step: string;
  readonly query: Readonly<Record<string, string>>;
}

function List({ view, step, query }: ListProps) {
  const { panel, item: texts } = words();
  const isRunning = !isOver(stateOfStatus(view.snapshot.head.status));
  const list = usePages<StepView>(
    `${view.base}/steps`,
    { parent: step, status: query.status, contains: query.has, limit: PAGE },
    { everyMs: isRunning ? POLL_MS : undefined },
  );
  const columns = [
    { title: "#", isNumber: true },
    { title: words().executions.status },
    { title: texts.item },
    { title: texts.worker },
    { title: texts.began, isWide: true },
    { title: texts.took, isNumber: true, isWide: true },
  ];
  return (
    <div class="card">
      <Loaded resource={list}>
        {(items) =>
          items.length === 0 && !list.loadMore ? (
            <p class="empty quiet">{panel.noItems}</p>
          ) : (
            <Table label={texts.of} columns={columns}>
              {items.map((item) => (
                <Row key={item.path} view={view} step={step} item={item} />
              ))}
            </Table>
          )
        }
      </Loaded>
      <More list={list} />
    </div>
  );
}

function Row({ view, step, item }: Omit<ListProps, "query"> & { readonly item: StepView }) {
  const { index = 0, status, worker, enteredAt, endedAt, error, cause } = item;
  return (
    <tr>
      <td class="number">
        <a class="link" href={addresses.item(view.flow, view.name, step, index)}>
          {index}
        </a>
      </td>
      <td class="nowrap">
        <StateMark state={stateOfStatus(status)} />
      </td>
      <td class="items-words">
        <code class="cut">{previewOf(item)}</code>
        {error !== undefined && (
          <span class="cut">
            <code class="tone-bad">{error}</code> {cause}
          </span>
        )}
      </td>
      <td class="nowrap item-worker" title={worker}>
        {worker}
      </td>
      <td class="nowrap wide-only">
        <Time at={enteredAt} />
      </td>
      <td class="number nowrap wide-only">
        <Elapsed from={enteredAt} to={endedAt} />
      </td>
    </tr>
  );
}
