import { join } from "node:path";
import { HttpClient } from "../client.ts";
import { type Job, checkOutputs, pool, warmUpTasks } from "../jobs.ts";
import { DURABILITY, type Host, type RunningService, startMillrace, versions } from "../hosts.ts";
import type { Options, Way } from "../options.ts";
import { ProcessMeter } from "../processes.ts";
import { type Bench, type Measured, type Records } from "../record.ts";
import { mnsProtocol } from "../mns.ts";
import { fill, native, roundTrips } from "../round-trips.ts";
import { type Units, dollars, perThousand, readUnits, rowsBilled, unitsBetween } from "../units.ts";
import { WorkerProcess } from "../worker-process.ts";
import { MANY_AT_ONCE, MANY_TASKS } from "./peer-jobs.ts";
import { benchSchedules } from "./schedules.ts";
import { benchStarts } from "./starts.ts";

/** As many as the peer hands out at once: all. */
const CONCURRENCY = 10_000;
const WAIT_SECONDS = 60;
const SERIAL = "serial";
const WARM_UP_TRIPS = 200;

/** Each way has a queue of its own: polls of a worker that has ended go on waiting for a while. */
function fanOutFlow(queue: string): string {
  return `
version: v1
type: flow
steps:
  - type: foreach
    name: all
    iterationMapping: { collection: $.items, item: i }
    concurrency: ${CONCURRENCY}
    steps:
      - type: task
        name: one
        resourceArn: acs:mns:::/queues/${queue}/messages
        pattern: waitForCallback
        inputMappings:
          - { target: token, source: $context.task.token }
          - { target: i, source: $input.i }
        serviceParams: { MessageBody: $ }
    outputMappings: [{ target: outputs, source: "$local[*]" }]
`;
}

function serialFlow(steps: number): string {
  const pass = (index: number) => `  - { type: pass, name: s${index} }`;
  return ["version: v1", "type: flow", "steps:", ...Array.from({ length: steps }, (_, i) => pass(i))].join(
    "\n",
  );
}

export async function benchMillrace(options: Options, records: Records, rep: number): Promise<void> {
  for (const host of options.hosts) await benchOn(host, options, records, rep);
  for (const { kind, n } of options.jobs) {
    if (kind === "start") await benchStarts(n, options, records, rep);
    if (kind === "schedules") await benchSchedules(n, options, records, rep);
  }
}

async function benchOn(host: Host, options: Options, records: Records, rep: number): Promise<void> {
  const data = join(options.data, `millrace-${host}-${rep}`);
  const service = await startMillrace(host, options.port, data);
  try {
    const run = await MillraceRun.on(service, host, options, records, rep, data);
    for (const way of options.ways) await run.fanOuts(way);
    await run.others();
  } finally {
    await service.stop();
  }
}

class MillraceRun {
  private readonly service: RunningService;
  private readonly host: Host;
  private readonly client: HttpClient;
  private readonly options: Options;
  private readonly records: Records;
  private readonly rep: number;
  private readonly bench: Bench;
  private executions = 0;

  private constructor(
    service: RunningService,
    host: Host,
    client: HttpClient,
    options: Options,
    records: Records,
    rep: number,
    bench: Bench,
  ) {
    this.service = service;
    this.host = host;
    this.client = client;
    this.options = options;
    this.records = records;
    this.rep = rep;
    this.bench = bench;
  }

  static async on(
    service: RunningService,
    host: Host,
    options: Options,
    records: Records,
    rep: number,
    data: string,
  ) {
    const client = new HttpClient(service.credentials.url, 2 * MANY_AT_ONCE, {
      authorization: `Bearer ${keyOf(service)}`,
    });
    const bench = { meter: new ProcessMeter(service.pid), data: join(data, "state") };
    for (const { way } of options.ways) {
      await client.json("PUT", `/v1/queues/${way}`, {});
      await putFlow(client, `fan-${way}`, fanOutFlow(way));
    }
    return new MillraceRun(service, host, client, options, records, rep, bench);
  }

  async fanOuts({ way, worker: program, max }: Way): Promise<void> {
    const isFirst = way === this.options.ways[0]?.way;
    const jobs = this.options.jobs.filter(({ kind }) => kind === "fanout" || (kind === "many" && isFirst));
    if (jobs.length === 0) return;
    const worker = await this.startWorker(way, program, max);
    try {
      await this.fanOut(way, warmUpTasks(jobs));
      for (const job of jobs)
        await this.time(way, job, job.kind === "many" ? "execution" : "task", worker, () =>
          job.kind === "many"
            ? pool(job.n, MANY_AT_ONCE, () => this.fanOut(way, MANY_TASKS))
            : this.fanOut(way, job.n),
        );
    } finally {
      await worker.stop();
    }
  }

