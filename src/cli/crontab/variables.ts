/** A line that sets a variable for the lines below it. */
export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/**
 * Reads `NAME=value` as cron does: spaces around the sign do not count, quotes around the whole name or value are taken
 * away, nothing is expanded, and `#` begins no comment. Undefined for what is no assignment, and for a quotation without
 * its end.
 */
export function readAssignment(line: string): Assignment | undefined {
  const found = /^\s*(?:"([^"=]+)"|'([^'=]+)'|([^\s"'=]+))\s*=\s*(.*?)\s*$/.exec(line);
  if (!found) return undefined;
  const [, inDouble, inSingle, bare, rest = ""] = found;
  const value = /^(?:"([^"]*)"|'([^']*)')$/.exec(rest);
  if (!value && /^["']/.test(rest)) return undefined;
  return { name: inDouble ?? inSingle ?? bare ?? "", value: value ? (value[1] ?? value[2] ?? "") : rest };
}
