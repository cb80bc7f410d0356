import { enableCompileCache } from "node:module";
import { COMPILED } from "./compiled.ts";
import { UsageError } from "./usage-error.ts";

enableCompileCache(COMPILED);

type Command = (args: readonly string[]) => Promise<number>;

const [name = "", ...args] = process.argv.slice(2);

/** What the npm scripts call: one word, then its own options. Only what is called is loaded: the rest takes its time. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import("./local/start.ts")).start,
  dev: async () => (await import("./local/dev.ts")).dev,
  test: async () => (await import("./test.ts")).test,
  check: async () => (await import("./test.ts")).check,
  deploy: async () => (await import("./deploy/main.ts")).deploy,
  sim: async () => (await import("./sim.ts")).sim,
  bench: async () => (await import("./bench.ts")).bench,
  millrace: async () => {
    // These are there for long: nothing that they do not need is loaded.
    if (args[0] === "work") return (await import("./millrace/work.ts")).work;
    if (args[0] === "serve") return (await import("./serve/main.ts")).serve;
    return (await import("./millrace/main.ts")).millrace;
  },
};

const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;

if (!load) {
  console.error(`"${name}" is not a command: use ${Object.keys(COMMANDS).join(", ")}`);
  process.exitCode = 2;
} else {
  try {
    const command = await load();
    process.exitCode = await command(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
