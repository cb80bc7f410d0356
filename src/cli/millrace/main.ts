import { Command, CommanderError } from "commander";
import { VERSION } from "./version.ts";
import type { Ending } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT_CODES, tellFailure } from "./failure.ts";
import { Output } from "./output.ts";

const AFTER = `
A first session, with \`npm run dev\` running in another terminal:
  $ npx millrace queue put workers
  $ npx millrace flow put checks examples/scheduled-workers/flow.yaml
  $ npx millrace run checks --input '{"payload": {"workers": ["north", "south"]}}'

Status: 0 done, 1 not succeeded or not valid, 2 wrong usage, 3 refused, 4 out of reach, 5 broken, 130 left with Ctrl-C.`;

/** The command line of the API: gives the status to end with. */
export async function millrace(args: readonly string[]): Promise<number> {
  // Whoever read the answer has read enough of it, as \`head\` does.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT_CODES.done);
    process.stderr.write(`the answer cannot be written: ${error.message}\n`);
    process.exit(EXIT_CODES.usage);
  });
  const ending: Ending = { exitCode: EXIT_CODES.done };
  const isJson = args.includes("--json");
  const program = build(ending, isJson);
  try {
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) return tellFailure(error, new Output(isJson));
    return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
  }
  return ending.exitCode;
}

function build(ending: Ending, isJson: boolean): Command {
  const program = new Command("millrace")
    .description("Flows, executions, schedules, queues and topics of a Millrace installation.")
    .version(VERSION, "-V, --version")
    .usage("<command> [options]")
    // A flow has versions, too: behind a command, --version is the command's.
    .enablePositionalOptions()
    .addHelpText("after", AFTER);
  for (const command of COMMANDS) program.addCommand(command(ending));
  for (const command of everyCommand(program)) {
    command
      .exitOverride()
      .showHelpAfterError(isJson ? false : `(\`npx ${nameOf(command)} --help\` tells more)`);
    if (isJson) {
      command.configureOutput({
        outputError: (text, write) => {
          write(`${JSON.stringify({ code: "Usage", detail: text.trim().replace(/^error: /, "") })}\n`);
        },
      });
    }
  }
  return program;
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function nameOf(command: Command): string {
  return command.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
}
