/** Where the console's pages are; names are written so that none can leave its place. */
function at(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join("/")}`;
}

const NEW_FLOW = "/flows/new";

export const addresses = {
  overview: "/",
  executions: "/executions",
  flows: "/flows",
  schedules: "/schedules",
  /** `/queues` is MNS's. */
  queues: "/inboxes",
  /** `/topics` is MNS's, too. */
  topics: "/inboxes?tab=topics",
  deadLetters: "/inboxes?tab=dead",
  workers: "/workers",
  callbacks: "/callbacks",
  keys: "/keys",
  audit: "/audit",
  doctor: "/doctor",
  execution: (flow: string, name: string) => at("executions", flow, name),
  compare: (flow: string, name: string) =>
    `/compare?${new URLSearchParams({ a: `${flow}/${name}` }).toString()}`,
  item: (flow: string, name: string, step: string, index: number) =>
    at("executions", flow, name, "items", step, String(index)),
  newFlow: NEW_FLOW,
  /** A flow of this name is reached by another spelling of its address. */
  flow: (flow: string) => (flow === "new" ? "/flows/%6eew" : at("flows", flow)),
  editFlow: (flow: string) => `${at("flows", flow)}/edit`,
  schedule: (flow: string, schedule: string) => at("schedules", flow, schedule),
  worker: (queue: string, worker: string) => at("workers", queue, worker),
  /** With what a subscription of it did not get. */
  topic: (topic: string, subscription?: string) =>
    subscription === undefined
      ? at("subjects", topic)
      : `${at("subjects", topic)}?${new URLSearchParams({ dead: subscription }).toString()}`,
  queue: (queue: string) => at("inboxes", queue),
};
