/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let position = 0; position < text.length; position++) {
    const unit = text.charCodeAt(position);
    // Two units of a surrogate pair make four bytes, so each of them adds one.
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

/** The longest beginning of a text that takes at most so many bytes. */
export function firstBytes(text: string, bytes: number): string {
  return text
    .slice(
      0,
      longest(text, bytes, (length) => text.slice(0, length)),
    )
    .toWellFormed();
}

/** The longest end of a text that takes at most so many bytes. */
export function lastBytes(text: string, bytes: number): string {
  const length = longest(text, bytes, (units) => text.slice(text.length - units));
  return text.slice(text.length - length).toWellFormed();
}

/** Longer pieces of a text take more bytes, so halving finds the longest that still fits. */
function longest(text: string, bytes: number, piece: (length: number) => string): number {
  let low = 0;
  let high = Math.min(text.length, bytes);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (utf8Length(piece(middle)) <= bytes) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Sorts after every character that keys are made of. */
export const KEY_END = "\uffff";

/** Numbers as they must stand in keys to sort rightly; for any instant or count of ours. */
export function sortable(number: number): string {
  return String(number).padStart(16, "0");
}

/** FNV-1a, 32 bits: to tell texts apart and to spread them, never for secrets. Its values are stored: never change it. */
export function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let position = 0; position < text.length; position++) {
    sum = Math.imul(sum ^ text.charCodeAt(position), 0x01000193) >>> 0;
  }
  return sum;
}

const QUOTED_LENGTH = 64;

/** What somebody sent, as an error repeats it: in quotation marks, on one line, and not at any length. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}...` : text);
}
