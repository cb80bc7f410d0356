import { useRoute } from "preact-iso";
import { pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Page, Queue, Worker } from "../../api/types.ts";
import { copyText, curlOf, quoted } from "../../components/copy.ts";
import { Loaded } from "../../components/loaded.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { PauseBand, PauseButton, type PauseTarget } from "../../components/pause.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { addresses } from "../../frame/addresses.ts";
import { mayChange } from "../../state/session.ts";
import { useQuery } from "../../frame/use-query.ts";
import { words } from "../../words/index.ts";
import { DeadLetters } from "./dead-letters.tsx";
import { Overview } from "./overview.tsx";
import { Messages, SendButton } from "./messages.tsx";
import { Settings } from "./settings.tsx";
import { QueueWorkers } from "./queue-workers.tsx";

const POLL_MS = 5000;
const PANEL = "queue-part";
const TABS = ["overview", "workers", "messages", "dead", "settings"] as const;
type TabId = (typeof TABS)[number];
const WORKERS_PAGE = 1000;

/** A queue: what lies in it, who takes it, and what nobody could do anything with. */
export default function QueuePage() {
  const { queue = "" } = useRoute().params;
  const [query, setQuery] = useQuery();
  const path = pathOf("queues", queue);
  const stored = useResource<Queue>(path, { everyMs: POLL_MS });
  const workers = useResource<Page<Worker>>(`${path}/workers?limit=${WORKERS_PAGE}`, { everyMs: POLL_MS });
  const { frame, common, queues: texts, letters } = words();
  const tab: TabId = TABS.find((id) => id === query.tab) ?? "overview";
  const names = new Set(workers.data?.items.map(({ name, session }) => name ?? session));
  const tabs = [
    { id: "overview", title: texts.overview },
    { id: "workers", title: words().workers.title, count: workers.data && names.size },
    { id: "messages", title: words().messages.title, count: stored.data?.depth.ready },
    { id: "dead", title: letters.title, count: stored.data?.depth.deadLetters },
    { id: "settings", title: texts.settings },
  ] as const;
  const part = { path, queue, stored, workers };
  return (
    <>
      <PageHead
        title={queue}
        state={stored.data?.paused && <StateMark state="paused" isPill />}
        crumbs={[{ title: frame.queues, href: addresses.queues }]}
        actions={
          <>
            <Menu>
              <MenuItem icon="copy" onPress={() => void copyText(curlOf("GET", path))}>
                {common.copyCurl}
              </MenuItem>
              <MenuItem icon="copy" onPress={() => void copyText(`npx millrace queue get ${quoted(queue)}`)}>
                {common.copyCli}
              </MenuItem>
            </Menu>
            {stored.data && <PauseButton {...pauseOf(path, stored.data, stored.reload)} />}
            {stored.data && mayChange() && <SendButton path={path} queue={queue} onSent={stored.reload} />}
          </>
        }
        tabs={
          <Tabs
            label={queue}
            tabs={tabs}
            chosen={tab}
            panel={PANEL}
            onChoose={(id) => setQuery({ tab: id === "overview" ? undefined : id })}
          />
        }
      />
      {stored.data?.paused && <PauseBand paused={stored.data.paused} />}
      <div class="page-body" id={PANEL} role="tabpanel">
        <Loaded resource={stored}>
          {(data) => (
            <>
              {tab === "overview" && <Overview {...part} data={data} />}
              {tab === "workers" && <QueueWorkers workers={workers} />}
              {tab === "messages" && <Messages path={path} queue={data} />}
              {tab === "dead" && <DeadLetters path={path} queue={data} onChanged={stored.reload} />}
              {tab === "settings" && <Settings queue={data} />}
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}

function pauseOf(path: string, { name, paused, depth }: Queue, onChanged: () => void): PauseTarget {
  const { pauses: texts } = words();
  const resumeSays = texts.queueResumeSays(depth.ready + depth.readyForNamed);
  const cli = { group: "queue", names: [name] };
  return { name, path, isPaused: paused !== undefined, says: texts.queueSays, resumeSays, ...cli, onChanged };
}
