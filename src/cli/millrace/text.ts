/** What is ours to colour stays; whatever else would steer a terminal, as a worker's words can, is only marked. */
export function printable(text: string): string {
  // oxlint-disable-next-line eslint/no-control-regex -- these are what it is about
  return text.replaceAll(/\u001B\[[\d;]*m|\r\n|[^\P{Cc}\n\t]/gu, (found) =>
    found.length > 1 ? found : "\uFFFD",
  );
}
