import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { words } from "../words/index.ts";

export interface Crumb {
  readonly title: string;
  readonly href: string;
}

export interface PageHeadProps {
  readonly title: string;
  readonly crumbs?: readonly Crumb[];
  readonly state?: ComponentChildren;
  readonly meta?: ComponentChildren;
  /** At most four buttons, one of them solid. */
  readonly actions?: ComponentChildren;
  readonly tabs?: ComponentChildren;
}

export function PageHead({ title, crumbs = [], state, meta, actions, tabs }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Millrace`;
  }, [title]);
  return (
    <header class={`page-head ${tabs === undefined ? "no-tabs" : ""}`}>
      {crumbs.length > 0 && <Crumbs crumbs={crumbs} />}
      <div class="head-row">
        <div class="title">
          <h1>{title}</h1>
          {state}
        </div>
        {actions !== undefined && <div class="head-actions">{actions}</div>}
      </div>
      {meta !== undefined && <div class="meta">{meta}</div>}
      {tabs}
    </header>
  );
}

function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }) {
  return (
    <nav class="crumbs" aria-label={words().common.back}>
      {crumbs.map(({ title, href }, at) => (
        <span key={href}>
          {at > 0 && <span class="crumb-line">/</span>}
          <a href={href}>{title}</a>
        </span>
      ))}
    </nav>
  );
}
