import { words } from "../../words/index.ts";
import type { ExecutionView } from "./context.ts";

export const TABS = ["graph", "timeline", "events", "data", "definition"] as const;
export type TabId = (typeof TABS)[number];
export const PANEL_ID = "execution-tab";

export interface HeaderProps {
  readonly view: ExecutionView;
  readonly tab: TabId;
  readonly onTab: (tab: TabId) => void;
}

export function tabsOf({ snapshot: { head } }: ExecutionView) {
  const { tabs } = words().execution;
  return TABS.map((id) => ({ id, title: tabs[id], ...(id === "events" && { count: head.counts.events }) }));
}
