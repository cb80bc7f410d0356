import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { address, pathOf } from "../../api/client.ts";
import { type Resource, useResource } from "../../api/resource.ts";
import type { FlowWithGraph } from "../../api/types.ts";
import { Button, ButtonLink } from "../../components/button.tsx";
import { copyText, curlOf, quoted } from "../../components/copy.ts";
import { Loaded } from "../../components/loaded.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { PauseBand, PauseButton, type PauseTarget } from "../../components/pause.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { StartWithLastInput } from "../../components/start-dialog.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { Time } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { useQuery } from "../../frame/use-query.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { FlowGraphTab } from "./graph-tab.tsx";
import { FlowExecutions, FlowSchedules, FlowVersions } from "./lists.tsx";
import { FlowSettingsTab } from "./settings-tab.tsx";
import { FlowStatsTab } from "./stats-tab.tsx";
import "../../styles/graph.css";
import "../../styles/execution.css";

const TABS = ["graph", "executions", "schedules", "stats", "versions", "definition", "settings"] as const;
type TabId = (typeof TABS)[number];
const PANEL_ID = "flow-tab";

/** A flow: what it does, when, and how it went. */
export default function FlowPage() {
  const { flow = "" } = useRoute().params;
  const [query, change] = useQuery();
  const { version } = query;
  const stored = useResource<FlowWithGraph>(address(pathOf("flows", flow), { graph: true, version }));
  const { flows: texts, frame } = words();
  const tab: TabId = TABS.find((id) => id === query.tab) ?? "graph";
  const choose = (id: TabId) => change({ tab: id === "graph" ? undefined : id });
  const tabs = TABS.map((id) => ({ id, title: texts.tabs[id] }));
  return (
    <div class="execution-page">
      <PageHead
        title={flow}
        crumbs={[{ title: frame.flows, href: addresses.flows }]}
        meta={stored.data && <Meta flow={stored.data} />}
        state={stored.data?.paused && <StateMark state="paused" isPill />}
        actions={<Actions flow={flow} stored={stored} />}
        tabs={<Tabs label={flow} tabs={tabs} chosen={tab} panel={PANEL_ID} onChoose={choose} />}
      />
      {stored.data?.paused && <Paused flow={stored.data} />}
      <div id={PANEL_ID} role="tabpanel" class="execution-tab" aria-label={texts.tabs[tab]}>
        {tab === "executions" && <FlowExecutions flow={flow} />}
        {tab === "schedules" && <FlowSchedules flow={flow} />}
        {tab === "stats" && <FlowStatsTab flow={flow} />}
        {tab === "versions" && <FlowVersions flow={flow} chosen={version} />}
        {tab === "settings" && (
          <Loaded resource={stored}>
            {(data) => <FlowSettingsTab flow={data} onChanged={stored.reload} />}
          </Loaded>
        )}
        {(tab === "graph" || tab === "definition") && (
          <Loaded resource={stored}>
            {(data) => (tab === "graph" ? <FlowGraphTab flow={data} /> : <Definition flow={data} />)}
          </Loaded>
        )}
      </div>
    </div>
  );
}

function Meta({ flow }: { readonly flow: FlowWithGraph }) {
  const { flows: texts } = words();
  const { version, updatedAt, retentionDays, description = "" } = flow;
  return (
    <>
      {description !== "" && <span class="quiet-ink">{description}</span>}
      <span>
        {texts.version} <b>v{version}</b>
      </span>
      <span>
        {texts.edited}{" "}
        <b>
          <Time at={updatedAt} />
        </b>
      </span>
      <span>
        {texts.keeps} <b>{texts.retention(retentionDays)}</b>
      </span>
    </>
  );
}

function Paused({ flow: { paused, held = 0 } }: { readonly flow: FlowWithGraph }) {
  const { pauses: texts } = words();
  if (!paused) return null;
  return <PauseBand paused={paused} more={paused.starts === "refuse" ? texts.refused : texts.held(held)} />;
}

function pauseOf({ name, paused, held = 0 }: FlowWithGraph, onChanged: () => void): PauseTarget {
  const { pauses: texts } = words();
  return {
    name,
    path: pathOf("flows", name),
    isPaused: paused !== undefined,
    says: texts.flowSays,
    resumeSays: texts.flowResumeSays(held),
    group: "flow",
    names: [name],
    hasChoice: true,
    onChanged,
  };
}

interface ActionsProps {
  readonly flow: string;
  readonly stored: Resource<FlowWithGraph> & { readonly reload: () => void };
}

function Actions({ flow, stored }: ActionsProps) {
  const [isStarting, setStarting] = useState(false);
  const { flows: texts, common, editor } = words();
  const path = pathOf("flows", flow);
  return (
    <>
      <Menu>
        <MenuItem
          icon="copy"
          onPress={() => void copyText(curlOf("POST", `${path}/executions`, { input: {} }))}
        >
          {common.copyCurl}
        </MenuItem>
        <MenuItem icon="copy" onPress={() => void copyText(`npx millrace run ${quoted(flow)}`)}>
          {common.copyCli}
        </MenuItem>
      </Menu>
      {stored.data && <PauseButton {...pauseOf(stored.data, stored.reload)} />}
      {mayChange() && (
        <ButtonLink icon="edit" href={addresses.editFlow(flow)}>
          {editor.edit}
        </ButtonLink>
      )}
      {mayChange() && (
        <Button icon="start" kind="solid" onPress={() => setStarting(true)}>
          {texts.start}
        </Button>
      )}
      {isStarting && (
        <StartWithLastInput
          flow={flow}
          title={texts.startTitle(flow)}
          says={texts.startBody}
          onClose={() => setStarting(false)}
        />
      )}
    </>
  );
}

function Definition({ flow: { definition, refusals = [] } }: { readonly flow: FlowWithGraph }) {
  const { flows: texts, service } = words();
  return (
    <div class="page-body">
      {refusals.length > 0 && (
        <div class="note soft-warn">
          <span class="says">
            <b>{texts.refusals}</b>{" "}
            {refusals
              .map(
                ({ code, message, line, column }) =>
                  `${line}:${column} ${service.diagnostic(code) ?? message}`,
              )
              .join("; ")}
          </span>
        </div>
      )}
      <pre class="code framed" tabIndex={0}>
        {definition}
      </pre>
    </div>
  );
}
