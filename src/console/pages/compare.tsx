import { useMemo } from "preact/hooks";
import { address, pathOf } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { ExecutionSummary, FlowWithGraph, Page, SnapshotAnswer } from "../api/types.ts";
import { Diff } from "../components/diff.tsx";
import { Skeleton } from "../components/loaded.tsx";
import { PageHead } from "../components/page-head.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { Table } from "../components/table.tsx";
import { Duration, Elapsed, Time } from "../components/times.tsx";
import { Trouble } from "../components/trouble.tsx";
import { addresses } from "../frame/addresses.ts";
import { useQuery } from "../frame/use-query.ts";
import { compareSteps, failedInOne } from "../model/compare.ts";
import { coveredText } from "../model/secret-names.ts";
import { type Snapshot, readSnapshot } from "../model/snapshot.ts";
import { stateOfStatus } from "../model/states.ts";
import { words } from "../words/index.ts";
import "../styles/compare.css";

/** `flow/name`, as the address has it. */
function placeOf(text: string | undefined): { readonly flow: string; readonly name: string } | undefined {
  const [flow = "", name = ""] = (text ?? "").split("/");
  return flow === "" || name === "" ? undefined : { flow, name };
}

/** The newest that succeeded, of the same flow. */
function useLastGood(a: ReturnType<typeof placeOf>, isWanted: boolean) {
  const url =
    a && isWanted
      ? address(pathOf("flows", a.flow, "executions"), { status: "Succeeded", limit: 2 })
      : undefined;
  const page = useResource<Page<ExecutionSummary>>(url);
  return { ...page, name: page.data?.items.find(({ name }) => name !== a?.name)?.name };
}

function useSnapshot(place: ReturnType<typeof placeOf>) {
  const url = place && `${pathOf("flows", place.flow, "executions", place.name)}/snapshot`;
  const answer = useResource<SnapshotAnswer>(url);
  const snapshot = useMemo(() => answer.data && readSnapshot(answer.data), [answer.data]);
  return { snapshot, error: answer.error, reload: answer.reload };
}

/** Two executions side by side; the second is the last good one, unless it was chosen. */
export default function ComparePage() {
  const [query] = useQuery();
  const { compare: texts } = words();
  const first = placeOf(query.a);
  const good = useLastGood(first, query.b === undefined);
  const second =
    placeOf(query.b) ?? (first && good.name !== undefined ? { ...first, name: good.name } : undefined);
  const a = useSnapshot(first);
  const b = useSnapshot(second);
  const error = a.error ?? b.error ?? good.error;
  const reload = () => {
    a.reload();
    b.reload();
    good.reload();
  };
  return (
    <>
      <PageHead
        title={texts.title}
        crumbs={[{ title: words().frame.executions, href: addresses.executions }]}
      />
      <div class="page-body">
        {a.snapshot && b.snapshot ? (
          <Compared a={a.snapshot} b={b.snapshot} />
        ) : error !== undefined ? (
          <Trouble error={error} onRetry={reload} />
        ) : first === undefined || (good.data && second === undefined) ? (
          <p class="empty quiet">{texts.noPartner}</p>
        ) : (
          <Skeleton />
        )}
      </div>
    </>
  );
}

interface ComparedProps {
  readonly a: Snapshot;
  readonly b: Snapshot;
}

function Compared({ a, b }: ComparedProps) {
  return (
    <>
      <div class="compare-heads">
        <Head snapshot={a} other={b} />
        <Head snapshot={b} other={a} />
      </div>
      <Value
        title={words().execution.input}
        before={textOf(b.head, "input")}
        after={textOf(a.head, "input")}
      />
      <Value
        title={words().execution.output}
        before={textOf(b.head, "output")}
        after={textOf(a.head, "output")}
      />
      <Definition a={a} b={b} />
      <Steps a={a} b={b} />
      <Items a={a} b={b} />
    </>
  );
}

function Head({ snapshot: { head }, other }: { readonly snapshot: Snapshot; readonly other: Snapshot }) {
  const { compare: texts, execution } = words();
  return (
    <section class="card compare-head" aria-label={head.name}>
      <div class="card-head">
        <h2 class="grow cut">
          <a class="link" href={addresses.execution(head.flow, head.name)}>
            {head.name}
          </a>
        </h2>
        <StateMark state={stateOfStatus(head.status)} isPill />
      </div>
      <div class="card-body">
        <p>
          <Time at={head.startedAt} /> · <Elapsed from={head.startedAt} to={head.endedAt} /> ·{" "}
          {execution.definition} <b>v{head.version}</b>
          {head.version !== other.head.version && <span class="tone-warn"> {texts.otherVersion}</span>}
        </p>
        {head.error !== undefined && (
          <p>
            <code class="tone-bad">{head.error}</code> {head.cause}
          </p>
        )}
      </div>
    </section>
  );
}

