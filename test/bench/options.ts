import { join, resolve } from "node:path";
import { tmpdir } from "node:os";
import { mkdtempSync } from "node:fs";
import { parseArgs } from "node:util";
import { UsageError } from "../../src/cli/usage-error.ts";
import { messageOf } from "../../src/core/result.ts";
import { type Job, parseJobs } from "./jobs.ts";

const PEERS = ["millrace", "workflows", "ceilings"] as const;
export type PeerName = (typeof PEERS)[number];

/** How many tasks a worker takes and reports in one call. */
const WAYS = [
  { way: "per-task", max: 1 },
  { way: "batches-of-10", max: 10 },
] as const;
export type Way = (typeof WAYS)[number];

export interface Options {
  readonly jobs: readonly Job[];
  /** Jobs of the peer that is compared with. */
  readonly peerJobs: readonly Job[];
  readonly peers: readonly PeerName[];
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

const JOBS = "fanout:100,fanout:1000,fanout:5000,serial:200,many:500,roundtrips:2000";
/** More than that takes minutes there. */
const PEER_FAN_OUT_MAX = 1000;

const WAY_NAMES = WAYS.map(({ way }) => way).join(",");
const HELP = `options: -- --jobs ${JOBS} --peers ${PEERS.join(",")} --ways ${WAY_NAMES} --rep 1 --connections 32 --port 18700 --results FILE`;

export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const jobs = parseJobs(values.jobs);
  const peers = choose("peer", values.peers, PEERS, (peer) => peer);
  const ways = choose("way", values.ways, WAYS, ({ way }) => way);
  const data = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  return {
    jobs,
    peerJobs: jobs.filter(
      ({ kind, n }) => kind !== "roundtrips" && (kind !== "fanout" || n <= PEER_FAN_OUT_MAX),
    ),
    peers,
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
