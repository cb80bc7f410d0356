import {
  type CST,
  type Document,
  type Node,
  type ScalarTag,
  type YAMLMap,
  LineCounter,
  isCollection,
  isMap,
  isNode,
  isScalar,
  Composer,
  Parser,
  visit,
} from "yaml";
import { given } from "../given.ts";
import { type Json, jsonDepth, jsonSize, stableNumber, wholeNumber } from "../json.ts";
import { assert, messageOf } from "../result.ts";
import {
  DEFINITION_BYTES,
  DEFINITION_EXPANDED_SIZE,
  DIAGNOSTICS_MAX,
  JSON_DEPTH,
  JSON_DIGITS_MAX,
  YAML_ALIASES_MAX,
} from "../limits.ts";
import { checkAliases } from "./aliases.ts";
import {
  type Diagnostic,
  type DiagnosticCode,
  type DocumentPath,
  DIAGNOSTICS,
  pathText,
} from "./diagnostic.ts";
import { Findings, type Purpose } from "./findings.ts";

/** A definition's text, read as plain data that still knows where each part of it stood. */
export interface DefinitionDocument {
  readonly value: Json;
  /** Makes a diagnostic at a path's value, or at its key. */
  diagnose(
    code: DiagnosticCode,
    path: DocumentPath,
    message: string,
    more?: { readonly at?: "key" | "value"; readonly suggestion?: string },
  ): Diagnostic;
}

export interface ReadDocument {
  /** Absent when the text cannot be read at all, or not for the purpose. */
  readonly document?: DefinitionDocument;
  readonly findings: Findings;
}

/** `!Ref Service/function` is a shorthand of the deployment tools (spec: FDL sections 1 and 12.1). */
const REF_TAG: ScalarTag = {
  tag: "!Ref",
  resolve: (text) => expandRef(text),
};

/** The tags of the core schema; written out they change nothing. */
const CORE_TAGS = new Set(
  ["str", "int", "float", "bool", "null", "map", "seq"].map((name) => `tag:yaml.org,2002:${name}`),
);

const MESSAGE_LENGTH = 300;

/** As the parser calls a brace in the middle of a text, in a mapping or list that is written with braces or brackets. */
const BRACE_IN_TEXT = "Unexpected flow-map-start at node end";
const QUOTE_BRACES =
  'a text with { or } in it stands in quotation marks inside { } and [ ], as "host-{$.machine}" would';

function expandRef(text: string): string {
  const [service, name] = text.split("/");
  return `acs:fc:::services/${service ?? ""}/functions/${name ?? ""}`;
}

/**
 * Reads YAML 1.2 (core schema), or JSON, with the restrictions of FDL section 12.7; for storing it as a definition, or for
 * running what was stored before.
 */
export function readDocument(text: string, purpose: Purpose): ReadDocument {
  if (purpose === "storing" && text.length > DEFINITION_BYTES) {
    return failure("TooLarge", `the definition is longer than ${DEFINITION_BYTES} bytes`, 1, 1);
  }
  const lineCounter = new LineCounter();
  try {
    return read(text, lineCounter, purpose);
  } catch (error) {
    // Hostile nesting can end here, too.
    const detail = error instanceof RangeError ? "nested too deeply" : messageOf(error);
    return failure("YamlSyntax", `the definition cannot be read: ${detail}`, 1, 1);
  }
}

function read(text: string, lineCounter: LineCounter, purpose: Purpose): ReadDocument {
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    merge: false,
    // The library's own search for keys that stand twice takes the square of their number.
    uniqueKeys: false,
    lineCounter,
    customTags: [REF_TAG],
    prettyErrors: false,
    intAsBigInt: true,
  });
  limitErrors(composer);
  const tokens = withFewErrors(new Parser(lineCounter.addNewLine).parse(text));
  const [document, second] = composer.compose(tokens, true, text.length);
  if (!document || document.contents === null) {
    return failure("YamlSyntax", "the definition is empty", 1, 1);
  }
  const reader = new Reader(document, lineCounter, purpose);
  reader.collectSyntaxErrors();
  if (second) {
    reader.add(
      "YamlFeature",
      second.range[0],
      "only one YAML document is allowed: remove what follows `---`",
    );
  }
  if (reader.isBroken) return { findings: reader.findings };
  reader.collectFeatures();
  return reader.isBroken ? { findings: reader.findings } : reader.finish(purpose);
}

