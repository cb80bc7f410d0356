/** The one namespace that anything here is written in: that of MNS, without a final slash. The Java client compares it whole. */
const NAMESPACE = "http://mns.aliyuncs.com/doc/v1";
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>';

/** What is written as XML. A text becomes one text node; clients take only the first. */
export interface Xml {
  readonly name: string;
  readonly content: string | number | readonly Xml[];
}

export function xml(name: string, content: Xml["content"]): Xml {
  return { name, content };
}

/** The elements of an object's keys, in their order; those that are undefined are left out. */
export function fields(values: Readonly<Record<string, string | number | undefined>>): Xml[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : xml(name, value)));
}

/** The whole text: prolog, and a root in MNS's namespace without any prefix (spec: MNS section 4.4). */
export function writeXml({ name, content }: Xml): string {
  return `${PROLOG}\n<${name} xmlns="${NAMESPACE}">${inside(content)}</${name}>`;
}

function write({ name, content }: Xml): string {
  return `<${name}>${inside(content)}</${name}>`;
}

function inside(content: Xml["content"]): string {
  return typeof content === "object" ? content.map(write).join("") : escapeText(String(content));
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };

/** Readers turn a bare carriage return into a line feed. What XML cannot say at all is replaced as in broken UTF-8. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[&<>\r]/g, (character) => ESCAPES[character] ?? "")
    .replaceAll(/[^\t\n\u{20}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd");
}