const INDENT = 2;

/** Of a value that is too large, its beginning; nothing where there is none. */
function textOf(head: Snapshot["head"], of: "input" | "output"): string {
  const large = head[`${of}Value`];
  if (large) return `${large.preview}…`;
  const value = head[of];
  return value === undefined ? "" : coveredText(value, INDENT);
}

/** What differs in a value: what the second has is taken away, what the first has is added. */
function Value(diff: { readonly title: string; readonly before: string; readonly after: string }) {
  const { title, before, after } = diff;
  if (before === "" && after === "") return null;
  return (
    <section class="card" aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        <span class="quiet">{words().compare.signs}</span>
      </div>
      <Diff before={before} after={after} label={title} />
    </section>
  );
}

/** What differs in the definitions that they ran, if these are two. */
function Definition({ a, b }: ComparedProps) {
  const isSame = a.head.flow === b.head.flow && a.head.version === b.head.version;
  const [before, after] = [useDefinition(b, isSame), useDefinition(a, isSame)];
  if (before === undefined || after === undefined) return null;
  return <Value title={words().execution.definition} before={before} after={after} />;
}

function useDefinition({ head: { flow, version } }: Snapshot, isSame: boolean): string | undefined {
  const url = isSame ? undefined : address(pathOf("flows", flow), { version });
  return useResource<FlowWithGraph>(url).data?.definition;
}

function Steps({ a, b }: ComparedProps) {
  const { compare: texts } = words();
  const columns = [
    { title: texts.step },
    { title: texts.first },
    { title: texts.second },
    { title: texts.difference, isNumber: true },
  ];
  return (
    <div class="card">
      <Table label={texts.step} columns={columns}>
        {compareSteps(a, b).map(({ path, a: one, b: other, slowerMs }) => (
          <tr key={path}>
            <td>{path}</td>
            {[one, other].map((visit, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- the first and the second
              <td key={at} class="nowrap">
                {visit ? (
                  <>
                    <StateMark state={stateOfStatus(visit[1])} />{" "}
                    {visit[4] > 0 && <Duration ms={visit[4] - visit[3]} />}
                  </>
                ) : (
                  <span class="quiet">{texts.notReached}</span>
                )}
              </td>
            ))}
            <td class="number nowrap">
              {slowerMs !== undefined && (
                <>
                  {slowerMs > 0 && "+"}
                  <Duration ms={slowerMs} />
                </>
              )}
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

const SHOWN_MAX = 20;

/** Of each foreach that both have: which items failed in one only. */
function Items({ a, b }: ComparedProps) {
  const { compare: texts } = words();
  const shared = [...a.foreach.keys()].filter((path) => b.foreach.has(path));
  return (
    <>
      {shared.map((path) => {
        const { onlyA, onlyB } = failedInOne(a, b, path);
        if (onlyA.length + onlyB.length === 0) return null;
        return (
          <section key={path} class="card" aria-label={path}>
            <div class="card-head">
              <h2>{texts.failedInOne(path)}</h2>
            </div>
            <div class="card-body stack">
              <Failed snapshot={a} path={path} indexes={onlyA} />
              <Failed snapshot={b} path={path} indexes={onlyB} />
            </div>
          </section>
        );
      })}
    </>
  );
}

interface FailedProps {
  readonly snapshot: Snapshot;
  readonly path: string;
  readonly indexes: readonly number[];
}

function Failed({ snapshot: { head, steps }, path, indexes }: FailedProps) {
  const visited = steps.get(path)?.[0] ?? path;
  const { number } = words();
  return (
    <p>
      <b>{head.name}</b>: {number(indexes.length)}{" "}
      {indexes.slice(0, SHOWN_MAX).map((index) => (
        <>
          <a key={index} class="link" href={addresses.item(head.flow, head.name, visited, index)}>
            #{index}
          </a>{" "}
        </>
      ))}
      {indexes.length > SHOWN_MAX && "…"}
    </p>
  );
}
