/**
 * What this isolate has done since it began, as Prometheus counters. On one machine the Worker and all objects share an
 * isolate, so there these are the totals of the installation; on the platform each isolate counts for itself.
 */
const COUNTERS = {
  millrace_worker_requests_total: {
    label: "kind",
    help: "Invocations of the Worker: HTTP requests, batches of the transport queue, Cron Triggers",
  },
  millrace_object_requests_total: {
    label: "class",
    help: "Calls that reached an object, and alarms that rang there",
  },
  millrace_socket_messages_total: {
    label: "class",
    help: "Messages that came over sockets; each twentieth is among the object requests, as the platform bills them",
  },
  millrace_object_starts_total: { label: "class", help: "Objects that were brought into memory" },
  millrace_rows_written_total: {
    label: "class",
    help: "Rows written in SQL as the cursors say, without alarms",
  },
  millrace_rows_read_total: { label: "class", help: "Rows read in SQL as the cursors say" },
  millrace_alarms_set_total: {
    label: "class",
    help: "Alarms set; the platform bills each as a row written",
  },
  millrace_alarms_rung_total: {
    label: "class",
    help: "Alarms that rang; they are among the object requests",
  },
  millrace_transport_operations_total: {
    label: "operation",
    help: "Operations on the transport queue, one for each 64 KB of a message",
  },
  millrace_executions_total: { label: "event", help: "Executions by what became of them" },
  millrace_parked_total: {
    label: "kind",
    help: "What was left alone so that it holds up nothing else, and rows that could not be read, each time",
  },
  millrace_overdue_total: {
    label: "kind",
    help: "Effects that were not done for more than an hour and are tried again and again, each once",
  },
  millrace_tasks_lost_total: {
    label: "queue",
    help: "Tasks that failed since their workers were lost too often",
  },
  millrace_task_reports_total: { label: "verdict", help: "Reports of tasks by their verdict" },
} as const;

export type CounterName = keyof typeof COUNTERS;

const counted = new Map<string, Map<string, number>>();

export function count(name: CounterName, label: string, by = 1): void {
  let labels = counted.get(name);
  if (!labels) counted.set(name, (labels = new Map()));
  labels.set(label, (labels.get(label) ?? 0) + by);
}

const LIVE = "millrace_workers_live";

/** Until when workers are live if nothing more is heard of them, by queue. */
const liveUntil = new Map<string, Map<string, number>>();

/** A worker of a queue is live until then (epoch ms). Of a queue `most` are known, those that were seen last. */
export function sawWorker(queue: string, worker: string, until: number, most: number): void {
  let own = liveUntil.get(queue);
  if (!own) liveUntil.set(queue, (own = new Map()));
  own.delete(worker);
  own.set(worker, until);
  const [oldest] = own.keys();
  if (oldest !== undefined && own.size > most) own.delete(oldest);
}

function renderLive(now: number): string {
  const counts = Array.from(liveUntil, ([queue, own]) => {
    for (const [worker, until] of own) if (until <= now) own.delete(worker);
    return [queue, own.size] as const;
  });
  const lines = counts
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([queue, live]) => `${LIVE}{queue="${queue}"} ${live}`);
  const head = [`# HELP ${LIVE} Workers that wait at a queue or called it lately`, `# TYPE ${LIVE} gauge`];
  return [...head, ...lines, ""].join("\n");
}

const FINDINGS = "millrace_findings";

function renderFindings(open: Readonly<Record<string, number>>): string {
  const lines = Object.entries(open).map(([code, many]) => `${FINDINGS}{code="${code}"} ${many}`);
  const head = [
    `# HELP ${FINDINGS} What inspections found and could not heal, by code`,
    `# TYPE ${FINDINGS} gauge`,
  ];
  return [...head, ...lines, ""].join("\n");
}

/** All metrics in Prometheus' text format, at this time (epoch ms); with the counts of open findings, if they are known. */
export function renderMetrics(now: number, findings?: Readonly<Record<string, number>>): string {
  return renderCounters() + renderLive(now) + (findings ? renderFindings(findings) : "");
}

function renderCounters(): string {
  return Object.entries(COUNTERS)
    .map(([name, { label, help }]) => {
      const values = [...(counted.get(name) ?? [])].toSorted(([a], [b]) => (a < b ? -1 : 1));
      const lines = values.map(([value, total]) => `${name}{${label}="${value}"} ${total}`);
      return [`# HELP ${name} ${help}`, `# TYPE ${name} counter`, ...lines, ""].join("\n");
    })
    .join("");
}
