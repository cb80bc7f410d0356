/** Letters by their codes as text, each with how often it comes in a row, if more than once: `s120fs3.`. */
export function writeRuns(codes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < codes.length;) {
    let to = from + 1;
    while (to < codes.length && codes[to] === codes[from]) to++;
    text += String.fromCharCode(codes[from] ?? 0) + (to - from > 1 ? String(to - from) : "");
    from = to;
  }
  return text;
}
