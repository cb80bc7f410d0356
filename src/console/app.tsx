import { ErrorBoundary, LocationProvider, Route, Router, lazy, useLocation } from "preact-iso";
import { useEffect } from "preact/hooks";
import { Frame } from "./frame/frame.tsx";
import { addresses } from "./frame/addresses.ts";
import { SignIn } from "./pages/sign-in.tsx";
import { session } from "./state/session.ts";
import { words } from "./words/index.ts";

const Executions = lazy(() => import("./pages/executions.tsx"));
const Execution = lazy(() => import("./pages/execution/execution.tsx"));

/** Whoever is not signed in signs in first, on whatever page. */
export function App() {
  if (session.value === undefined) return null;
  if (session.value === null) return <SignIn />;
  return (
    <LocationProvider>
      <Frame>
        <ErrorBoundary>
          <Router>
            <Route path="/" component={Home} />
            <Route path="/executions" component={Executions} />
            <Route path="/executions/:flow/:name" component={Execution} />
            <Route default component={Nowhere} />
          </Router>
        </ErrorBoundary>
      </Frame>
    </LocationProvider>
  );
}

function Home() {
  const { route } = useLocation();
  useEffect(() => route(addresses.executions, true), []);
  return null;
}

function Nowhere() {
  const { problem, frame } = words();
  return (
    <div class="empty">
      <h1>{problem.gone}</h1>
      <a class="link" href={addresses.executions}>
        {frame.executions}
      </a>
    </div>
  );
}
