import { Argument, Command, Option } from "commander";
import type * as z from "zod";
import type { Client } from "../client.ts";
import { connect } from "./connection.ts";
import { EXIT_CODES, tellFailure } from "./failure.ts";
import { optionsFrom, readOptions, repeatable } from "./options.ts";
import { Output, type Said } from "./output.ts";

/** What a command works with. */
interface Call<O> {
  readonly client: Client;
  readonly output: Output;
  /** By name; an argument that takes many is a list. */
  readonly args: Readonly<Record<string, string>>;
  readonly many: readonly string[];
  readonly options: O;
  /** Besides those of the shape. */
  readonly flags: Readonly<Record<string, unknown>>;
}

interface CommandSpec<S extends z.ZodObject> {
  /** With its arguments: `put <flow> <file>`; the last one may take many. */
  readonly usage: string;
  readonly summary: string;
  /** What its arguments mean, by name. */
  readonly args?: Readonly<Record<string, string>>;
  readonly options?: S;
  /** Options of which none is needed, and which `run` reads itself, on top of what is there. */
  readonly changes?: z.ZodObject;
  readonly flags?: readonly (readonly [flags: string, description: string])[];
  readonly examples: readonly string[];
  /** Of the API, as `GET /v1/flows/{flow}`: a test sees to it that each of them is in some command's reach. */
  readonly calls: readonly string[];
  /** Calls no service. */
  readonly isLocal?: boolean;
  /** Works without an access key. */
  readonly isKeyless?: boolean;
  run(call: Call<z.output<S>>): Promise<Said>;
}

/** Where exit codes go, so that programs can be run in tests. */
export interface Ending {
  exitCode: number;
}

export interface Build {
  (ending: Ending): Command;
  readonly calls: readonly string[];
}

const INDENT = "  ";

/** One command: its arguments and options, its help, and what becomes of what it says or throws. */
export function command<S extends z.ZodObject>(spec: CommandSpec<S>): Build {
  const build = (ending: Ending) => {
    const [name = "", ...words] = spec.usage.split(" ");
    const built = new Command(name).summary(spec.summary).description(`${spec.summary}.`);
    for (const word of words) built.addArgument(new Argument(word, spec.args?.[bare(word)] ?? ""));
    for (const option of spec.options ? optionsFrom(spec.options) : []) built.addOption(option);
    for (const option of spec.changes ? optionsFrom(spec.changes.partial()) : []) built.addOption(option);
    for (const [flags, description] of spec.flags ?? []) built.addOption(flagOption(flags, description));
    for (const option of spec.isLocal ? [JSON_OPTION] : COMMON) built.addOption(option.helpGroup(OF_ALL));
    const examples = spec.examples.map((example) => `${INDENT}$ npx millrace ${example}`);
    const calls = spec.calls.length > 0 ? `\n\nCalls of the API: ${spec.calls.join(", ")}` : "";
    built.addHelpText("after", `\nExamples:\n${examples.join("\n")}${calls}`);
    built.action(async () => {
      ending.exitCode = await perform(spec, built, words.map(bare));
    });
    return built;
  };
  return Object.assign(build, { calls: spec.calls });
}

/** Dots say that it can be given several times. */
function flagOption(flags: string, description: string): Option {
  const option = new Option(flags.replace("...", ""), description);
  return flags.includes("...") ? repeatable(option) : option;
}

function bare(word: string): string {
  return word.replaceAll(/[<>[\].]/g, "");
}

const OF_ALL = "Options of all commands:";
const JSON_OPTION = new Option(
  "--json",
  "answer with one JSON document, refuse with a problem in JSON on stderr",
);
const COMMON: readonly Option[] = [
  JSON_OPTION,
  new Option("--url <address>", "where the service is (or MILLRACE_URL)"),
  new Option(
    "--credentials <file>",
    "url, accessKeyId and accessKeySecret in JSON (or MILLRACE_CREDENTIALS; or MILLRACE_KEY=id.secret)",
  ),
];

async function perform<S extends z.ZodObject>(
  spec: CommandSpec<S>,
  built: Command,
  names: readonly string[],
): Promise<number> {
  const flags: Record<string, unknown> = built.opts();
  const output = new Output(flags.json === true);
  try {
    const { url, credentials } = flags;
    const args: Record<string, string> = {};
    for (const [position, name] of names.entries()) {
      const value: unknown = built.processedArgs[position];
      if (typeof value === "string") args[name] = value;
    }
    const last: unknown = built.processedArgs.at(-1);
    const many = Array.isArray(last) ? last.map(String) : [];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- without a shape nobody looks at the options
    const options = (spec.options ? readOptions(spec.options, flags) : {}) as z.output<S>;
    const place = { url: asText(url), credentials: asText(credentials), isKeyless: spec.isKeyless };
    const said = await spec.run({
      // Who does not ask for it needs no service.
      get client() {
        return connect(place, process.env);
      },
      output,
      args,
      many,
      options,
      flags,
    });
    output.say(said);
    return said.exitCode ?? EXIT_CODES.done;
  } catch (error) {
    return tellFailure(error, output);
  }
}

function asText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Commands under one word; `usual` is the one that is meant when none of them is named. */
export function group(name: string, summary: string, builds: readonly Build[], usual?: Build): Build {
  const all = (ending: Ending) => {
    const built = new Command(name).summary(summary).description(`${summary}.`);
    for (const build of builds) built.addCommand(build(ending), { isDefault: build === usual });
    return built;
  };
  return Object.assign(all, { calls: builds.flatMap(({ calls }) => calls) });
}
