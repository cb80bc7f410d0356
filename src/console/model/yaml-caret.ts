/** Where the caret stands in a definition, by the indentation of its lines: what is half written is no YAML yet. */
export interface CaretPlace {
  /** The way of keys, and 0 for each list, to the mapping that it is in. */
  readonly keys: readonly (string | 0)[];
  /** The keys that this mapping has already, with what stands behind each. */
  readonly siblings: ReadonlyMap<string, string>;
  /** The key whose value is written; absent: a key is. */
  readonly key?: string;
  /** What is written of it so far. */
  readonly word: string;
  /** The column of this mapping's keys. */
  readonly column: number;
  /** On one line, in braces. */
  readonly isInline: boolean;
}

interface Line {
  /** Of its first character that is no space. */
  readonly indent: number;
  /** Of its key, behind all dashes. */
  readonly column: number;
  readonly key: string;
  readonly value: string;
}

const LINE = /^( *)((?:- +)*)(?:([\w.-]+|"[^"]*"):(?: +|$))?(.*)$/s;

function lineOf(text: string): Line | undefined {
  if (/^\s*(#.*)?$/.test(text)) return undefined;
  // A dash alone begins an entry, too.
  const [, spaces = "", dashes = "", key = "", value = ""] = LINE.exec(text.replace(/-$/, "- ")) ?? [];
  const column = spaces.length + dashes.length;
  return { indent: spaces.length, column, key: key.replaceAll('"', ""), value };
}

/** Undefined inside braces within braces. */
export function caretPlace(text: string, at: number): CaretPlace | undefined {
  const lines = text.split("\n");
  const number = text.slice(0, at).split("\n").length - 1;
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const before = text.slice(start, at);
  const brace = openBrace(before);
  if (brace === "many") return undefined;
  const outer = brace === undefined ? before : before.slice(0, brace);
  const own = lineOf(outer) ?? { indent: outer.length, column: outer.length, key: "", value: "" };
  const { keys, siblings } = around(lines, number, own);
  if (brace === undefined) {
    const { key, value, column } = own;
    return { keys, siblings, word: value, column, isInline: false, ...(key !== "" && { key }) };
  }
  return {
    ...inBraces(before.slice(brace + 1)),
    keys: own.key === "" ? keys : [...keys, own.key],
    column: own.column,
  };
}

function openBrace(text: string): number | "many" | undefined {
  const open: number[] = [];
  for (const [at, letter] of Array.from(text).entries()) {
    if (letter === "{") open.push(at);
    if (letter === "}") open.pop();
  }
  return open.length > 1 ? "many" : open[0];
}

function inBraces(text: string): Pick<CaretPlace, "siblings" | "word" | "key" | "isInline"> {
  const parts = text.split(",").map((part) => /^\s*(?:"?([\w-]+)"?:\s*)?(.*)$/s.exec(part) ?? []);
  const [, key, word = ""] = parts.at(-1) ?? [];
  const siblings = new Map(parts.flatMap(([, name, value = ""]) => (name ? [[name, value] as const] : [])));
  return { siblings, word, isInline: true, ...(key !== undefined && { key }) };
}

/** The mapping that a line is in: the keys beside it, and the way to it. */
function around(lines: readonly string[], number: number, own: Line) {
  const siblings = new Map(below(lines, number, own.column));
  const keys: (string | 0)[] = [];
  let { column } = own;
  let isInnermost = true;
  /** Of the dash that begins the mapping, once it is found. */
  let dash = own.column > own.indent ? dashOf(own) : undefined;
  if (own.key !== "") siblings.set(own.key, own.value);
  for (let at = number - 1; at >= 0; at--) {
    const line = lineOf(lines[at] ?? "");
    if (!line) continue;
    if (isInnermost && dash === undefined && line.column === column) siblings.set(line.key, line.value);
    if (dash === undefined && line.column === column && line.column > line.indent) dash = dashOf(line);
    else if (isParent(line, column, dash)) {
      keys.unshift(line.key, ...(dash === undefined ? [] : [0 as const]));
      column = line.column;
      dash = line.column > line.indent ? dashOf(line) : undefined;
      isInnermost = false;
    }
  }
  return { keys, siblings };
}

function dashOf({ column }: Line): number {
  return column - 2;
}

/** Whether a line's key holds the mapping of a column, or the list whose dash stands there. */
function isParent({ column, key }: Line, inner: number, dash: number | undefined): boolean {
  if (key === "") return false;
  return dash === undefined ? column < inner : column <= dash;
}

/** Keys of the same mapping that stand further down. */
function below(lines: readonly string[], number: number, column: number): (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (const text of lines.slice(number + 1)) {
    const line = lineOf(text);
    if (!line) continue;
    if (line.indent < column) break;
    if (line.indent === column && line.column === column) found.push([line.key, line.value]);
  }
  return found;
}
