import type { Json } from "../json.ts";
import { type Result, reject } from "../result.ts";
import type { JsonPath, PathRoot } from "./jsonpath.ts";

/** The keys that a root is known to have at a place; `true` ends what is known. */
export interface KnownKeys {
  readonly [key: string]: KnownKeys | true;
}

/** What a value that is no path must be. */
export interface Constant {
  /** For people, after "must be". */
  readonly rule: string;
  accepts(value: Json): boolean;
}

/** A place where a path may stand: one row of a table says everything about it. */
export interface Place {
  /** As people call it. */
  readonly name: string;
  /** What each root reads here, for people. A root that is not among them cannot be read. */
  readonly reads: Readonly<Partial<Record<PathRoot, string>>>;
  /** Of roots whose content is known beforehand. What is not among the keys is never found. */
  readonly knows?: Readonly<Partial<Record<PathRoot, KnownKeys>>>;
  /** A path with a wildcard finds an array, which cannot work everywhere. */
  readonly takesMany: boolean;
  /** What may stand here besides a path. */
  readonly constant: Constant;
  /** A bare `$` reads something else here than in most places. */
  readonly isBareUnclear?: boolean;
}

const ROOT_TEXT: Readonly<Record<PathRoot, string>> = {
  self: "$",
  input: "$input",
  local: "$local",
  context: "$context",
};

/** How the roots are written that can be read at a place. */
export function rootsOf({ reads }: Place): string[] {
  return Object.entries(ROOT_TEXT).flatMap(([root, text]) => (root in reads ? [text] : []));
}

/** Whether a path can work at a place; rejects with `PathOutOfPlace`. `text` is the path as written. */
export function checkPath(path: JsonPath, text: string, place: Place): Result<object> {
  const { name, reads, takesMany } = place;
  if (!(path.root in reads)) {
    const roots = rootsOf(place).join(" or ");
    const detail = `"${text}" reads past ${reads.self}, which is all that ${name} can read: map it to a key in inputMappings, and begin here with ${roots}`;
    return reject("PathOutOfPlace", detail);
  }
  if (path.plural && !takesMany) {
    return reject("PathOutOfPlace", `"${text}" finds many values: ${name} takes one`);
  }
  return { ok: true };
}

/** A path's first key that is not there, with those that are. */
export interface Missing {
  readonly key: string;
  readonly known: readonly string[];
  /** The path up to it, as written. */
  readonly before: string;
}

/** What of a path is known not to be there, whatever the data. */
export function missingOf(path: JsonPath, place: Place): Missing | undefined {
  let known: KnownKeys | true | undefined = place.knows?.[path.root];
  let before = ROOT_TEXT[path.root];
  for (const segment of path.segments) {
    if (known === undefined || known === true || segment.kind === "all") return undefined;
    const key = segment.kind === "key" ? segment.key : String(segment.index);
    if (!Object.hasOwn(known, key)) return { key, known: Object.keys(known), before };
    before += `.${key}`;
    known = known[key];
  }
  return undefined;
}
