/** A step's path without iterations and rounds: `each[3]/poll#2` is a visit of `each[]/poll`, `par[0]/a#3` of `par[0]/a`. */
export function withoutRounds(path: string): string {
  return path.replaceAll(/#\d+/g, "");
}

export function pathIn(list: string, step: string): string {
  return list === "" ? step : `${list}/${step}`;
}

/** The innermost foreach that a path of the definition lies in, and the rest of the path inside its body. */
export function foreachAround(path: string): { foreach: string; inside: string } | undefined {
  const at = path.indexOf("[]/");
  if (at < 0) return undefined;
  return { foreach: path.slice(0, at), inside: path.slice(at + 3) };
}
