import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { OfflineError, ProblemError } from "../api/client.ts";
import { BarChart, Legend } from "../components/bar-chart.tsx";
import { Button, ButtonLink, IconButton } from "../components/button.tsx";
import { Card } from "../components/card.tsx";
import { SelectChip, TextChip } from "../components/chip.tsx";
import { CopyAs } from "../components/copy-as.tsx";
import { CountMarks } from "../components/counts.tsx";
import { Confirm } from "../components/dialog.tsx";
import { Diff } from "../components/diff.tsx";
import { Empty } from "../components/empty.tsx";
import { Field } from "../components/field.tsx";
import { HeatMap } from "../components/heat-map.tsx";
import { ItemsBar } from "../components/items-bar.tsx";
import { JsonField } from "../components/json-field.tsx";
import { Skeleton } from "../components/loaded.tsx";
import { Menu, MenuItem } from "../components/menu.tsx";
import { PageHead } from "../components/page-head.tsx";
import { PauseBand } from "../components/pause.tsx";
import { Segment } from "../components/segment.tsx";
import { SquareGrid } from "../components/square-grid.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { Table } from "../components/table.tsx";
import { Tabs } from "../components/tabs.tsx";
import { Ticks } from "../components/ticks.tsx";
import { Tile } from "../components/tile.tsx";
import { Ago, Duration, Time } from "../components/times.tsx";
import { tell } from "../components/toasts.tsx";
import { TookBar } from "../components/took-bar.tsx";
import { Tree } from "../components/tree.tsx";
import { Trouble } from "../components/trouble.tsx";
import { HourBars } from "../components/hour-bars.tsx";
import { VerdictTicks } from "../components/verdict-ticks.tsx";
import { STATES } from "../model/states.ts";
import "../styles/bar-chart.css";
import "../styles/board.css";
import "../styles/components-page.css";
import "../styles/graph.css";
import "../styles/schedule.css";

const LONG = "a-name-as-long-as-names-may-be-".padEnd(128, "0123456789");
const PROBLEM = {
  type: "about:blank#QueueFull",
  title: "The queue is full",
  detail: "the queue gpu-transcode holds 100,000 messages: take some, or raise maxMessages",
  code: "QueueFull",
  requestId: "3f6c1f0e-6f0d-4a53-9b9c-2d6d1b1f0c55",
};
const nothing = () => {};

/** Every component in its states, for whoever works on one. It is served in development only, so its texts are in one language. */
export default function Components() {
  return (
    <>
      <PageHead
        title="Components"
        crumbs={[{ title: "Development", href: "/dev/components" }]}
        state={<StateMark state="on" isPill word="On" />}
        meta={<span>Each in its states</span>}
        actions={
          <Button onPress={() => tell("61 items run again", { title: "See them", href: "/" })}>Tell</Button>
        }
      />
      <div class="page-body components-page">
        <Buttons />
        <States />
        <Choices />
        <Fields />
        <Numbers />
        <Pictures />
        <Values />
        <Tables />
        <Instead />
      </div>
    </>
  );
}

function Shown({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <Card title={name}>
      <div class="components-row">{children}</div>
    </Card>
  );
}

function Buttons() {
  const [isAsked, ask] = useState(false);
  return (
    <Shown name="Button, menu, dialog">
      {(["solid", "plain", "quiet", "danger"] as const).map((kind) => (
        <span key={kind} class="components-row">
          <Button kind={kind} icon="retrying" onPress={nothing}>
            Retry 61 items
          </Button>
          <Button kind={kind} isSmall onPress={nothing}>
            Small
          </Button>
          <Button kind={kind} isDisabled onPress={nothing}>
            Off
          </Button>
        </span>
      ))}
      <ButtonLink icon="link" href="/dev/components">
        A link
      </ButtonLink>
      <IconButton icon="link" label="Copy the link" onPress={nothing} />
      <Menu>
        <MenuItem icon="copy" onPress={nothing}>
          Copy as curl
        </MenuItem>
        <MenuItem icon="close" isDanger onPress={nothing}>
          Delete
        </MenuItem>
      </Menu>
      <Button onPress={() => ask(true)}>Ask</Button>
      {isAsked && (
        <Confirm
          title="Delete this flow?"
          says="Its 3 versions and 1,204 executions go, and nothing brings them back."
          verb="Delete it"
          isDanger
          typing={{ name: "night", label: "Type night" }}
          act={() => Promise.reject(new ProblemError({ ...PROBLEM, status: 409 }))}
          onClose={() => ask(false)}
        />
      )}
    </Shown>
  );
}

function States() {
  return (
    <Shown name="State">
      {STATES.map((state) => (
        <span key={state} class="components-pair">
          <StateMark state={state} />
          <StateMark state={state} isPill />
        </span>
      ))}
    </Shown>
  );
}

function Choices() {
  const [tab, setTab] = useState<"graph" | "items">("graph");
  const [shown, show] = useState<"unwell" | "all">("unwell");
  return (
    <Shown name="Tabs, segment, chip">
      <Tabs
        label="Parts"
        tabs={[
          { id: "graph", title: "Graph" },
          { id: "items", title: "Items", count: 100_000 },
        ]}
        chosen={tab}
        panel="components-panel"
        onChoose={setTab}
      />
      <div id="components-panel" role="tabpanel" aria-label={tab} />
      <Segment
        label="Shows"
        choices={[
          { id: "unwell", title: "Not well" },
          { id: "all", title: "All 236" },
        ]}
        chosen={shown}
        onChoose={show}
      />
      <SelectChip
        label="State"
        value=""
        choices={[
          { value: "", title: "any" },
          { value: "Failed", title: "Failed" },
        ]}
        onChange={nothing}
      />
      <TextChip label="Flow" value="media-pipeline" onChange={nothing} />
      <TextChip label="Label" value="" placeholder="team:night" onChange={nothing} />
    </Shown>
  );
}