/** The library goes on after each error, and a megabyte of nonsense has a million: it is told to stop. */
function limitErrors(composer: Composer): void {
  const report: unknown = Reflect.get(composer, "onError");
  assert(typeof report === "function", "the YAML library reports errors through onError");
  let errors = 0;
  const onError = (...args: unknown[]) => {
    if (++errors > DIAGNOSTICS_MAX) throw tooManyErrors();
    Reflect.apply(report, composer, args);
  };
  Object.assign(composer, { onError });
}

/** The same of what the parser finds by itself. */
function* withFewErrors(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let errors = 0;
  for (const token of tokens) {
    if (token.type === "error" && ++errors > DIAGNOSTICS_MAX) throw tooManyErrors();
    yield token;
  }
}

function tooManyErrors(): Error {
  return new Error(`it has more than ${DIAGNOSTICS_MAX} errors`);
}

class Reader {
  readonly findings: Findings;
  /** Of a text that is no YAML, or has keys that no object can have, nothing more is read: the rest would follow from it. */
  isBroken = false;
  private readonly document: Document.Parsed;
  private readonly lineCounter: LineCounter;

  constructor(document: Document.Parsed, lineCounter: LineCounter, purpose: Purpose) {
    this.findings = new Findings(purpose);
    this.document = document;
    this.lineCounter = lineCounter;
  }

  add(code: DiagnosticCode, offset: number, message: string): void {
    if (this.findings.takes(code)) this.findings.add(this.diagnosticAt(offset, code, [], message));
  }

  collectSyntaxErrors(): void {
    for (const error of this.document.errors) {
      this.isBroken = true;
      // The parser recurses, and of hostile nesting it says only that its stack is full.
      const isDeep = error.code === "RESOURCE_EXHAUSTION";
      const isOpened = error.message.startsWith(BRACE_IN_TEXT);
      const message = isOpened ? QUOTE_BRACES : shortened(error.message);
      this.add("YamlSyntax", error.pos[0], isDeep ? "nested too deeply" : message);
      // What the parser says of the rest follows from the brace.
      if (isDeep || isOpened) return;
    }
  }

  /** What YAML allows and a definition may not use. */
  collectFeatures(): void {
    visit(this.document, {
      Map: (_, map) => {
        this.checkKeys(map);
        this.checkNode(map);
      },
      Node: (_, node) => this.checkNode(node),
    });
    checkAliases(this.document, {
      broken: (offset, message) => this.add("YamlFeature", offset, message),
      tooMany: (offset) =>
        this.add("TooLarge", offset, `anchors are used more than ${YAML_ALIASES_MAX} times`),
    });
  }

  private checkKeys(map: YAMLMap): void {
    const here = new Set<string>();
    for (const { key } of map.items) {
      this.checkKey(key);
      const text = isScalar(key) ? String(key.value) : undefined;
      if (text === undefined) continue;
      if (here.has(text)) {
        const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
        this.add("YamlSyntax", offset, `"${text}" stands twice in the same mapping`);
      }
      here.add(text);
    }
  }

  private checkKey(key: unknown): void {
    const offset = isNode(key) ? (key.range?.[0] ?? 0) : 0;
    if (isScalar(key) && key.value === "<<") {
      this.add("YamlFeature", offset, "merge keys (`<<`) are not allowed: write the keys out");
    } else if (!isScalar(key)) {
      this.isBroken = true;
      this.add("YamlFeature", offset, "a key must be plain text");
    }
  }

