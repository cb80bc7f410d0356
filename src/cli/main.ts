import { bench } from "./bench.ts";
import { deploy } from "./deploy.ts";
import { dev } from "./local/dev.ts";
import { start } from "./local/start.ts";
import { millrace } from "./millrace/main.ts";
import { test } from "./test.ts";
import { UsageError } from "./usage-error.ts";

/** What the npm scripts call: one word, then its own options. */
const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  start,
  dev,
  test,
  deploy,
  bench,
  millrace,
};

const [name = "", ...args] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;

if (!command) {
  console.error(`"${name}" is not a command: use ${Object.keys(COMMANDS).join(", ")}`);
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await command(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
