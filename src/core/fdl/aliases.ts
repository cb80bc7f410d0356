import { type Alias, type Document, type Node, Scalar, isAlias, isMap, isNode, isSeq } from "yaml";
import { YAML_ALIASES_MAX } from "../limits.ts";

/** What is wrong with the aliases of a document, at offsets into its text. */
export interface AliasReport {
  /** An alias without its anchor, or one inside what it repeats. */
  broken(offset: number, message: string): void;
  /** Aliases are used too often, counting those that others repeat. */
  tooMany(offset: number): void;
}

interface Anchor {
  /** The aliases that lie in it, those that they repeat included. */
  uses: number;
  /** The walk is inside it. */
  isOpen: boolean;
}

/**
 * Looks at every alias of a document. Those that cannot be resolved are reported, and become null, so that the rest can be
 * read.
 */
export function checkAliases(document: Document.Parsed, report: AliasReport): void {
  new AliasWalk(report).walkPart(document.contents, (contents) => Object.assign(document, { contents }));
}

class AliasWalk {
  private readonly report: AliasReport;
  private readonly anchors = new Map<string, Anchor>();
  private total = 0;

  constructor(report: AliasReport) {
    this.report = report;
  }

  /** The number of aliases under a node. */
  private walk(node: unknown): number {
    if (!isNode(node) || isAlias(node)) return 0;
    const anchor = this.open(node);
    const uses = this.walkParts(node);
    if (anchor) Object.assign(anchor, { uses, isOpen: false });
    return uses;
  }

  private open(node: Exclude<Node, Alias>): Anchor | undefined {
    if (node.anchor === undefined) return undefined;
    const anchor = { uses: 0, isOpen: true };
    this.anchors.set(node.anchor, anchor);
    return anchor;
  }

  private walkParts(node: Node): number {
    let uses = 0;
    if (isMap(node)) {
      for (const pair of node.items) {
        uses += this.walk(pair.key) + this.walkPart(pair.value, (value) => (pair.value = value));
      }
    } else if (isSeq(node)) {
      for (const [position, item] of node.items.entries()) {
        uses += this.walkPart(item, (value) => (node.items[position] = value));
      }
    }
    return uses;
  }

  /** The same of a part that can be replaced. */
  walkPart(part: unknown, replace: (value: Scalar) => void): number {
    if (!isAlias(part)) return this.walk(part);
    const uses = this.usesOf(part);
    if (uses === 0) replace(nothingAt(part));
    return uses;
  }

  /** 0: it is broken. */
  private usesOf(alias: Alias): number {
    const offset = alias.range?.[0] ?? 0;
    const anchor = this.anchors.get(alias.source);
    const shown = `*${alias.source.slice(0, 80)}`;
    if (!anchor)
      this.report.broken(offset, `${shown} repeats nothing: no anchor &... of this name stands before it`);
    else if (anchor.isOpen) this.report.broken(offset, `${shown} stands inside what it repeats`);
    if (!anchor || anchor.isOpen) return 0;
    const uses = 1 + anchor.uses;
    const wasFine = this.total <= YAML_ALIASES_MAX;
    this.total += uses;
    if (wasFine && this.total > YAML_ALIASES_MAX) this.report.tooMany(offset);
    return uses;
  }
}

function nothingAt(alias: Alias): Scalar {
  const nothing = new Scalar(null);
  if (alias.range) nothing.range = alias.range;
  return nothing;
}
