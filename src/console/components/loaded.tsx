import type { ComponentChildren } from "preact";
import type { Resource } from "../api/resource.ts";
import { words } from "../words/index.ts";
import { Stale, Trouble } from "./trouble.tsx";

export interface LoadedProps<T> {
  readonly resource: Resource<T> & { readonly reload: () => void };
  readonly children: (data: T) => ComponentChildren;
}

const LINES = [72, 88, 64, 80, 56];

/** What an address answers, or that it is on its way, or why not. */
export function Loaded<T>({ resource, children }: LoadedProps<T>) {
  const { data, error, reload } = resource;
  if (data === undefined && error !== undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Skeleton />;
  return (
    <>
      <Stale resource={resource} onRetry={reload} />
      {children(data)}
    </>
  );
}

/** Shows after a moment only: what comes at once needs none. */
export function Skeleton() {
  return (
    <div class="stack" role="status" aria-label={words().common.loading} style={{ padding: "16px" }}>
      {LINES.map((width) => (
        <div key={width} class="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}
