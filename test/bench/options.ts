import { join, resolve } from "node:path";
import { tmpdir } from "node:os";
import { mkdtempSync } from "node:fs";
import { parseArgs } from "node:util";
import { UsageError } from "../../src/cli/usage-error.ts";
import { messageOf } from "../../src/core/result.ts";
import { type Job, parseJobs } from "./jobs.ts";

const PEERS = ["millrace", "workflows", "ceilings"] as const;
export type PeerName = (typeof PEERS)[number];

export interface Options {
  readonly jobs: readonly Job[];
  /** Jobs of the peer that is compared with. */
  readonly peerJobs: readonly Job[];
  readonly peers: readonly PeerName[];
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

const HELP = `options: -- --jobs ${JOBS} --peers ${PEERS.join(",")} --rep 1 --connections 32 --port 18700 --results FILE`;

export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const jobs = parseJobs(values.jobs);
  const peers = values.peers.split(",").map((word) => {
    const peer = PEERS.find((one) => one === word);
    if (!peer) throw new UsageError(`"${word}" is no peer; ${HELP}`);
    return peer;
  });
  const data = mkdtempSync(join(tmpdir(), "millrace-bench-"));
  return {
    jobs,
    peerJobs: jobs.filter(
      ({ kind, n }) => kind !== "roundtrips" && (kind !== "fanout" || n <= PEER_FAN_OUT_MAX),
    ),
    peers,
    repeats: whole(values.rep, "rep"),
    connections: whole(values.connections, "connections"),
    port: whole(values.port, "port"),
    results: resolve(values.results ?? join(data, "results.jsonl")),
    data,
  };
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
