/** What a command line of a unit does, for a shell. */
export type ExecLine =
  | { readonly ok: true; readonly command: string; readonly notes: readonly string[] }
  | { readonly ok: false; readonly reason: string };

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", s: " ", a: "\u0007", b: "\b" };
const VARIABLE_ALONE = /^\$[A-Za-z_]\w*$/;

/**
 * Reads an `ExecStart=` (systemd.service(5), "Command lines"), which no shell reads: words, quotes, prefixes, and
 * variables, of which `$NAME` is several words and `${NAME}` one. `specified` puts in what `%n` and the like stand for.
 */
export function readExecLine(line: string, specified: (word: string) => string = (word) => word): ExecLine {
  const [, prefixes = "", rest = ""] = /^([@\-:+!|]*)(.*)$/s.exec(line.trim()) ?? [];
  const words = wordsOf(rest);
  if (!words) return { ok: false, reason: "a quotation in it has no end" };
  if (prefixes.includes("@") || prefixes.includes("|"))
    return { ok: false, reason: `a command that begins with ${prefixes} cannot be taken over` };
  const expands = !prefixes.includes(":");
  const shown = words.map((word) => (word === ";" ? "&&" : quoted(specified(word), expands)));
  const command = shown.join(" ");
  if (command === "") return { ok: false, reason: "it is empty" };
  return {
    ok: true,
    command: prefixes.includes("-") ? `{ ${command} || :; }` : command,
    notes: /[+!]/.test(prefixes) ? [`${prefixes} of a command is left out: it runs as its user does`] : [],
  };
}

/** Undefined for a quotation without its end. */
function wordsOf(text: string): string[] | undefined {
  const words: string[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    const found = /^(?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|[^\s"'\\]|\\[^]?)+/.exec(rest);
    if (!found) return undefined;
    const [whole] = found;
    // What stands alone separates commands; in quotes or behind a backslash it is a word.
    words.push(whole === "\\;" ? "';'" : unquoted(whole));
    rest = rest.slice(whole.length);
    if (rest !== "" && !/^\s/.test(rest)) return undefined;
    rest = rest.trimStart();
  }
  return words;
}

function unquoted(word: string): string {
  return word.replaceAll(
    /"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|\\x[\da-fA-F]{2}|\\[0-7]{3}|\\[^]?/g,
    (all: string, double?: string, single?: string) =>
      (double ?? single ?? all).replaceAll(
        /\\(?:x([\da-fA-F]{2})|([0-7]{3})|([^]))/g,
        (_, hex?: string, octal?: string, one = "") =>
          hex !== undefined || octal !== undefined
            ? String.fromCharCode(
                hex === undefined ? Number.parseInt(octal ?? "", 8) : Number.parseInt(hex, 16),
              )
            : (ESCAPES[one] ?? one),
      ),
  );
}

/** One word of a shell. */
function quoted(word: string, expands: boolean): string {
  if (word === "';'") return word;
  if (expands && VARIABLE_ALONE.test(word)) return word;
  const parts = expands ? word.split(/(\$\$|\$\{[A-Za-z_]\w*\})/) : [word];
  const hasVariable = parts.some((part) => part.startsWith("${"));
  const literal = (part: string) => (part === "$$" && expands ? "$" : part);
  if (!hasVariable) return inSingle(parts.map(literal).join(""));
  const inside = parts.map((part) =>
    part.startsWith("${") ? part : literal(part).replaceAll(/["\\$`]/g, String.raw`\$&`),
  );
  return `"${inside.join("")}"`;
}

function inSingle(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** `NAME=value` and `"NAME=value with spaces"`, as `Environment=` has them. */
export function readEnvironment(line: string): (readonly [name: string, value: string])[] | undefined {
  const pairs = wordsOf(line)?.map((word) => /^([A-Za-z_]\w*)=([^]*)$/.exec(word));
  if (!pairs || pairs.includes(null)) return undefined;
  return pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]);
}
