import type { SyntaxNode, Tree } from "@lezer/common";
import { pathIn } from "./flow-graph.ts";

/** A step of a definition, and where in the text it stands. */
export interface StepPlace {
  /** As graphs name it. */
  readonly path: string;
  /** Of the list that it is in. */
  readonly list: string;
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Where its name begins. */
  readonly at: number;
}

/** The steps of a definition in the order of the text, each before those inside it; of a broken text what can be read. */
export function stepPlaces(tree: Tree, text: string): StepPlace[] {
  const found: StepPlace[] = [];
  const root = tree.topNode.getChild("Document");
  const flow = root && mappingIn(root);
  if (flow) addList(valueOf(flow, "steps", text), "", text, found);
  return found;
}

function addList(list: SyntaxNode | undefined, path: string, text: string, found: StepPlace[]): void {
  for (const step of itemsOf(list)) {
    const mapping = mappingIn(step);
    const name = mapping && valueOf(mapping, "name", text);
    if (!name) continue;
    const own = { list: path, name: scalar(name, text), from: mapping.from, to: step.to, at: name.from };
    found.push({ ...own, path: pathIn(path, own.name) });
    for (const [inner, part] of innerLists(mapping, text)) {
      addList(inner, pathIn(path, `${own.name}[${part}]`), text, found);
    }
  }
}

/** The lists inside a step, each with what stands in the brackets of its path. */
function innerLists(step: SyntaxNode, text: string): (readonly [SyntaxNode, number | ""])[] {
  const body = valueOf(step, "steps", text);
  const options = itemsOf(valueOf(step, "choices", text));
  const otherwise = valueOf(step, "default", text);
  const parts = [...options, ...itemsOf(valueOf(step, "branches", text)), ...(otherwise ? [otherwise] : [])];
  const lists = parts.flatMap((part, index) => {
    const mapping = mappingIn(part);
    const list = mapping && valueOf(mapping, "steps", text);
    return list ? [[list, index] as const] : [];
  });
  return body ? [[body, ""], ...lists] : lists;
}

/** The innermost step around a place. */
export function stepAt(places: readonly StepPlace[], at: number): StepPlace | undefined {
  return places.findLast(({ from, to }) => from <= at && at <= to);
}

/** Keys and positions down to a place, with the type of the innermost step around each `steps`. */
export interface DocumentPlace {
  readonly keys: readonly (string | number)[];
  readonly stepType: string | undefined;
  /** What stands there: a key, or the value of the last key. */
  readonly isKey: boolean;
}

export function placeAt(tree: Tree, text: string, at: number): DocumentPlace {
  const keys: (string | number)[] = [];
  let stepType: string | undefined;
  let isKey = false;
  for (let node: SyntaxNode | null = tree.resolveInner(at, 1); node; node = node.parent) {
    const { name } = node;
    if (name === "Key") isKey = keys.length === 0;
    else if (name === "Pair") keys.unshift(keyOf(node, text));
    else if (name === "Item") {
      keys.unshift(positionOf(node));
      const mapping = mappingIn(node);
      const type = mapping && isStep(node, text) && valueOf(mapping, "type", text);
      if (type) stepType ??= scalar(type, text);
    }
  }
  return { keys, stepType, isKey };
}

function isStep(item: SyntaxNode, text: string): boolean {
  let holder = item.parent?.parent ?? null;
  if (holder?.name === "Anchored" || holder?.name === "Tagged") holder = holder.parent;
  return holder?.name === "Pair" && keyOf(holder, text) === "steps";
}

function positionOf(item: SyntaxNode): number {
  let position = 0;
  for (let node = item.prevSibling; node; node = node.prevSibling) if (node.name === "Item") position += 1;
  return position;
}

function itemsOf(list: SyntaxNode | undefined): SyntaxNode[] {
  return list?.getChildren("Item") ?? [];
}

function mappingIn(node: SyntaxNode): SyntaxNode | undefined {
  if (node.name === "BlockMapping" || node.name === "FlowMapping") return node;
  return node.getChild("BlockMapping") ?? node.getChild("FlowMapping") ?? anchored(node);
}

function anchored(node: SyntaxNode): SyntaxNode | undefined {
  const inner = node.getChild("Anchored") ?? node.getChild("Tagged");
  return inner ? mappingIn(inner) : undefined;
}

function keyOf(pair: SyntaxNode, text: string): string {
  const key = pair.getChild("Key");
  return key ? scalar(key, text) : "";
}

function valueOf(mapping: SyntaxNode, key: string, text: string): SyntaxNode | undefined {
  const pair = mapping.getChildren("Pair").find((one) => keyOf(one, text) === key);
  const value = pair?.lastChild;
  if (!value || value.name === "Key" || value.name === ":") return undefined;
  const isNamed = value.name === "Anchored" || value.name === "Tagged";
  return isNamed ? (value.lastChild ?? undefined) : value;
}

function scalar({ from, to }: SyntaxNode, text: string): string {
  return text.slice(from, to).replaceAll(/^["']|["']$/g, "");
}
