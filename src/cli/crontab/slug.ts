import { type SimpleCommand, simpleCommands } from "./shell-words.ts";

const SLUG_LENGTH = 60;
const FALLBACK = "job";

/** A part of a name: small letters, digits, `_` and `-`; undefined if nothing of the text is left. */
export function slugify(text: string): string | undefined {
  const plain = text
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036F]/g, "")
    .toLowerCase();
  const slug = plain
    .replaceAll(/[^a-z0-9_]+/g, "-")
    .slice(0, SLUG_LENGTH)
    .replaceAll(/^[-_]+|[-_]+$/g, "");
  return slug === "" ? undefined : slug;
}

/** Words that stand before a command. */
const KEYWORDS = new Set([
  "if",
  "then",
  "else",
  "elif",
  "do",
  "while",
  "until",
  "!",
  "time",
  "exec",
  "command",
]);
/** Commands that get the next one ready, or decide about it. */
const PREPARATIONS = new Set(
  "cd test [ [[ . source export set umask ulimit sleep true false : echo printf which type hash exit fi done trap mkdir".split(
    " ",
  ),
);

interface Wrapper {
  /** Options that take the word behind them. */
  readonly takes?: string;
  /** Words before the command itself. */
  readonly operands?: number;
}

/** Programs that run the program behind them. */
const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  env: { takes: "-u -C -S" },
  nice: { takes: "-n" },
  ionice: { takes: "-c -n" },
  flock: { takes: "-w -E --timeout --wait", operands: 1 },
  timeout: { takes: "-k -s", operands: 1 },
  sudo: { takes: "-u -g -h -p -C -r -t" },
  doas: { takes: "-u -C" },
  runuser: { takes: "-u -g" },
  chroot: { operands: 1 },
  chrt: { operands: 1 },
  taskset: { operands: 1 },
  setlock: { operands: 1 },
  lockrun: {},
  nohup: {},
  setsid: {},
  chronic: {},
  stdbuf: { takes: "-i -o -e" },
  unbuffer: {},
  "xvfb-run": { takes: "-e -f -n -p -s -w" },
};

/** Programs whose name says nothing, and which of their options take a word. */
const INTERPRETERS: readonly (readonly [name: RegExp, takes: string])[] = [
  [/^(?:ba|da|z|k|c|tc|fi|a)?sh$/, "-o"],
  [/^python[\d.]*$/, "-W -X"],
  [/^(?:ea-|lsws-)?(?:php|lsphp)[\d.-]*(?:-cli)?$/, "-d -c -z"],
  [/^(?:perl|ruby)[\d.]*$/, "-I"],
  [/^(?:node|nodejs|deno|bun|tsx|uv|npx)$/, "-r --require"],
  [/^java$/, "-cp -classpath"],
];

/**
 * What of a shell's line says best what it is about: its first program that does something, or the program's script; else
 * whatever it ends with.
 */
export function slugOf(text: string): string {
  const commands = simpleCommands(text);
  const names = [...commands.map(nameOf), ...commands.toReversed().map(([first = ""]) => stem(base(first)))];
  for (const name of names) {
    const slug = name === undefined ? undefined : slugify(name);
    if (slug !== undefined) return slug;
  }
  return FALLBACK;
}

function nameOf(words: SimpleCommand): string | undefined {
  const [first = "", ...rest] = words;
  if (first === "") return undefined;
  if (/^[A-Za-z_]\w*\+?=/.test(first)) return nameOf(rest);
  const program = base(first);
  // `command -v x` only looks for it.
  if (program === "command" && /^-[vV]$/.test(rest[0] ?? "")) return undefined;
  if (KEYWORDS.has(program)) return nameOf(withoutOptions(rest, ""));
  if (PREPARATIONS.has(program)) return undefined;
  if (program === "su") return ofSu(rest) ?? program;
  if (program === "run-parts") return base(withoutOptions(rest, "-a").at(-1) ?? "") || program;
  const wrapper = Object.hasOwn(WRAPPERS, program) ? WRAPPERS[program] : undefined;
  if (wrapper) return nameOf(wrapped(rest, wrapper)) ?? program;
  const interpreter = INTERPRETERS.find(([name]) => name.test(program));
  return interpreter ? (scriptOf(rest, interpreter[1]) ?? program) : stem(program);
}

function wrapped(words: SimpleCommand, { takes = "", operands = 0 }: Wrapper): SimpleCommand {
  const rest = withoutOptions(words, takes).slice(operands);
  // `flock FILE -c 'commands'`
  if (rest[0] === "-c" || rest[0] === "--command") return ["sh", ...rest];
  return withoutOptions(rest, "");
}

function withoutOptions(words: SimpleCommand, takes: string): SimpleCommand {
  const taking = new Set(takes.split(" "));
  let position = 0;
  while (position < words.length) {
    const word = words[position] ?? "";
    if (word === "--") return words.slice(position + 1);
    if (!word.startsWith("-") || (word === "-c" && !taking.has(word))) break;
    position += taking.has(word) ? 2 : 1;
  }
  return words.slice(position);
}

function ofSu(words: SimpleCommand): string | undefined {
  const at = words.findIndex((word) => word === "-c" || word === "--command");
  return at < 0 ? undefined : slugOf(words[at + 1] ?? "");
}

/** What an interpreter is given to run. */
function scriptOf(words: SimpleCommand, takes: string): string | undefined {
  const taking = new Set(takes.split(" "));
  for (let position = 0; position < words.length; position++) {
    const word = words[position] ?? "";
    const next = words[position + 1] ?? "";
    if (/^-[a-z]*c$/.test(word) && !taking.has(word)) return next === "" ? undefined : slugOf(next);
    if (word === "-m" || word === "-jar" || word === "-f") return stem(base(next));
    if (word === "-e" || word === "--eval") return undefined;
    if (taking.has(word)) position++;
    else if (!word.startsWith("-") && word !== "run") return stem(base(word));
  }
  return undefined;
}

function base(path: string): string {
  return path.replace(/\/+$/, "").split("/").at(-1) ?? "";
}

function stem(name: string): string {
  return name.replace(/(?<=.)\.(?:sh|bash|py|pl|rb|php|js|mjs|cjs|ts|jar|cgi|phar|exe)$/i, "");
}
