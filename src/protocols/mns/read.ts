import { quoted } from "../../core/text.ts";
import { MnsError } from "./errors.ts";
import type { Element } from "./xml.ts";

const NUMBER = /^-?\d{1,15}$/;

function toNumber(name: string, text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined) return undefined;
  const value = NUMBER.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= low && value <= high) return value;
  throw new MnsError("InvalidArgument", `${name} must be a whole number from ${low} to ${high}`);
}

/** Python says `True`, Java `true`, PHP `1`. */
export function toFlag(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  const word = text.trim().toLowerCase();
  if (!/^(?:true|false|1|0)$/.test(word)) {
    throw new MnsError("InvalidArgument", `${name} must be True or False, or 1 or 0`);
  }
  return word === "true" || word === "1";
}

/** A request's query. Clients do not agree how its names are written, so their case does not matter. */
export class Query {
  private readonly values = new Map<string, string>();

  constructor(parameters: URLSearchParams) {
    for (const [key, value] of parameters) {
      const name = key.toLowerCase();
      if (this.values.has(name)) {
        throw new MnsError("InvalidQueryString", `${quoted(key)} stands twice in the query`);
      }
      this.values.set(name, value);
    }
  }

  has(name: string): boolean {
    return this.values.has(name.toLowerCase());
  }

  /** Undefined when it is absent or empty. */
  text(name: string): string | undefined {
    const value = this.values.get(name.toLowerCase());
    return value === "" ? undefined : value;
  }

  number(name: string, low: number, high: number): number | undefined {
    return toNumber(name, this.values.get(name.toLowerCase()), low, high);
  }

  flag(name: string): boolean {
    return toFlag(name, this.values.get(name.toLowerCase())) ?? false;
  }
}

/** What stands in an element, by name; names that nobody asks for are passed over. */
export class Fields {
  private readonly byName: ReadonlyMap<string, Element>;

  constructor(element: Element | undefined) {
    this.byName = new Map(element?.children.map((child) => [child.name, child]));
  }

  text(name: string): string | undefined {
    return this.byName.get(name)?.text;
  }

  /** What stands inside an element; nothing when it is not there. */
  children(name: string): readonly Element[] {
    return this.byName.get(name)?.children ?? [];
  }

  number(name: string, low: number, high: number): number | undefined {
    return toNumber(name, this.text(name), low, high);
  }

  flag(name: string): boolean | undefined {
    return toFlag(name, this.text(name));
  }
}
