import { SourceMap, type SourceMapPayload } from "node:module";

/** A place in the built code, as a stack names it. */
const PLACE = /\bindex\.js:(\d+):(\d+)/g;

/** A message of the log with the places in the sources instead of those in the built code. */
export function originalPlaces(message: string, sourceMap: string): string {
  if (message.search(PLACE) === -1) return message;
  const payload: SourceMapPayload = JSON.parse(sourceMap);
  const map = new SourceMap(payload);
  return message.replaceAll(PLACE, (place, line: string, column: string) => {
    const origin = map.findOrigin(Number(line), Number(column));
    return "fileName" in origin ? `${origin.fileName}:${origin.lineNumber}:${origin.columnNumber}` : place;
  });
}
