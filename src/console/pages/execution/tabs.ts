import { words } from "../../words/index.ts";
import type { ExecutionView } from "./context.ts";

export const TABS = ["graph", "timeline", "items", "events", "data", "definition"] as const;
export type TabId = (typeof TABS)[number];
export const PANEL_ID = "execution-tab";

export interface HeaderProps {
  readonly view: ExecutionView;
  readonly tab: TabId;
  readonly onTab: (tab: TabId) => void;
}

export function tabsOf({ snapshot: { head, foreach } }: ExecutionView) {
  const { tabs } = words().execution;
  const items = [...foreach.values()].reduce((sum, { n }) => sum + n, 0);
  const counts: Readonly<Partial<Record<TabId, number>>> = { items, events: head.counts.events };
  return TABS.filter((id) => id !== "items" || items > 0).map((id) => ({
    id,
    title: tabs[id],
    count: counts[id],
  }));
}
