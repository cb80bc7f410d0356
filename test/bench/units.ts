/** What the platform bills, as the service itself counts it. */
export interface Units {
  readonly rowsWritten: number;
  readonly rowsRead: number;
  readonly alarmsSet: number;
  readonly objectRequests: number;
  readonly workerRequests: number;
  readonly transportOperations: number;
}

/** Counters of `/metrics` that add up to each unit. */
const SOURCES: { readonly [K in keyof Units]: string } = {
  rowsWritten: "millrace_rows_written_total",
  rowsRead: "millrace_rows_read_total",
  alarmsSet: "millrace_alarms_set_total",
  objectRequests: "millrace_object_requests_total",
  workerRequests: "millrace_worker_requests_total",
  transportOperations: "millrace_transport_operations_total",
};

/** Dollars a million on the paid plan beyond what it includes (developers.cloudflare.com, the pricing pages of each). */
const PRICES: { readonly [K in keyof Units]: number } = {
  rowsWritten: 1,
  rowsRead: 0.001,
  // An alarm that is set is billed as a row written.
  alarmsSet: 1,
  objectRequests: 0.15,
  workerRequests: 0.3,
  transportOperations: 0.4,
};

const NAMES = Object.keys(SOURCES) as (keyof Units)[];

function unitsOf(valueOf: (unit: keyof Units) => number): Units {
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- fromEntries forgets the keys
  return Object.fromEntries(NAMES.map((unit) => [unit, valueOf(unit)])) as unknown as Units;
}

/** Reads them out of Prometheus' text. */
export function readUnits(metrics: string): Units {
  const lines = metrics.split("\n");
  return unitsOf((unit) =>
    lines
      .filter((line) => line.startsWith(`${SOURCES[unit]}{`))
      .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0),
  );
}

export function unitsBetween(before: Units, after: Units): Units {
  return unitsOf((unit) => after[unit] - before[unit]);
}

/** Per 1,000 of whatever was done. */
export function perThousand(units: Units, done: number): Units {
  return unitsOf((unit) => (units[unit] * 1000) / done);
}

/** Rows as they are billed: with the alarms that were set. */
export function rowsBilled({ rowsWritten, alarmsSet }: Units): number {
  return rowsWritten + alarmsSet;
}

export function dollars(units: Units): number {
  return NAMES.reduce((sum, unit) => sum + (units[unit] * PRICES[unit]) / 1_000_000, 0);
}
