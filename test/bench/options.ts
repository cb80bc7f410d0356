import { join, resolve } from "node:path";
import { tmpdir } from "node:os";
import { mkdtempSync } from "node:fs";
import { parseArgs } from "node:util";
import { UsageError } from "../../src/cli/usage-error.ts";
import { messageOf } from "../../src/core/result.ts";
import { HOSTS, type Host } from "./hosts.ts";
import { type Job, parseJobs } from "./jobs.ts";

const PEERS = ["millrace", "ceilings", "workflows", "restate", "bullmq"] as const;
export type PeerName = (typeof PEERS)[number];

/** How many tasks a worker takes and reports in one call of `work`; over a socket it has one on the way for each connection. */
const WAYS = [
  { way: "per-task", worker: "pull-worker.ts", max: 1 },
  { way: "batches-of-10", worker: "pull-worker.ts", max: 10 },
  { way: "socket", worker: "socket-worker.ts", max: 1 },
] as const;
export type Way = (typeof WAYS)[number];

export interface Options {
  readonly jobs: readonly Job[];
  /** Those of Workflows, for which some take too long. */
  readonly workflowJobs: readonly Job[];
  readonly peers: readonly PeerName[];
  /** What Millrace, the raw Worker and Workflows run on, one after the other. */
  readonly hosts: readonly Host[];
  /** How Millrace's workers call. */
  readonly ways: readonly Way[];
  readonly repeats: number;
  readonly connections: number;
  /** First of the ports that are listened on. */
  readonly port: number;
  readonly results: string;
  /** Where the servers keep their data. */
  readonly data: string;
}

const JOBS = "fanout:1000,fanout:5000,serial:200,many:500,start:5,schedules:10000";
/** More than that takes minutes there. */
const WORKFLOW_FAN_OUT_MAX = 1000;

const WAY_NAMES = WAYS.map(({ way }) => way).join(",");
const HELP = `options: -- --jobs ${JOBS} --peers ${PEERS.join(",")} --hosts ${HOSTS.join(",")} --ways ${WAY_NAMES} --rep 1 --connections 32 --port 18700 --results FILE`;

export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const jobs = parseJobs(values.jobs);
  const peers = choose("peer", values.peers, PEERS, (peer) => peer);
  const ways = choose("way", values.ways, WAYS, ({ way }) => way);
  const data = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  return {
    jobs,
    workflowJobs: jobs.filter(({ kind, n }) => kind !== "fanout" || n <= WORKFLOW_FAN_OUT_MAX),
    peers,
    hosts: choose("host", values.hosts, HOSTS, (host) => host),
    ways,
    repeats: whole(values.rep, "rep"),
    connections: whole(values.connections, "connections"),
    port: whole(values.port, "port"),
    results: resolve(values.results ?? join(data, "results.jsonl")),
    data,
  };
}

/** Some of what there is, by their names. */
function choose<T>(what: string, words: string, all: readonly T[], nameOf: (one: T) => string): T[] {
  return words.split(",").map((word) => {
    const found = all.find((one) => nameOf(one) === word);
    if (found === undefined) throw new UsageError(`"${word}" is no ${what}; ${HELP}`);
    return found;
  });
}

function whole(text: string, name: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`--${name} takes a number; ${HELP}`);
  return number;
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        jobs: { type: "string", default: JOBS },
        peers: { type: "string", default: PEERS.join(",") },
        hosts: { type: "string", default: HOSTS.join(",") },
        ways: { type: "string", default: WAY_NAMES },
        rep: { type: "string", default: "1" },
        connections: { type: "string", default: "32" },
        port: { type: "string", default: "18700" },
        results: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n${HELP}`);
  }
}
