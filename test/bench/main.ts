import { UsageError } from "../../src/cli/usage-error.ts";
import { readOptions, type Options, type PeerName } from "./options.ts";
import { benchMillrace } from "./peers/millrace.ts";
import { benchCeilings } from "./peers/ceilings.ts";
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
};

for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => void stopAll().finally(() => process.exit(130)));

try {
  const options = readOptions(process.argv.slice(2));
  const records = new Records(options);
  for (let rep = 1; rep <= options.repeats; rep++)
    for (const peer of options.peers) await BENCHES[peer](options, records, rep);
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