  async others(): Promise<void> {
    for (const job of this.options.jobs) {
      if (job.kind === "serial") {
        await putFlow(this.client, SERIAL, serialFlow(job.n));
        await this.serial();
        await this.time("pass", job, "step", undefined, () => this.serial());
      }
      if (job.kind === "roundtrips") await this.roundTrips(job);
    }
  }

  private async roundTrips(job: Job): Promise<void> {
    const { accessKeyId, accessKeySecret } = this.service.credentials;
    for (const protocol of [native, mnsProtocol(accessKeyId, accessKeySecret)]) {
      for (const size of protocol.batches) {
        const queue = `${protocol.name}-${size}`;
        await this.client.json("PUT", `/v1/queues/${queue}`, {});
        await fill(this.client, protocol, queue, WARM_UP_TRIPS + job.n);
        await roundTrips(this.client, protocol, queue, WARM_UP_TRIPS, size, this.options.connections);
        await this.time(`${protocol.name}-batches-of-${size}`, job, "message", undefined, () =>
          roundTrips(this.client, protocol, queue, job.n, size, this.options.connections),
        );
      }
    }
  }

  /** With what was billed for the job, per 1,000 units. */
  private async time(
    way: string,
    { kind, n }: Job,
    unit: string,
    worker: WorkerProcess | undefined,
    run: () => Promise<void>,
  ): Promise<void> {
    const measured: Measured & { units: number } = {
      peer: "millrace",
      variant: `${this.host} ${way}`,
      host: this.host,
      job: kind,
      rep: this.rep,
      n,
      units: n,
      unit,
      durability: DURABILITY,
      versions: versions(),
    };
    await this.records.time(measured, { ...this.bench, ...(worker && { worker }) }, async () => {
      const before = await this.units();
      await run();
      const after = await this.units();
      // The reading itself is a request.
      const billed = unitsBetween({ ...before, workerRequests: before.workerRequests + 1 }, after);
      return bill(billed, n);
    });
  }

  private async units(): Promise<Units> {
    const { text } = await this.client.send("GET", "/metrics");
    return readUnits(text);
  }

  private startWorker(way: string, program: string, max: number): Promise<WorkerProcess> {
    return WorkerProcess.start(program, {
      BENCH_URL: this.service.credentials.url,
      BENCH_KEY: keyOf(this.service),
      BENCH_QUEUE: way,
      BENCH_LOOPS: String(this.options.connections),
      BENCH_MAX: String(max),
    });
  }

  private async fanOut(way: string, n: number): Promise<void> {
    const input = { items: Array.from({ length: n }, (_, index) => index) };
    const output = await this.run(`fan-${way}`, input);
    checkOutputs(output.outputs, n);
  }

  private async serial(): Promise<void> {
    await this.run(SERIAL, {});
  }

  private async run(flow: string, input: object): Promise<Record<string, unknown>> {
    const name = `x${this.rep}-${this.executions++}`;
    const path = `/v1/flows/${flow}/executions`;
    let head = await this.client.json("POST", `${path}?wait=${WAIT_SECONDS}`, { name, input });
    while (head.endedAt === undefined)
      head = await this.client.json("GET", `${path}/${name}?wait=${WAIT_SECONDS}`);
    if (head.status !== "Succeeded") throw new Error(`${head.status}: ${head.error} ${head.cause}`);
    return head.output;
  }
}

function keyOf({ credentials }: RunningService): string {
  return `${credentials.accessKeyId}.${credentials.accessKeySecret}`;
}

async function putFlow(client: HttpClient, name: string, definition: string): Promise<void> {
  const { status, text } = await client.send("PUT", `/v1/flows/${name}`, definition, {
    "content-type": "application/yaml",
  });
  if (status >= 300) throw new Error(`PUT ${name}: ${status} ${text}`);
}

function bill(units: Units, done: number) {
  const thousand = perThousand(units, done);
  return {
    rows_written: units.rowsWritten,
    alarms_set: units.alarmsSet,
    rows_read: units.rowsRead,
    object_requests: units.objectRequests,
    worker_requests: units.workerRequests,
    transport_operations: units.transportOperations,
    rows_per_1000: Math.round(rowsBilled(thousand)),
    object_requests_per_1000: Math.round(thousand.objectRequests),
    worker_requests_per_1000: Math.round(thousand.workerRequests),
    usd_per_1000: Number(dollars(thousand).toFixed(6)),
  };
}
