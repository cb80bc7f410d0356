/** The process that serves one of the benchmark's own Workers on workerd alone. */
import { build } from "../../src/cli/local/build.ts";
import { startBare, writeBare } from "./bare.ts";

const { BENCH_CONFIG = "", BENCH_STATE = "", BENCH_PORT = "0" } = process.env;

const runtime = await startBare(writeBare(await build(BENCH_CONFIG), BENCH_STATE, Number(BENCH_PORT)));
const end = () => void runtime.end().then(() => process.exit(0));
process.on("SIGTERM", end);
process.on("disconnect", end);
