import { XmlCdata, XmlDocumentType, XmlElement, XmlText, parseXml } from "@rgrove/parse-xml";
import { messageOf } from "../../core/result.ts";
import { MnsError } from "./errors.ts";

const NAMESPACE = "http://mns.aliyuncs.com/doc/v1/";
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>';

/** An element as requests have it: names without prefixes, and nothing of attributes, which MNS does not use. */
export interface Element {
  readonly name: string;
  readonly children: readonly Element[];
  readonly text: string;
}

/**
 * Reads a request's XML; throws MalformedXML. Document types, and with them entities of one's own, are refused: there
 * is nothing to expand, fetch or multiply.
 */
export function readXml(text: string): Element {
  try {
    const document = parseXml(text, { preserveDocumentType: true });
    if (document.children.some((node) => node instanceof XmlDocumentType)) {
      throw malformed("document types are not allowed");
    }
    if (!document.root) throw malformed("there is no element");
    return toElement(document.root);
  } catch (error) {
    // The parser goes down with the elements, until there is no more room.
    if (error instanceof RangeError) throw malformed("elements lie too deep in each other");
    throw error instanceof MnsError ? error : malformed(messageOf(error).split("\n")[0] ?? "");
  }
}

function toElement({ name, children }: XmlElement): Element {
  return {
    name: name.slice(name.indexOf(":") + 1),
    children: children.flatMap((child) => (child instanceof XmlElement ? toElement(child) : [])),
    text: children
      .map((child) => (child instanceof XmlText || child instanceof XmlCdata ? child.text : ""))
      .join(""),
  };
}

export function malformed(reason: string): MnsError {
  return new MnsError("MalformedXML", `the body is not as it should be: ${reason}`);
}

/** What an answer is written from. A text becomes one text node; clients take only the first. */
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

/** An answer's text: prolog, and a root in MNS's namespace without any prefix (spec: MNS section 4.4). */
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
