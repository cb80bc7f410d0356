import { UsageError } from "../../src/cli/usage-error.ts";
import { readOptions, type Options, type PeerName } from "./options.ts";
import { benchMillrace } from "./peers/millrace.ts";
import { benchCeilings } from "./peers/ceilings.ts";
import { benchBullmq } from "./peers/bullmq.ts";
import { NotHere } from "./peers/installed.ts";
import { benchRestate } from "./peers/restate.ts";
import { benchWorkflows } from "./peers/workflows.ts";
import { stopAll } from "./processes.ts";
import { Records } from "./record.ts";
import { printTables } from "./table.ts";

const BENCHES: {
  readonly [P in PeerName]: (options: Options, records: Records, rep: number) => Promise<void>;
} = {
  ceilings: benchCeilings,
  millrace: benchMillrace,
  workflows: benchWorkflows,
  restate: benchRestate,
  bullmq: benchBullmq,
};

/** A peer that cannot be had here is left out, with a word. */
async function bench(peer: PeerName, options: Options, records: Records, rep: number): Promise<void> {
  try {
    await BENCHES[peer](options, records, rep);
  } catch (error) {
    if (!(error instanceof NotHere)) throw error;
    console.log(`${peer} is left out: ${error.message}`);
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void stopAll().finally(() => process.exit(130)));

try {
  const options = readOptions(process.argv.slice(2));
  const records = new Records(options);
  for (let rep = 1; rep <= options.repeats; rep++)
    for (const peer of options.peers) await bench(peer, options, records, rep);
  printTables(records.lines);
  console.log(`\nall lines: ${options.results}`);
  // Connections that are kept open hold the process.
  process.exit(records.lines.every(({ ok }) => ok !== false) ? 0 : 1);
} catch (error) {
  await stopAll();
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exit(2);
}
