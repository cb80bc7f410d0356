import type { IconName } from "../components/icon.tsx";
import { mayAdminister } from "../state/session.ts";
import { words } from "../words/index.ts";
import { addresses } from "./addresses.ts";

export interface Place {
  readonly icon: IconName;
  readonly title: string;
  readonly href: string;
}

/** In groups; who may not see a page does not see its place. */
export function places(): readonly (readonly Place[])[] {
  const { frame } = words();
  const work: Place[] = [
    { icon: "overview", title: frame.overview, href: addresses.overview },
    { icon: "executions", title: frame.executions, href: addresses.executions },
    { icon: "flows", title: frame.flows, href: addresses.flows },
    { icon: "schedules", title: frame.schedules, href: addresses.schedules },
  ];
  const machines: Place[] = [
    { icon: "queues", title: frame.queues, href: addresses.queues },
    { icon: "workers", title: frame.workers, href: addresses.workers },
    { icon: "callbacks", title: words().callbacks.title, href: addresses.callbacks },
  ];
  const access: Place[] = [
    { icon: "keys", title: frame.keys, href: addresses.keys },
    { icon: "audit", title: frame.audit, href: addresses.audit },
  ];
  const doctor: Place = { icon: "doctor", title: words().doctor.title, href: addresses.doctor };
  return [work, machines, mayAdminister() ? [...access, doctor] : [doctor]];
}
