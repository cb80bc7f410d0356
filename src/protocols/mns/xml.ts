import { XmlCdata, XmlDocumentType, XmlElement, XmlText, parseXml } from "@rgrove/parse-xml";
import { messageOf } from "../../core/result.ts";
import { MnsError } from "./errors.ts";

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
