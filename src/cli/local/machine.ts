/** A machine of the scenario, as a process: a runner that ends with whoever started it. */
import { runProgram } from "../../worker/program.ts";
import { VERSION } from "../millrace/version.ts";
import { untilDisconnected } from "./on-end.ts";

void untilDisconnected().then(() => process.kill(process.pid, "SIGTERM"));
process.exitCode = await runProgram(process.argv.slice(2), {
  version: VERSION,
  program: "npx millrace work",
  start: process.argv.slice(0, 2),
});
process.exit();
