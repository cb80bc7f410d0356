import { ROW_TEXT_LENGTH } from "../../src/core/limits.ts";

/** Cuts a text into pieces that fit into rows; never between the two units of one character. */
export function toParts(text: string): string[] {
  if (text.length <= ROW_TEXT_LENGTH) return [text];
  const parts: string[] = [];
  for (let from = 0; from < text.length;) {
    let to = from + ROW_TEXT_LENGTH;
    const last = text.charCodeAt(to - 1);
    if (to < text.length && last >= 0xd800 && last <= 0xdbff) to--;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}