  private checkNode(node: Node): void {
    const offset = node.range?.[0] ?? 0;
    const tag = "tag" in node ? node.tag : undefined;
    if (tag === "!Ref") {
      const text = isScalar(node) ? String(node.value) : "";
      const whole = /^acs:fc:::services\/[^/]+\/functions\/[^/]+$/.test(text);
      this.add(
        whole ? "RefExpanded" : "YamlFeature",
        offset,
        whole ? `!Ref was expanded to ${text}` : "!Ref takes Service/function",
      );
    } else if (tag !== undefined && !CORE_TAGS.has(tag)) {
      this.add("YamlFeature", offset, `the tag ${tag.slice(0, 80)} is not known: write the value without it`);
    }
    // The library reads every whole number as a bigint: most are none here.
    if (isScalar(node) && typeof node.value === "bigint") node.value = wholeNumber(String(node.value));
    else if (isScalar(node) && typeof node.value === "number") node.value = stableNumber(node.value);
    if (isScalar(node) && typeof node.value === "number" && !Number.isFinite(node.value)) {
      const remedy = `no infinity, no NaN, at most ${JSON_DIGITS_MAX} digits; write larger ones as text`;
      this.add("InvalidValue", offset, `a number must be one that JSON can hold: ${remedy}`);
    }
  }

  /** What is too large to be stored is not read for that either; what is stored was read before. */
  finish(purpose: Purpose): ReadDocument {
    const { findings } = this;
    if (purpose === "storing" && this.findings.has("TooLarge")) return { findings };
    const value: Json = this.document.toJS({ maxAliasCount: -1 });
    const document = {
      value,
      diagnose: (...args: Parameters<typeof this.diagnose>) => this.diagnose(...args),
    };
    if (purpose === "running") return { document, findings };
    if (jsonDepth(value, JSON_DEPTH) > JSON_DEPTH) {
      this.add("TooDeep", 0, `values lie more than ${JSON_DEPTH} levels deep`);
      return { findings };
    }
    if (jsonSize(value, DEFINITION_EXPANDED_SIZE) > DEFINITION_EXPANDED_SIZE) {
      const message = `with its anchors written out the definition is longer than ${DEFINITION_EXPANDED_SIZE} bytes`;
      this.add("TooLarge", 0, message);
      return { findings };
    }
    return { document, findings };
  }

  private diagnose(
    code: DiagnosticCode,
    path: DocumentPath,
    message: string,
    { at = "value", suggestion }: { readonly at?: "key" | "value"; readonly suggestion?: string } = {},
  ): Diagnostic {
    return { ...this.diagnosticAt(this.offset(path, at), code, path, message), ...given({ suggestion }) };
  }

  private diagnosticAt(
    offset: number,
    code: DiagnosticCode,
    path: DocumentPath,
    message: string,
  ): Diagnostic {
    const { line, col } = this.lineCounter.linePos(offset);
    return {
      code,
      severity: DIAGNOSTICS[code],
      message,
      path: pathText(path),
      line: Math.max(1, line),
      column: Math.max(1, col),
    };
  }

  /** Where a path stands in the text; of a path that is not there, the nearest part of it that is. */
  private offset(path: DocumentPath, at: "key" | "value"): number {
    for (let length = path.length; length > 0; length--) {
      const parent = this.document.getIn(path.slice(0, length - 1), true);
      const last = path[length - 1];
      const wantsKey = at === "key" && length === path.length;
      const found = wantsKey ? keyNode(parent, last) : childNode(parent, last);
      if (found?.range) return found.range[0];
    }
    return this.document.contents?.range?.[0] ?? 0;
  }
}

/** A message may quote the text that it is about, whatever its length. */
function shortened(message: string): string {
  const trimmed = message.trim();
  return trimmed.length > MESSAGE_LENGTH ? `${trimmed.slice(0, MESSAGE_LENGTH)}...` : trimmed;
}

function keyNode(parent: unknown, key: string | number | undefined): Node | undefined {
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return isNode(pair?.key) ? pair.key : undefined;
}

function childNode(parent: unknown, key: string | number | undefined): Node | undefined {
  const child = isCollection(parent) ? parent.get(key, true) : undefined;
  return isNode(child) ? child : undefined;
}

function failure(code: DiagnosticCode, message: string, line: number, column: number): ReadDocument {
  const findings = new Findings("storing");
  findings.add({ code, severity: DIAGNOSTICS[code], message, path: "", line, column });
  return { findings };
}
