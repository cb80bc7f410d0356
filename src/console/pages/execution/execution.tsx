import { useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { Skeleton } from "../../components/loaded.tsx";
import { Stale, Trouble } from "../../components/trouble.tsx";
import { useIsPhone } from "../../frame/use-is-phone.ts";
import { useQuery } from "../../frame/use-query.ts";
import { stateOfStatus } from "../../model/states.ts";
import { words } from "../../words/index.ts";
import { Band } from "./band.tsx";
import type { ExecutionView } from "./context.ts";
import { Events } from "./events.tsx";
import { GraphTab } from "./graph-tab.tsx";
import { Header } from "./header.tsx";
import { ItemsTab } from "./items-tab.tsx";
import { PhoneHead } from "./phone-head.tsx";
import { Phone } from "./phone.tsx";
import { ValueBox } from "./step-data.tsx";
import { PANEL_ID, TABS, type TabId } from "./tabs.ts";
import { TimelineTab } from "./timeline.tsx";
import { useExecution } from "./use-execution.ts";
import "../../styles/graph.css";
import "../../styles/execution.css";
import "../../styles/item.css";
import "../../styles/timeline.css";

function tabOf(text: string | undefined): TabId {
  return TABS.find((tab) => tab === text) ?? "graph";
}

/** One execution: the error first, then every step. */
export default function ExecutionPage() {
  const { flow = "", name = "" } = useRoute().params;
  const { watched, view, definition, reload } = useExecution(flow, name);
  const [query, change] = useQuery();
  const isPhone = useIsPhone();
  const tab = tabOf(query.tab);
  if (!view) {
    return watched.error === undefined ? <Skeleton /> : <Trouble error={watched.error} onRetry={reload} />;
  }
  const choose = (chosen: TabId) => change({ tab: chosen === "graph" ? undefined : chosen });
  const show = (step: string | undefined) => change({ tab: undefined, step });
  return (
    <div class="execution-page">
      {isPhone ? (
        <PhoneHead view={view} tab={tab} onTab={choose} />
      ) : (
        <Header view={view} tab={tab} onTab={choose} />
      )}
      <Announcer view={view} />
      {watched.error !== undefined && (
        <Stale resource={{ data: view, error: watched.error, isLoading: false }} onRetry={reload} />
      )}
      {!(isPhone && tab === "graph") && <Band view={view} onShow={show} />}
      <div id={PANEL_ID} role="tabpanel" class="execution-tab" aria-label={words().execution.tabs[tab]}>
        {tab === "graph" &&
          (isPhone && query.view !== "graph" ? (
            <Phone view={view} onGraph={() => change({ view: "graph" })} />
          ) : (
            <GraphTab view={view} chosen={query.step} onChoose={show} />
          ))}
        {tab === "timeline" && <TimelineTab view={view} />}
        {tab === "items" && <ItemsTab view={view} />}
        {tab === "events" && <Events view={view} />}
        {tab === "data" && <DataTab view={view} />}
        {tab === "definition" && <DefinitionTab definition={definition} />}
      </div>
    </div>
  );
}

/** Tells whoever listens of changes of the execution's own state, and of nothing else. */
function Announcer({ view }: { readonly view: ExecutionView }) {
  const { status } = view.snapshot.head;
  const [first] = useState(status);
  const { execution, state } = words();
  return (
    <div class="hidden-text" aria-live="polite">
      {status !== first && execution.statesChanged(state[stateOfStatus(status)])}
    </div>
  );
}

function DataTab({ view }: { readonly view: ExecutionView }) {
  const { head } = view.snapshot;
  const { execution: texts } = words();
  return (
    <div class="page-body data-columns">
      <ValueBox base={view.base} title={texts.input} value={head.input} large={head.inputValue} />
      {head.output === undefined && head.outputValue === undefined ? (
        <section class="value">
          <h3>{texts.output}</h3>
          <p class="quiet">{texts.noOutput}</p>
        </section>
      ) : (
        <ValueBox base={view.base} title={texts.output} value={head.output} large={head.outputValue} />
      )}
    </div>
  );
}

function DefinitionTab({ definition }: { readonly definition: string | undefined }) {
  if (definition === undefined) return <Skeleton />;
  return (
    <div class="page-body">
      <pre class="code" tabIndex={0}>
        {definition}
      </pre>
    </div>
  );
}
