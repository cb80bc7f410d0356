/** A command between the operators of a shell, in words without their quotes. */
export type SimpleCommand = readonly string[];

const OPERATOR = /^(?:&&|\|\||;;|[;|&(){}\n])/;
/** Where output goes is not part of a command; a number before it belongs to it. */
const REDIRECTION = /^\d?(?:>>|>\||>&|<<<|<<|<>|&>>|&>|>|<)&?[ \t]*/;
const SPACE = /^[ \t]+/;

/**
 * The commands of a shell's line, in order. It is for naming things: what a shell would make of variables, patterns and
 * functions stays as it is written.
 */
export function simpleCommands(text: string): SimpleCommand[] {
  const commands: string[][] = [[]];
  let rest = text;
  let isTarget = false;
  while (rest !== "") {
    const skipped = SPACE.exec(rest) ?? REDIRECTION.exec(rest) ?? operatorOf(rest);
    if (skipped) {
      const [found] = skipped;
      if (OPERATOR.test(found)) commands.push([]);
      else if (/[<>]/.test(found))
        isTarget = !/&\s*$/.test(found) || !/^\d|^-/.test(rest.slice(found.length));
      rest = rest.slice(found.length);
      continue;
    }
    const { word, length } = nextWord(rest);
    if (!isTarget && !isDescriptor(word, text, rest)) commands.at(-1)?.push(word);
    isTarget = false;
    rest = rest.slice(length);
  }
  return commands.filter((words) => words.length > 0);
}

/** A brace is an operator only where it stands alone. */
function operatorOf(rest: string): RegExpExecArray | undefined {
  if (/^[{}](?![\s;)]|$)/.test(rest)) return undefined;
  return OPERATOR.exec(rest) ?? undefined;
}

/** The `1` of `2>&1`. */
function isDescriptor(word: string, text: string, rest: string): boolean {
  return /^\d$/.test(word) && /[<>]&$/.test(text.slice(0, text.length - rest.length));
}

function nextWord(rest: string): { readonly word: string; readonly length: number } {
  let word = "";
  let position = 0;
  while (position < rest.length) {
    const part = rest.slice(position);
    if (/^[\s;|&()<>]/.test(part)) break;
    const [text, length] = pieceOf(part);
    word += text;
    position += length;
  }
  return { word, length: Math.max(position, 1) };
}

/** What one quotation, one substitution or one character gives, and how long it is. */
function pieceOf(part: string): readonly [text: string, length: number] {
  const single = /^'([^']*)'?/.exec(part);
  if (single) return [single[1] ?? "", single[0].length];
  const double = /^"((?:[^"\\]|\\[\s\S])*)"?/.exec(part);
  if (double) return [(double[1] ?? "").replaceAll(/\\(["\\$`])/g, "$1"), double[0].length];
  const quoted = /^`[^`]*`?/.exec(part);
  if (quoted) return [quoted[0], quoted[0].length];
  if (part.startsWith("$(")) {
    const length = closing(part);
    return [part.slice(0, length), length];
  }
  if (part.startsWith("\\") && part.length > 1) return [part.charAt(1), 2];
  return [part.charAt(0), 1];
}

/** How long a `$(...)` is, with those inside it. */
function closing(part: string): number {
  let depth = 0;
  for (let position = 1; position < part.length; position++) {
    if (part[position] === "(") depth++;
    if (part[position] === ")" && --depth === 0) return position + 1;
  }
  return part.length;
}