function Fields() {
  const [text, setText] = useState("nightly");
  const [json, setJson] = useState('{\n  "clips": 300,\n}');
  return (
    <Shown name="Field, JSON">
      <Field label="Name" value={text} onInput={setText} hint="Letters, digits, _ and -" />
      <Field label="Name" value={LONG} onInput={nothing} wrong="There is one of this name already" />
      <Field label="Until" value="2026-11-27T09:00" onInput={nothing} isTime />
      <Field label="Why" value="disk change" onInput={nothing} isMultiline />
      <JsonField label="Input" text={json} onChange={setJson} wrong="A comma too many in line 2" />
    </Shown>
  );
}

const COUNTS = { succeeded: 239, running: 20, retrying: 3, failed: 16, stopped: 2, pending: 20 };

function Numbers() {
  const at = "2026-11-27T02:31:07.412Z";
  return (
    <Shown name="Tile, counts, times">
      <Tile title="Waiting" figure="1,204" />
      <Tile title="Dead letters" figure="16" isBad>
        oldest 3 h
      </Tile>
      <CountMarks counts={COUNTS} />
      <ItemsBar counts={COUNTS} total={300} />
      <span>
        <Time at={at} isRelative /> · <Ago at={at} /> · <Duration ms={1_867_000} />
      </span>
      <TookBar tookMs={1_200_000} usualMs={900_000} tone="warn" />
      <VerdictTicks lately="sssssfsssxssffffff" />
      <HourBars
        most={30}
        hours={Array.from({ length: 9 }, (_, nth) => ({
          at: Math.floor(Date.now() / 3_600_000 - nth) * 3_600_000,
          done: 30 - 3 * nth,
          failed: nth === 2 ? 6 : 0,
        }))}
      />
      <Ticks
        label="The last ends"
        ticks={STATES.slice(0, 6).map((state, key) => ({ key, state, title: state }))}
      />
    </Shown>
  );
}

function letters(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([letter, count]) => letter.repeat(count))
    .join("");
}

const DAYS = ["Mon", "Tue", "Wed"];

function Pictures() {
  return (
    <Shown name="Heat map, squares, bars">
      <HeatMap
        states={letters({ s: 239, f: 16, r: 20, y: 3, x: 2, ".": 20 })}
        width={334}
        onChoose={nothing}
      />
      <HeatMap states={letters({ s: 99_000, f: 900, r: 100 })} width={334} />
      <SquareGrid
        label="Squares"
        labelWidth={46}
        heads={STATES.map(() => "")}
        rows={DAYS.map((label, row) => ({
          label,
          squares: STATES.map((state, column) => ({
            key: `${label} ${state}`,
            state: row < 2 ? state : undefined,
            says: `${label}: ${state}`,
            isNow: row === 1 && column === 3,
            isComing: row === 2,
            hasClockChange: row === 0 && column === 0,
          })),
        }))}
        onChoose={nothing}
        onPoint={nothing}
      />
      <div class="components-chart">
        <BarChart
          label="Ends by day"
          bars={DAYS.map((name, at) => ({
            key: name,
            name,
            says: `${name}: ${at + 3} well, ${at} failed`,
            parts: [
              { tone: "ok", value: at + 3 },
              { tone: "bad", value: at },
            ],
          }))}
          lines={[4, 8].map((value) => ({ value, title: String(value) }))}
        >
          <Legend
            marks={[
              ["ok", "went well"],
              ["bad", "failed"],
            ]}
          />
        </BarChart>
      </div>
    </Shown>
  );
}

function Values() {
  return (
    <Shown name="Tree, diff, copy">
      <Tree
        value={{
          clip: "片段-007.mov",
          size: 123_456_789,
          password: "hidden",
          nested: { list: [1, null, true] },
        }}
      />
      <Diff label="Definitions" before={"a: 1\nb: 2\nc: 3\n"} after={"a: 1\nb: 20\nc: 3\nd: 4\n"} />
      <CopyAs curl="curl -X POST https://mill.example/v1/flows" cli="npx millrace run night" />
    </Shown>
  );
}

function Tables() {
  const columns = [
    { title: "Name" },
    { title: "State" },
    { title: "Took", isNumber: true },
    { title: "Why", isWide: true },
  ];
  return (
    <Card title="Table" isFlush>
      <Table label="Executions" columns={columns}>
        {["夜间转码", LONG].map((name) => (
          <tr key={name}>
            <td>
              <span class="cut block name-cell" title={name}>
                {name}
              </span>
            </td>
            <td>
              <StateMark state="failed" />
            </td>
            <td class="number">31m 07s</td>
            <td class="wide-only">no room in /scratch</td>
          </tr>
        ))}
      </Table>
    </Card>
  );
}

function Instead() {
  return (
    <Shown name="Empty, trouble, pause, loading">
      <Empty
        says="A flow is a list of steps that run one after the other."
        hint="Store one:"
        commands={["npx millrace flow put night flow.yaml"]}
      />
      {[401, 403, 404, 409].map((status) => (
        <Trouble key={status} error={new ProblemError({ ...PROBLEM, status })} onRetry={nothing} />
      ))}
      <Trouble error={new OfflineError("no answer")} onRetry={nothing} />
      <PauseBand paused={{ at: "2026-11-27T02:31:07.412Z", by: "key:mradmin1", reason: "换磁盘" }} />
      <Skeleton />
    </Shown>
  );
}
