import { ErrorBoundary, LocationProvider, Route, Router, lazy } from "preact-iso";
import { Frame } from "./frame/frame.tsx";
import { addresses } from "./frame/addresses.ts";
import { SignIn } from "./pages/sign-in.tsx";
import { session } from "./state/session.ts";
import { words } from "./words/index.ts";

const Audit = lazy(() => import("./pages/audit.tsx"));
const Callbacks = lazy(() => import("./pages/callbacks.tsx"));
const Compare = lazy(() => import("./pages/compare.tsx"));
const Doctor = lazy(() => import("./pages/doctor.tsx"));
const EditFlow = lazy(() => import("./pages/editor/edit-flow.tsx"));
const Execution = lazy(() => import("./pages/execution/execution.tsx"));
const Executions = lazy(() => import("./pages/executions.tsx"));
const Flow = lazy(() => import("./pages/flow/flow.tsx"));
const Flows = lazy(() => import("./pages/flows.tsx"));
const Item = lazy(() => import("./pages/item/item.tsx"));
const Keys = lazy(() => import("./pages/keys.tsx"));
const NewFlow = lazy(() => import("./pages/editor/new-flow.tsx"));
const Overview = lazy(() => import("./pages/overview/overview.tsx"));
const Queue = lazy(() => import("./pages/queue/queue.tsx"));
const Queues = lazy(() => import("./pages/queues.tsx"));
const Topic = lazy(() => import("./pages/topic/topic.tsx"));
const Worker = lazy(() => import("./pages/workers/worker.tsx"));
const Workers = lazy(() => import("./pages/workers/workers.tsx"));
const Schedule = lazy(() => import("./pages/schedule/schedule.tsx"));
const Schedules = lazy(() => import("./pages/schedules.tsx"));
/** For whoever works on the console: what is built for users has nothing of it. */
const Components = import.meta.env.DEV ? lazy(() => import("./dev/components.tsx")) : undefined;

/** Whoever is not signed in signs in first, on whatever page. */
export function App() {
  if (session.value === undefined) return null;
  if (session.value === null) return <SignIn />;
  return (
    <LocationProvider>
      <Frame>
        <ErrorBoundary>
          <Router>
            <Route path="/" component={Overview} />
            <Route path="/audit" component={Audit} />
            <Route path="/callbacks" component={Callbacks} />
            <Route path="/compare" component={Compare} />
            <Route path="/doctor" component={Doctor} />
            <Route path="/executions/:flow/:name" component={Execution} />
            <Route path="/executions/:flow/:name/items/:step/:index" component={Item} />
            <Route path="/executions" component={Executions} />
            <Route path="/flows/new" component={NewFlow} />
            <Route path="/flows/:flow/edit" component={EditFlow} />
            <Route path="/flows/:flow" component={Flow} />
            <Route path="/flows" component={Flows} />
            <Route path="/keys" component={Keys} />
            <Route path="/inboxes/:queue" component={Queue} />
            <Route path="/subjects/:topic" component={Topic} />
            <Route path="/workers/:queue/:worker" component={Worker} />
            <Route path="/workers" component={Workers} />
            <Route path="/inboxes" component={Queues} />
            <Route path="/schedules/:flow/:schedule" component={Schedule} />
            <Route path="/schedules" component={Schedules} />
            {Components ? <Route path="/dev/components" component={Components} /> : []}
            <Route default component={Nowhere} />
          </Router>
        </ErrorBoundary>
      </Frame>
    </LocationProvider>
  );
}

function Nowhere() {
  const { problem, frame } = words();
  return (
    <div class="empty">
      <h1>{problem.gone}</h1>
      <a class="link" href={addresses.overview}>
        {frame.overview}
      </a>
    </div>
  );
}
