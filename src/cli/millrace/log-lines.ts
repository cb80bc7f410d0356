const HEAD = /^== (.+#\d+)$/;
const MORE = /^== \d+ more logs: ask for one step$/;
/** Fewer characters in common may be chance. */
const COMMON_LENGTH = 20;
/** By so much of what was told last it is looked for where the middle of a log was left out. */
const ANCHOR_LENGTHS = [200, 80, COMMON_LENGTH];
const GAP = "[...]";

/** Lines that nobody has seen yet, from answers that show of each attempt's log the newest part. */
export class LogLines {
  private readonly told = new Map<string, string>();
  private hasToldOfMore = false;

  /** `answer` is the logs of all steps, each under a line that names it. Each line is given with what it is of. */
  newIn(answer: string): string[] {
    const { sections, more } = sectionsOf(answer);
    const lines = [...sections].flatMap(([name, text]) => {
      const fresh = newPart(this.told.get(name), text);
      this.told.set(name, text);
      return fresh === "" ? [] : fresh.split("\n").map((line) => `${name}: ${line}`);
    });
    if (more === undefined || this.hasToldOfMore) return lines;
    this.hasToldOfMore = true;
    return [...lines, more];
  }
}

function sectionsOf(answer: string): { sections: Map<string, string>; more: string | undefined } {
  const sections = new Map<string, string[]>();
  let open: string[] = [];
  let more: string | undefined;
  for (const line of answer.replace(/\n$/, "").split("\n")) {
    const [, name] = HEAD.exec(line) ?? [];
    if (name !== undefined) sections.set(name, (open = []));
    else if (MORE.test(line)) more = line;
    else open.push(line);
  }
  return { sections: new Map(Array.from(sections, ([name, lines]) => [name, lines.join("\n")])), more };
}

/** What `text` says behind what was told before; a gap where that is not to be found in it. */
function newPart(told: string | undefined, text: string): string {
  if (told === undefined || told === "") return text;
  const end = endOfTold(told, text);
  return end === undefined ? `${GAP}\n${text}` : text.slice(end).replace(/^\n/, "");
}

function endOfTold(told: string, text: string): number | undefined {
  if (text.startsWith(told)) return told.length;
  // The end of a log: what was told first is not in it any more.
  for (let length = Math.min(told.length, text.length); length >= COMMON_LENGTH; length--)
    if (told.endsWith(text.slice(0, length))) return length;
  const anchors = ANCHOR_LENGTHS.filter((length) => length <= told.length).map((length) =>
    told.slice(-length),
  );
  const anchor = anchors.find((one) => text.includes(one));
  return anchor === undefined ? undefined : text.lastIndexOf(anchor) + anchor.length;
}
