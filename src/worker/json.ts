interface JsonOfNewerNodes {
  rawJSON?(text: string): unknown;
}

/** Newer Nodes tell a reviver the digits. */
type Look = (key: string, value: unknown, context?: { source?: string }) => unknown;

const MANY_DIGITS = /\d{16}/;
const DIGITS = /^-?\d+$/;

/** What a text says; undefined when it is not JSON. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An integer that a double would round is a bigint. */
const withDigits: Look = (_, value, context) => {
  const source = context?.source ?? "";
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value) && DIGITS.test(source);
  return isRounded ? BigInt(source) : value;
};

/** The same, with integers that a double would round as bigints, where this Node can tell. */
export function readJsonExactly(text: string): unknown {
  if (!MANY_DIGITS.test(text)) return readJson(text);
  try {
    return JSON.parse(text, withDigits);
  } catch {
    return undefined;
  }
}

/** Integers that were kept with all their digits are written with them. */
export function toJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "bigint"
      ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- there since Node 21
        ((JSON as JsonOfNewerNodes).rawJSON?.(String(part)) ?? Number(part))
      : part,
  );
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
