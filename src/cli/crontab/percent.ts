/**
 * What stands behind the times, as cron hands it on: the first bare `%` ends the command and begins its stdin, later ones
 * are new lines, and `\%` is a `%`.
 */
export function splitAtPercent(text: string): { readonly command: string; readonly stdin?: string } {
  const end = bareAt(text);
  if (end === undefined) return { command: text.replaceAll("\\%", "%") };
  return { command: text.slice(0, end).replaceAll("\\%", "%"), stdin: stdinOf(text.slice(end + 1)) };
}

function bareAt(text: string): number | undefined {
  for (let position = 0; position < text.length; position++) {
    if (text[position] === "\\") position++;
    else if (text[position] === "%") return position;
  }
  return undefined;
}

/** Of two backslashes cron hands on one here, where it hands on both in a command. */
function stdinOf(text: string): string {
  let result = "";
  let isEscaped = false;
  for (const character of text) {
    if (isEscaped) result += character === "%" ? "%" : `\\${character === "\\" ? "" : character}`;
    else if (character === "%") result += "\n";
    else if (character !== "\\") result += character;
    isEscaped = character === "\\";
  }
  return isEscaped ? `${result}\\` : result;
}
